// SPDX-License-Identifier: MIT
// A look over a PNG file's chunks before libpng sees it: what its header says, and whether the
// amount of work and memory it asks for is in proportion to its bytes.
#ifndef FOVEA_FORMATS_PNG_CHUNKS_H
#define FOVEA_FORMATS_PNG_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

enum {
    FOVEA__PNG_MAX_CHUNKS = 65536,     // in one file
    FOVEA__PNG_MAX_METADATA = 8 << 20  // bytes of all compressed texts and profiles, inflated
};

typedef struct fovea__png_outline {
    uint32_t width, height;
    uint8_t depth, colour, interlace;  // as in IHDR
    int32_t channels;                  // of the picture to make: 1 or 3
} fovea__png_outline;

// Checks the signature, IHDR, the picture limits, that the chunks reach IEND inside the file, and
// that IDAT can hold the pixels at DEFLATE's best ratio (1032:1). Checksums and pixels are left to
// the decoder. Errors: BAD_FILE, OUT_OF_MEMORY.
fovea_status fovea__png_survey(fovea_context *context, const void *bytes, size_t size,
                               const char *name, fovea__png_outline *outline, fovea_error *error);

#endif
