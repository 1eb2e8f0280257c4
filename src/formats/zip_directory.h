// SPDX-License-Identifier: MIT
// The headers of a zip archive, for zip.c: directory and local headers.
#ifndef FOVEA_FORMATS_ZIP_DIRECTORY_H
#define FOVEA_FORMATS_ZIP_DIRECTORY_H

#include "formats/zip.h"

// Fills `zip->member` (names in memory of their own) from bytes, size, file and context. On failure
// the members made so far are left for fovea__zip_close.
fovea_status fovea__zip_directory(fovea__zip *zip, fovea_error *error);

#endif
