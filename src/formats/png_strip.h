// SPDX-License-Identifier: MIT
// The pixel data of a PNG file, filtered and deflated in strips of rows that do not wait for each
// other: each is a run of deflate blocks that ends on a byte, so that one behind the other they are
// the file's one zlib stream.
#ifndef FOVEA_FORMATS_PNG_STRIP_H
#define FOVEA_FORMATS_PNG_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__png_pixels {
    const uint8_t *pixels;  // row y begins at pixels + y * stride
    size_t width, height, channels, stride;
    bool matches;  // drawings: repetitions are looked for where rows are mostly even
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

// Writes row `y` filtered by the one of the filters none, sub, up and Paeth that leaves the
// smallest sum of magnitudes. `dst` has fovea__png_row_size bytes, `trial` three times as many.
void fovea__png_filter_row(const fovea__png_pixels *p, size_t y, uint8_t *trial, uint8_t *dst);

// What one worker needs for one strip after another; zero-filled to begin with.
typedef struct fovea__png_scratch {
    uint8_t *rows, *deflated;
    size_t room;  // of `deflated`
    void *stream;
} fovea__png_scratch;

void fovea__png_scratch_release(fovea_context *context, fovea__png_scratch *scratch);

// Fills the strip, none longer than the first, from its rows. With `matches` a strip most of whose
// filtered bytes are zero, as in drawings, is deflated with all care, in a window that begins with
// the rows before it; in others, as in photographs, only runs and Huffman codes are used: looking
// for matches there takes five times as long for 2 % of the size. Errors: OUT_OF_MEMORY, FAILED
// (zlib).
fovea_status fovea__png_deflate_strip(fovea_context *context, const fovea__png_pixels *pixels,
                                      fovea__png_scratch *scratch, size_t longest,
                                      fovea__png_strip *strip, fovea_error *error);

#endif
