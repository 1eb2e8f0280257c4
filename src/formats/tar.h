// SPDX-License-Identifier: MIT
// Taking known members out of a tar or tar.gz archive in memory. Nothing is ever extracted: a
// member is found by its base name, and no path of the archive is used for anything else.
#ifndef FOVEA_FORMATS_TAR_H
#define FOVEA_FORMATS_TAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

// Looks for members whose path ends in "/NAME" or is NAME, for each of the `count` names in
// `wanted`. members[i] gets the content of wanted[i], or {NULL, 0} when the archive has none: what
// is missing is the caller's to judge. Gzip is told by its first bytes and its checksums are
// verified to the end. `limit`: most bytes the archive may have when inflated, headers and skipped
// members included. BAD_FILE: no tar archive, damaged, cut short, over the limit, a wanted member
// twice, or one that is not a plain regular file (link, folder, device, sparse). Free each
// members[i].data with fovea__free; after a failure all are empty.
fovea_status fovea__tar_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, const char *const *wanted, size_t count,
                             uint64_t limit, fovea__bytes *members, fovea_error *error);

#endif
