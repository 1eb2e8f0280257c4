// SPDX-License-Identifier: MIT
// Writing zip archives of stored members, one after the other, so that no more than one need be in
// memory. The same members give the same bytes (every time stamp is 1980-01-01).
//
// A plain zip ends at 4 GiB and 65,535 members; what does not fit is refused and the file not
// written (ZIP64 is not made).
#ifndef FOVEA_FORMATS_ZIP_WRITE_H
#define FOVEA_FORMATS_ZIP_WRITE_H

#include <stddef.h>

#include "fovea/context.h"

typedef struct fovea__zip_writer fovea__zip_writer;

typedef struct fovea__zip_part {
    const void *bytes;
    size_t size;
} fovea__zip_part;

// Begins writing; `path` keeps its old content until commit. `kind` (".npz", static) names the file
// in messages. Data of members begin at a multiple of `alignment` (a power of two up to 4096; 1:
// anywhere), by a local extra field "FB" as PyTorch has it.
fovea_status fovea__zip_writer_open(fovea_context *context, const char *path, const char *kind,
                                    size_t alignment, fovea__zip_writer **writer,
                                    fovea_error *error);
// Appends a member whose content is the parts in order. INVALID_ARGUMENT: a name used before.
// FAILED: the archive would pass 4 GiB or 65,535 members. IO: writing failed. After a failure only
// discard makes sense. `name` is 1 to 1000 bytes of UTF-8, without control characters.
fovea_status fovea__zip_writer_add(fovea__zip_writer *writer, const char *name,
                                   const fovea__zip_part *parts, size_t count, fovea_error *error);
// Writes the directory and gives the file its name. Frees `writer`, also on failure.
fovea_status fovea__zip_writer_commit(fovea__zip_writer *writer, fovea_error *error);
// Frees `writer` and leaves no file. NULL is fine.
void fovea__zip_writer_discard(fovea__zip_writer *writer);

#endif
