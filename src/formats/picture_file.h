// SPDX-License-Identifier: MIT
// Pictures of any format this library reads, told apart by what they contain, not by their names.
#ifndef FOVEA_FORMATS_PICTURE_FILE_H
#define FOVEA_FORMATS_PICTURE_FILE_H

#include <stdint.h>

#include "formats/picture.h"

// Largest picture file: room for the largest picture in a format without compression.
#define FOVEA__PICTURE_MAX_FILE (UINT64_C(256) * 1024 * 1024)

// Decodes PNG, JPEG or PPM/PGM bytes by their first bytes. What is none of them is refused by the
// name of what it looks like (empty file, HTML page, git-lfs pointer, TIFF, WebP, BMP, GIF ...).
// `name` is used in messages. On failure `picture` is empty; release it with fovea__picture_clear.
// Errors: BAD_FILE, UNSUPPORTED (a picture format or coding that is not read), OUT_OF_MEMORY.
fovea_status fovea__picture_decode(fovea_context *context, const void *bytes, size_t size,
                                   const char *name, fovea__picture *picture, fovea_error *error);

// The same for a file of at most FOVEA__PICTURE_MAX_FILE bytes.
fovea_status fovea__picture_read(fovea_context *context, const char *path, fovea__picture *picture,
                                 fovea_error *error);

#endif
