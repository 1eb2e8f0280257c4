// SPDX-License-Identifier: MIT
// Sets published as one archive of which only some members are wanted (EMNIST's gzip.zip).
#ifndef FOVEA_DOWNLOAD_UNPACK_H
#define FOVEA_DOWNLOAD_UNPACK_H

#include "data/known.h"
#include "fovea/context.h"

// Whether the set is published so and all its files lie in `folder` already.
fovea_status fovea__unpacked_is_there(fovea_context *context, const fovea__known_set *set,
                                      const char *folder, int *there, fovea_error *error);

// Writes the members wanted to `folder`, from the archive there, which stays: other sets are in it
// too. Does nothing for other sets. Errors: BAD_FILE, IO, OUT_OF_MEMORY.
fovea_status fovea__unpack(fovea_context *context, const fovea__known_set *set, const char *folder,
                           fovea_error *error);

#endif
