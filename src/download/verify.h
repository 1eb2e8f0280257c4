// SPDX-License-Identifier: MIT
// Whether a file is the published one.
#ifndef FOVEA_DOWNLOAD_VERIFY_H
#define FOVEA_DOWNLOAD_VERIFY_H

#include "base/file.h"
#include "base/part_file.h"
#include "data/known.h"

// Most bytes of a file whose size is not known.
#define FOVEA__DOWNLOAD_MAX (INT64_C(1) << 30)

// Compares all hashes known of the file (SHA-256 and MD5). Errors: IO, OUT_OF_MEMORY.
fovea_status fovea__verify_part(fovea_context *context, fovea__part_file *part,
                                const fovea__known_file *known, int *right, fovea_error *error);

// The same for bytes in memory; a file packed by somebody else, or not at all, is right too if the
// hash of its content is known and right.
fovea_status fovea__verify_bytes(fovea_context *context, const fovea__bytes *bytes,
                                 const fovea__known_file *known, int *right, fovea_error *error);

#endif
