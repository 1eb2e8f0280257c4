// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"

fovea__text fovea__text_begin(fovea_context *context) {
    return (fovea__text){.context = context, .status = FOVEA_OK};
}

// Room for `more` bytes and the terminator, or the kept failure.
static int reserve(fovea__text *text, size_t more) {
    size_t needed;
    if (text->status != FOVEA_OK) return 0;
    char *data = NULL;
    if (fovea__add_size(text->length, more, &needed) && fovea__add_size(needed, 1, &needed)) {
        data =
            fovea__grow(text->context, text->data, text->length, &text->capacity, needed, 1, NULL);
    }
    if (!data) {
        text->status = FOVEA_OUT_OF_MEMORY;
        return 0;
    }
    text->data = data;
    return 1;
}

void fovea__text_add_n(fovea__text *text, const char *bytes, size_t length) {
    if (!reserve(text, length)) return;
    if (length > 0) memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void fovea__text_add(fovea__text *text, const char *string) {
    fovea__text_add_n(text, string, strlen(string));
}

void fovea__text_format(fovea__text *text, const char *format, ...) {
    char small[256];
    va_list list;
    va_start(list, format);
    int length = fovea__format_list(small, sizeof(small), format, list);
    va_end(list);
    if (length < 0) {
        if (text->status == FOVEA_OK) text->status = FOVEA_FAILED;
        return;
    }
    if ((size_t)length < sizeof(small)) {
        fovea__text_add_n(text, small, (size_t)length);
        return;
    }
    if (!reserve(text, (size_t)length)) return;
    va_start(list, format);
    fovea__format_list(text->data + text->length, (size_t)length + 1, format, list);
    va_end(list);
    text->length += (size_t)length;
}

void fovea__text_number(fovea__text *text, double value) {
    if (isfinite(value))
        fovea__text_format(text, "%.9g", value);
    else
        fovea__text_add(text, "null");
}

void fovea__text_base64(fovea__text *text, const void *bytes, size_t size) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *b = bytes;
    if (size > SIZE_MAX / 2 || !reserve(text, (size + 2) / 3 * 4)) {
        if (text->status == FOVEA_OK) text->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    char *out = text->data + text->length;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t word = (uint32_t)b[i] << 16;
        if (left > 1) word |= (uint32_t)b[i + 1] << 8;
        if (left > 2) word |= b[i + 2];
        *out++ = digit[word >> 18];
        *out++ = digit[word >> 12 & 63];
        *out++ = left > 1 ? digit[word >> 6 & 63] : '=';
        *out++ = left > 2 ? digit[word & 63] : '=';
    }
    *out = '\0';
    text->length = (size_t)(out - text->data);
}

fovea_status fovea__text_take(fovea__text *text, char **string, size_t *length,
                              fovea_error *error) {
    *string = NULL;
    fovea__text_add_n(text, "", 0);  // an empty text is one byte too
    if (text->status != FOVEA_OK) {
        fovea_status status = text->status;
        fovea__text_discard(text);
        return fovea__fail(error, status, "%s while making a text of %zu bytes",
                           fovea_status_text(status), text->length);
    }
    *string = text->data;
    if (length) *length = text->length;
    *text = fovea__text_begin(text->context);
    return FOVEA_OK;
}

void fovea__text_discard(fovea__text *text) {
    fovea__free(text->context, text->data);
    text->data = NULL;
    text->capacity = 0;
}
