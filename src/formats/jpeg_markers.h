// SPDX-License-Identifier: MIT
// A walk over a JPEG file's markers before the decoder sees it: what its frame says, and whether
// the work and memory it asks for is in proportion to its bytes.
#ifndef FOVEA_FORMATS_JPEG_MARKERS_H
#define FOVEA_FORMATS_JPEG_MARKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fovea/status.h"

enum { FOVEA__JPEG_MAX_SCANS = 100 };

typedef struct fovea__jpeg_outline {
    uint16_t width, height;  // as stored, before orientation
    int32_t components;      // 1 or 3
    int32_t orientation;     // EXIF, 1 to 8; 1 where there is none
} fovea__jpeg_outline;

// Walks from the start marker to the end marker. Besides the grammar it checks what decoders let
// pass: every scan's Huffman tables were defined, every component has a scan, component names
// differ, at most FOVEA__JPEG_MAX_SCANS scans and 2^30 scans x pixels, and entropy-coded data of at
// least one bit per 8 x 8 block. `lenient` accepts a missing end and a broken EXIF block. Errors:
// BAD_FILE; UNSUPPORTED (a coding process or colour model this library does not read).
fovea_status fovea__jpeg_survey(const void *bytes, size_t size, const char *name, bool lenient,
                                fovea__jpeg_outline *outline, fovea_error *error);

#endif
