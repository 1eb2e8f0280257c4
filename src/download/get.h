// SPDX-License-Identifier: MIT
// Getting the files of a set: which are missing, and where each comes from.
#ifndef FOVEA_DOWNLOAD_GET_H
#define FOVEA_DOWNLOAD_GET_H

#include "data/known.h"
#include "fovea/download.h"

// What fovea_dataset_get does, for a set described by the caller. `options` is not NULL.
fovea_status fovea__get_set(fovea_context *context, const fovea__known_set *set,
                            const fovea_download_options *options, fovea_error *error);

#endif
