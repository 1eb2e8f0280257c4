// SPDX-License-Identifier: MIT
// A decoded picture of 8-bit samples, shared by every picture format, and the limits they all keep.
#ifndef FOVEA_FORMATS_PICTURE_H
#define FOVEA_FORMATS_PICTURE_H

#include <stdint.h>

#include "fovea/context.h"

// Limits of a picture file, checked on its header before any pixel is allocated or decoded.
enum {
    FOVEA__PICTURE_MAX_SIDE = 16384,              // pixels along width or height
    FOVEA__PICTURE_MAX_PIXELS = 64 * 1024 * 1024  // width * height
};

// `pixels` holds height * width * channels bytes, H,W,C, rows from the top: the sample of channel c
// at column x of row y is pixels[(y * width + x) * channels + c]. `channels` is 1 (grey) or 3 (red,
// green, blue); readers drop an alpha channel. Zero-filled means empty.
typedef struct fovea__picture {
    int32_t width, height, channels;
    uint8_t *pixels;
} fovea__picture;

// Checks a header's numbers: 1 <= width, height <= FOVEA__PICTURE_MAX_SIDE and width * height <=
// FOVEA__PICTURE_MAX_PIXELS. Else BAD_FILE at byte `offset` of file `name`, with both numbers and
// the limit broken.
fovea_status fovea__picture_check(const char *name, int64_t offset, uint64_t width, uint64_t height,
                                  fovea_error *error);

// Checks as above, then sets `picture` to width x height x channels zeros. `channels` is 1 or 3,
// else INVALID_ARGUMENT. On failure `picture` is empty. Release with fovea__picture_clear.
fovea_status fovea__picture_new(fovea_context *context, const char *name, int64_t offset,
                                uint64_t width, uint64_t height, int32_t channels,
                                fovea__picture *picture, fovea_error *error);

// Frees the pixels and empties the struct; an empty one is fine.
void fovea__picture_clear(fovea_context *context, fovea__picture *picture);

#endif
