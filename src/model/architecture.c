// SPDX-License-Identifier: MIT
// What the parser and the builder of architecture text share: storage, words and positions.
#include "model/architecture.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"

void fovea__architecture_free(fovea__architecture *layers) {
    if (!layers) return;
    fovea__free(layers->context, layers->text);
    fovea__free(layers->context, layers->layer);
    fovea__free(layers->context, layers->value);
    fovea__free(layers->context, layers);
}

const fovea__layer_value *fovea__layer_value_of(const fovea__architecture *layers,
                                                const fovea__layer *layer, fovea__key key) {
    for (size_t i = layer->value_begin; i < layer->value_end; i++)
        if (layers->value[i].key == key) return &layers->value[i];
    return NULL;
}

void fovea__architecture_word(const fovea__architecture *layers, fovea__span span, char *word,
                              size_t size) {
    size_t length = (size_t)span.length < size ? (size_t)span.length : size - 1;
    const char *from = layers->text + span.at;
    if (length < (size_t)span.length)
        while (length > 0 && ((unsigned char)from[length] & 0xC0) == 0x80) length--;
    memcpy(word, from, length);
    word[length] = '\0';
}

// Users count characters, not bytes.
static int64_t character(const char *text, int32_t at) {
    int64_t count = 0;
    for (int32_t i = 0; i < at; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

fovea_status fovea__architecture_fail(const fovea__architecture *layers, fovea__span at,
                                      fovea_error *error, const char *format, ...) {
    if (!error) return FOVEA_INVALID_ARGUMENT;
    char message[sizeof error->text];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    int64_t position = character(layers->text, at.at);
    fovea__fail(error, FOVEA_INVALID_ARGUMENT, "architecture text, character %lld: %s",
                (long long)position + 1, message);
    error->offset = position;
    snprintf(error->where, sizeof error->where, "architecture text");
    return FOVEA_INVALID_ARGUMENT;
}
