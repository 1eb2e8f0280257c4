// SPDX-License-Identifier: MIT
// Where the files of a known set lie.
#ifndef FOVEA_DATA_FIND_H
#define FOVEA_DATA_FIND_H

#include "data/known.h"
#include "fovea/context.h"

typedef struct fovea__found {
    const fovea__known_set *set;
    const char *part;                  // "train" or "test", static
    char *origin;                      // the folder, or the archive
    bool archive;                      // the files are inside it, `path` is empty
    char *path[FOVEA__KNOWN_BATCHES];  // IDX: pictures, labels; CIFAR: the batches
    size_t count;
    char *class_names;  // CIFAR-100: fine_label_names.txt, NULL where it lies not beside the others
} fovea__found;

// Looks in every root (roots.h) for files of `part`. In each root: the set's own folder, the root
// itself unless it carries another set's name, torchvision's folder; CIFAR also in
// cifar-10-batches-bin (cifar-100-binary) or the tar.gz below any of these. Spellings: a dash or
// dot before "idx", with or without ".gz". The first place that has files wins. Errors:
// DATA_MISSING (every place looked at and the command that gets the set), BAD_FILE (a place has
// some of the part's files only), INVALID_ARGUMENT (the set has no such part), OUT_OF_MEMORY. On
// failure `found` is empty.
fovea_status fovea__find(fovea_context *context, const fovea__known_set *set, const char *part,
                         const char *directory, fovea__found *found, fovea_error *error);

// Looks in `folder` alone for files of any known set. `found->set` is NULL when there are none of
// `part`. Sets whose files are called alike (MNIST's relatives) are told by the folder's name, else
// taken for MNIST.
fovea_status fovea__find_in_folder(fovea_context *context, const char *folder, const char *part,
                                   fovea__found *found, fovea_error *error);

void fovea__found_clear(fovea_context *context, fovea__found *found);

#endif
