// SPDX-License-Identifier: MIT
// A file that grows at its end while others may read it, as a log does: what was written whole
// stays, what failed half-way is cut off again.
#ifndef FOVEA_BASE_APPEND_FILE_H
#define FOVEA_BASE_APPEND_FILE_H

#include <stddef.h>

#include "fovea/context.h"

typedef struct fovea__append_file fovea__append_file;

// Makes PATH. Errors: EXISTS (something of that name is there), IO, OUT_OF_MEMORY.
fovea_status fovea__append_create(fovea_context *context, const char *path,
                                  fovea__append_file **file, fovea_error *error);
// Adds all bytes or none. Errors: IO.
fovea_status fovea__append_write(fovea__append_file *file, const void *bytes, size_t size,
                                 fovea_error *error);
// Waits until what was written lasts. Errors: IO.
fovea_status fovea__append_sync(fovea__append_file *file, fovea_error *error);
// NULL is fine.
void fovea__append_close(fovea__append_file *file);

#endif
