// SPDX-License-Identifier: MIT
// A growing piece of text. The first failure (no memory) is kept and every later call does nothing,
// so that a long run of appends is checked once, at fovea__text_take.
#ifndef FOVEA_BASE_TEXT_H
#define FOVEA_BASE_TEXT_H

#include <stddef.h>

#include "fovea/context.h"

typedef struct fovea__text {
    fovea_context *context;
    char *data;  // terminated once anything was added
    size_t length, capacity;
    fovea_status status;
} fovea__text;

// An empty text; nothing is allocated before the first addition.
fovea__text fovea__text_begin(fovea_context *context);
void fovea__text_add(fovea__text *text, const char *string);
void fovea__text_add_n(fovea__text *text, const char *bytes, size_t length);
void fovea__text_format(fovea__text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// "%.9g" with '.' whatever the locale; NaN and infinities as `null`.
void fovea__text_number(fovea__text *text, double value);
// A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
void fovea__text_json(fovea__text *text, const char *string);
// &, <, >, " and ' as entities: for HTML and SVG. What XML does not allow (bytes that are no UTF-8,
// control characters but tab and line ends) becomes U+FFFD.
void fovea__text_markup(fovea__text *text, const char *string);
// Standard base64 without line breaks.
void fovea__text_base64(fovea__text *text, const void *bytes, size_t size);
// Hands the terminated text over (fovea__free), or frees it and returns the kept failure.
fovea_status fovea__text_take(fovea__text *text, char **string, size_t *length, fovea_error *error);
void fovea__text_discard(fovea__text *text);

// strtod and strtoll with '.' whatever the locale, whole string or failure (no blanks around, no
// "inf"/"nan", no hexadecimal, range checked). Return 0 on failure.
int fovea__parse_double(const char *string, double *value);
int fovea__parse_i64(const char *string, int64_t *value);
// Of `count` names, the one nearest to `word` by edit distance, NULL when none is near.
const char *fovea__nearest(const char *word, const char *const *names, size_t count);
// Whether the bytes are well-formed UTF-8.
int fovea__is_utf8(const char *bytes, size_t length);

#endif
