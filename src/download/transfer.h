// SPDX-License-Identifier: MIT
// One file from one address, by libcurl.
#ifndef FOVEA_DOWNLOAD_TRANSFER_H
#define FOVEA_DOWNLOAD_TRANSFER_H

#include "base/part_file.h"
#include "fovea/download.h"

typedef struct fovea__transfer {
    const char *url;                        // https, or http for content whose hash is known
    const char *file;                       // name for the progress function
    int64_t limit;                          // most bytes the whole file may have
    const fovea_download_options *options;  // times and progress
} fovea__transfer;

// Goes on behind what `part` holds already, or from the start where the server sends all of it. At
// most three redirects, each to https, or by http to the same host. `*arrived`: the server sent the
// file to its end; else `reason` (of `size` bytes) says in a few words why not, and `part` keeps
// what came. Errors: IO, INTERRUPTED, OUT_OF_MEMORY.
fovea_status fovea__transfer_run(fovea_context *context, const fovea__transfer *transfer,
                                 fovea__part_file *part, int *arrived, char *reason, size_t size,
                                 fovea_error *error);

#endif
