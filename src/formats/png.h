// SPDX-License-Identifier: MIT
// PNG files (ISO/IEC 15948), read and written through libpng.
#ifndef FOVEA_FORMATS_PNG_H
#define FOVEA_FORMATS_PNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "formats/picture.h"

// Decodes `size` bytes. Every colour type, bit depth and interlacing is taken: grey and grey+alpha
// give 1 channel, colour and palette 3; 16-bit samples keep their high byte, alpha and transparency
// are dropped (not composited). Bytes after IEND are ignored; a file without IEND, with a wrong
// checksum, with missing or surplus pixel data or a palette index past the palette is refused.
// Gamma and colour profiles are not applied. Of an animation the first (default) picture is read.
// `name` is used in messages. On failure `picture` is empty; release it with fovea__picture_clear.
// Errors: BAD_FILE, OUT_OF_MEMORY.
fovea_status fovea__png_read(fovea_context *context, const void *bytes, size_t size,
                             const char *name, fovea__picture *picture, fovea_error *error);

typedef enum fovea__png_effort {
    FOVEA__PNG_SMALL = 0,  // drawings and figures: Paeth filters and, where rows are even, matches
    FOVEA__PNG_FAST = 1,   // photographs: runs and Huffman codes only
} fovea__png_effort;

// Encodes height rows of width pixels of `channels` 8-bit samples (1 grey, 3 RGB, 4 RGB and
// straight alpha); row y begins at pixels + y * stride. The same pixels give the same bytes on any
// number of threads (with the same zlib). `png->data` is freed with fovea__free. Errors:
// INVALID_ARGUMENT (sizes outside 1 .. 2^31-1, channels, stride too small), OUT_OF_MEMORY.
fovea_status fovea__png_write(fovea_context *context, const uint8_t *pixels, int32_t width,
                              int32_t height, int32_t channels, size_t stride,
                              fovea__png_effort effort, fovea__bytes *png, fovea_error *error);

#endif
