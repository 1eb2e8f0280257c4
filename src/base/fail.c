// SPDX-License-Identifier: MIT
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/format_text.h"

// A cut through the middle of a UTF-8 character would make the text unusable as JSON.
static void drop_half_character(char *text, size_t size) {
    size_t length = strlen(text);
    if (length + 1 < size) return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80) length--;
    if (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0xC0) length--;
    text[length] = '\0';
}

static void copy_text(char *target, size_t size, const char *text) {
    snprintf(target, size, "%s", text);
    drop_half_character(target, size);
}

static void fill(fovea_error *error, fovea_status status, const char *where, int64_t offset,
                 const char *message) {
    error->status = status;
    error->offset = offset;
    copy_text(error->where, sizeof(error->where), where);
    char text[sizeof(error->text)];
    const char *colon = where[0] ? ": " : "";
    int length;
    if (offset >= 0) {
        length = snprintf(text, sizeof(text), "%s%s%s (byte %lld)", where, colon, message,
                          (long long)offset);
    } else {
        length = snprintf(text, sizeof(text), "%s%s%s", where, colon, message);
    }
    if (length < 0) text[0] = '\0';
    copy_text(error->text, sizeof(error->text), text);
}

fovea_status(fovea__fail)(fovea_error *error, fovea_status status, const char *format, ...) {
    if (!error) return status;
    char message[sizeof(error->text)];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof(message), format, list);
    va_end(list);
    fill(error, status, "", -1, message);
    return status;
}

fovea_status(fovea__fail_at)(fovea_error *error, fovea_status status, const char *where,
                             int64_t offset, const char *format, ...) {
    if (!error) return status;
    char message[sizeof(error->text)];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof(message), format, list);
    va_end(list);
    fill(error, status, where ? where : "", offset, message);
    return status;
}

fovea_status(fovea__fail_in)(fovea_error *error, fovea_status status, const char *where) {
    if (!error || error->where[0]) return status;
    char message[sizeof(error->text)];
    memcpy(message, error->text, sizeof(message));
    // The position, if there was one, is in the message already.
    int64_t offset = error->offset;
    fill(error, status, where, -1, message);
    error->offset = offset;
    return status;
}
