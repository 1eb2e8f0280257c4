// SPDX-License-Identifier: MIT
// The embedded fonts (DejaVu Sans, its bold, DejaVu Sans Mono): widths for layout and outlines for
// drawing. No hinting, no kerning: the same numbers on every machine and at every size.
#ifndef FOVEA_DRAW_FONT_H
#define FOVEA_DRAW_FONT_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef enum fovea__face {
    FOVEA__FACE_REGULAR = 0,
    FOVEA__FACE_BOLD = 1,
    FOVEA__FACE_MONO = 2,
    FOVEA__FACE_COUNT = 3,
} fovea__face;

// The font files as they are in the program.
const unsigned char *fovea__font_bytes(fovea__face face, size_t *size);

typedef struct fovea__fonts fovea__fonts;

fovea_status fovea__fonts_create(fovea_context *context, fovea__fonts **fonts, fovea_error *error);
void fovea__fonts_free(fovea__fonts *fonts);

// Width in pixels at `size` pixels per em. Bytes that are no UTF-8 count as U+FFFD.
// Errors: OUT_OF_MEMORY.
fovea_status fovea__fonts_width(fovea__fonts *fonts, fovea__face face, double size,
                                const char *string, double *width, fovea_error *error);

// Where outlines go, in em units with y upwards, relative to the start of the text.
typedef struct fovea__outline_sink {
    void (*move)(void *user, double x, double y);
    void (*line)(void *user, double x, double y);
    void (*quad)(void *user, double cx, double cy, double x, double y);
    void (*cubic)(void *user, double ax, double ay, double bx, double by, double x, double y);
    void *user;
} fovea__outline_sink;

// The outline of a whole line of text. Errors: OUT_OF_MEMORY.
fovea_status fovea__fonts_outline(fovea__fonts *fonts, fovea__face face, const char *string,
                                  const fovea__outline_sink *sink, fovea_error *error);

// Reads one code point at *string and moves on; U+FFFD for a bad byte, 0 at the end.
uint32_t fovea__next_code_point(const char **string);

#endif
