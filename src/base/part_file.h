// SPDX-License-Identifier: MIT
// A file that comes into being over several runs, as a download does: it is PATH.part until it is
// known to be right, and only one process at a time works on it.
#ifndef FOVEA_BASE_PART_FILE_H
#define FOVEA_BASE_PART_FILE_H

#include "fovea/context.h"

typedef struct fovea__part_file fovea__part_file;

// Opens PATH.part with what an earlier run left in it, or an empty one. Errors: EXISTS (another
// process has it open), IO (also when it is no regular file), OUT_OF_MEMORY.
fovea_status fovea__part_open(fovea_context *context, const char *path, fovea__part_file **part,
                              fovea_error *error);
int64_t fovea__part_size(const fovea__part_file *part);
// Adds bytes at the end. Errors: IO.
fovea_status fovea__part_append(fovea__part_file *part, const void *bytes, size_t size,
                                fovea_error *error);
// Begins anew with nothing. Errors: IO.
fovea_status fovea__part_empty(fovea__part_file *part, fovea_error *error);
// Up to `size` bytes from `offset`; `*count` < `size` says that the end was reached. Errors: IO.
fovea_status fovea__part_read(fovea__part_file *part, int64_t offset, void *bytes, size_t size,
                              size_t *count, fovea_error *error);

// fsync, rename to PATH, fsync of the folder. Frees `part`, also on failure (PATH.part is kept
// then).
fovea_status fovea__part_commit(fovea__part_file *part, fovea_error *error);
// Frees `part`, keeping PATH.part for another run unless it is empty. NULL is fine.
void fovea__part_close(fovea__part_file *part);

#endif
