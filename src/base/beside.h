// SPDX-License-Identifier: MIT
// Reading parts of files that lie beside another file, where only the name comes from outside: plain
// names of one folder, no paths, no links, no devices.
#ifndef FOVEA_BASE_BESIDE_H
#define FOVEA_BASE_BESIDE_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__beside fovea__beside;

enum { FOVEA__BESIDE_MAX_FILES = 4096 };

// Errors: BAD_FILE (no such folder), OUT_OF_MEMORY.
fovea_status fovea__beside_open(fovea_context *context, const char *folder, fovea__beside **beside,
                                fovea_error *error);
void fovea__beside_close(fovea__beside *beside);  // NULL is fine

// Makes `name` the file to read from; it stays open until another is asked for. `*size` is its size.
// Errors: BAD_FILE (a path, a link, no regular file, absent, more than FOVEA__BESIDE_MAX_FILES files).
fovea_status fovea__beside_choose(fovea__beside *beside, const char *name, uint64_t *size,
                                  fovea_error *error);
// Bytes of all the different files chosen so far.
uint64_t fovea__beside_total(const fovea__beside *beside);
// The next `size` bytes of the chosen file from `offset`, all of them. Errors: BAD_FILE (it shrank), IO.
fovea_status fovea__beside_read(fovea__beside *beside, uint64_t offset, void *bytes, size_t size,
                                fovea_error *error);

#endif
