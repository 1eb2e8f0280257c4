// SPDX-License-Identifier: MIT
// A folder of pictures read into memory.
#ifndef FOVEA_DATA_READ_PICTURES_H
#define FOVEA_DATA_READ_PICTURES_H

#include "data/picture_tree.h"
#include "data/store.h"

// Fills shape, pixels, labels and class names of a new store from the files of `tree`. resize:
// height and width, or zeros: all must have one size. A picture that cannot be read is BAD_FILE or
// UNSUPPORTED, naming it. On failure the caller releases the store.
fovea_status fovea__read_pictures(fovea__store *store, const fovea__picture_tree *tree,
                                  const int32_t resize[2], fovea_error *error);

#endif
