// SPDX-License-Identifier: MIT
// JPEG files (ITU-T T.81, baseline, extended and progressive Huffman, 8 bits), read through
// TurboJPEG.
#ifndef FOVEA_FORMATS_JPEG_H
#define FOVEA_FORMATS_JPEG_H

#include <stdbool.h>
#include <stddef.h>

#include "formats/picture.h"

// Decodes `size` bytes: one component gives 1 channel, three give RGB, with the accurate integer
// DCT and smooth chroma upsampling, and turns the picture upright as its EXIF orientation says.
// Bytes after the end marker are ignored. `lenient` accepts what can be shown although the file is
// damaged: data that end early (the rest is grey) or do not decode, a missing end marker, a broken
// EXIF block. `name` is used in messages. On failure `picture` is empty; release it with
// fovea__picture_clear. Errors: BAD_FILE; UNSUPPORTED (CMYK, arithmetic coding, lossless,
// hierarchical, 12 bits); OUT_OF_MEMORY.
fovea_status fovea__jpeg_read(fovea_context *context, const void *bytes, size_t size,
                              const char *name, bool lenient, fovea__picture *picture,
                              fovea_error *error);

#endif
