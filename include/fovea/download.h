// SPDX-License-Identifier: MIT
// Getting a known data set from its publisher or a mirror. In the library fovea-view.
//
//   fovea_dataset_get(context, "mnist", NULL, &error);
//   fovea_dataset_open(context, "mnist", NULL, &set, &error);
//
// Every file is checked against a hash known beforehand (SHA-256, else the published MD5) before it
// gets its name; until then it is FILE.part, which the next call goes on with. Files already there
// and right are left alone.
#ifndef FOVEA_DOWNLOAD_H
#define FOVEA_DOWNLOAD_H

#include <stddef.h>

#include "fovea/context.h"

#ifdef __cplusplus
extern "C" {
#endif

// `done` of `total` bytes of `file` are there (total 0: not known). Not 0 stops: INTERRUPTED.
typedef int fovea_download_progress(void *user, const char *file, int64_t done, int64_t total);

typedef struct fovea_download_options {
    size_t size;
    // The set is put below it, in SET/ (all of EMNIST in emnist/); NULL: $XDG_DATA_HOME/fovea.
    const char *directory;
    // Take the files from here, the internet is left alone: a folder that holds them or one of
    // them. NULL: download.
    const char *from;
    // Bases ("https://host/folder/") to try in order instead of the publisher's own.
    const char *const *mirror;
    int32_t mirror_count;
    int32_t connect_seconds;  // 15
    int32_t stall_seconds;    // 60: given up when not a byte comes for so long
    fovea_download_progress *progress;
    void *user;
} fovea_download_options;

FOVEA_API void fovea_download_options_default(fovea_download_options *options);

// Fetches what is missing of set `name` (mnist, fashion-mnist, kmnist, emnist-SPLIT, cifar10,
// cifar100). Mirrors are tried in order. https, or http since a hash is known; a redirect may
// change to another host only by https. Errors: INVALID_ARGUMENT (unknown set), DATA_MISSING (no
// mirror gave a file that is right; the text says what each answered), IO (cannot write),
// INTERRUPTED, OUT_OF_MEMORY. `options` may be NULL.
FOVEA_API fovea_status fovea_dataset_get(fovea_context *context, const char *name,
                                         const fovea_download_options *options, fovea_error *error);

// Where fovea_dataset_get puts set `name`: writes at most `size` bytes to `path`, terminated.
// Errors: INVALID_ARGUMENT (unknown set, no room), FAILED (no $XDG_DATA_HOME and no $HOME).
FOVEA_API fovea_status fovea_dataset_get_folder(fovea_context *context, const char *name,
                                                const fovea_download_options *options, char *path,
                                                size_t size, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
