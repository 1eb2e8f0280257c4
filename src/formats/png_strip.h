// SPDX-License-Identifier: MIT
// The pixel data of a PNG file, filtered and deflated in strips of rows that do not wait for each
// other: each is a run of deflate blocks that ends on a byte, so that one behind the other they are
// the file's one zlib stream.
#ifndef FOVEA_FORMATS_PNG_STRIP_H
#define FOVEA_FORMATS_PNG_STRIP_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__png_pixels {
    const uint8_t *pixels;  // row y begins at pixels + y * stride
    size_t width, height, channels, stride;
    int32_t level;  // of zlib; 1 looks for runs only
} fovea__png_pixels;

typedef struct fovea__png_strip {
    size_t first, count;  // rows
    uint8_t *bytes;       // deflated; fovea__free
    size_t size;
    size_t raw;      // bytes before
    uint32_t adler;  // Adler-32 of them
} fovea__png_strip;

// Bytes of a filtered row, the filter's number in front.
static inline size_t fovea__png_row_size(const fovea__png_pixels *p) {
    return 1 + p->width * p->channels;
}

// Writes row `y` filtered by the one of the filters none, sub, up and Paeth that leaves the smallest
// sum of magnitudes. `dst` has fovea__png_row_size bytes, `trial` three times as many.
void fovea__png_filter_row(const fovea__png_pixels *p, size_t y, uint8_t *trial, uint8_t *dst);

// Fills the strip from its rows. The window of deflate begins with the rows before it, except at
// level 1. Errors: OUT_OF_MEMORY, FAILED (zlib).
fovea_status fovea__png_deflate_strip(fovea_context *context, const fovea__png_pixels *pixels,
                                      fovea__png_strip *strip, fovea_error *error);

#endif
