// SPDX-License-Identifier: MIT
// Taking known members out of a zip archive in memory that was checked against a hash before.
// Nothing is extracted by the archive's own paths: a member is found by its base name.
#ifndef FOVEA_FORMATS_ZIP_MEMBERS_H
#define FOVEA_FORMATS_ZIP_MEMBERS_H

#include "base/file.h"

// Reads the first member whose path ends in "/WANTED" or is WANTED, of at most `limit` bytes.
// `member->data` is NULL when there is none; free it with fovea__free. Errors: BAD_FILE (no zip
// archive, damaged, over the limit, no plain file), OUT_OF_MEMORY.
fovea_status fovea__zip_member(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, const char *wanted, uint64_t limit,
                               fovea__bytes *member, fovea_error *error);

#endif
