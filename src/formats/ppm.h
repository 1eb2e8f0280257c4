// SPDX-License-Identifier: MIT
// Portable pixel maps: PGM (grey) and PPM (colour), as text (P2, P3) and binary (P5, P6).
#ifndef FOVEA_FORMATS_PPM_H
#define FOVEA_FORMATS_PPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "formats/picture.h"

// Whether the bytes begin with P2, P3, P5 or P6.
bool fovea__ppm_is(const uint8_t *bytes, size_t size);

// Reads one picture: 1 channel from P2 and P5, 3 from P3 and P6. A sample v of a file with largest
// value m (1 to 65535) becomes v * 255 / m, rounded to nearest (halves up). The limits of picture.h
// and the bytes present are checked before memory is taken. BAD_FILE with the byte: anything else,
// a sample above m, missing samples, and bytes after the picture (text formats may end in blanks
// and comments).
fovea_status fovea__ppm_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__picture *picture, fovea_error *error);

// The picture as P5 (1 channel) or P6 (3 channels) with largest value 255. `encoded->data` is freed
// with fovea__free.
fovea_status fovea__ppm_write(fovea_context *context, const fovea__picture *picture,
                              fovea__bytes *encoded, fovea_error *error);

#endif
