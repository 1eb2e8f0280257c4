// SPDX-License-Identifier: MIT
// Class names as text, one a line: batches.meta.txt of CIFAR-10, fine_label_names.txt and
// coarse_label_names.txt of CIFAR-100, and files of the user's own.
#ifndef FOVEA_FORMATS_CLASS_NAMES_H
#define FOVEA_FORMATS_CLASS_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

enum { FOVEA__CLASS_NAME_BYTES = 256, FOVEA__CLASS_NAMES_MAX = 65536 };

// Reads one name a line, in order. Lines end with LF or CR LF; a byte order mark, blanks around a
// name and empty lines at the end are dropped. BAD_FILE with the byte: an empty line between names,
// a name of more than 256 bytes, control characters, bytes that are no UTF-8, no name at all, more
// than 65,536, or not exactly `expected` of them (0: any number). A name may occur twice. `names`
// is freed with fovea__names_free.
fovea_status fovea__class_names_parse(fovea_context *context, const uint8_t *bytes, size_t size,
                                      const char *name, size_t expected, fovea__names *names,
                                      fovea_error *error);

#endif
