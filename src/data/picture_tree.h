// SPDX-License-Identifier: MIT
// Folders of pictures: which parts and classes there are, and which files.
#ifndef FOVEA_DATA_PICTURE_TREE_H
#define FOVEA_DATA_PICTURE_TREE_H

#include "base/file.h"

typedef struct fovea__picture_tree {
    fovea__names classes;  // in byte order: their indices are the labels
    fovea__names file;     // paths, class by class
    int32_t *label;        // one a file
} fovea__picture_tree;

// Whether `root` has a folder "train", "test" or "val" (`part`) that has class folders itself; a
// folder of pictures is a class, whatever it is called.
fovea_status fovea__picture_tree_has_part(fovea_context *context, const char *root,
                                          const char *part, bool *has, fovea_error *error);

// Names of the folders in `folder` that do not begin with a dot, in byte order.
fovea_status fovea__picture_tree_classes(fovea_context *context, const char *folder,
                                         fovea__names *classes, fovea_error *error);

// Lists FOLDER/CLASS for the classes given in `tree->classes`, which may be absent, and everything
// below. Endings png, jpg, jpeg, ppm and pgm in any case; names that begin with a dot are passed
// over, and so is a link to a folder on the way to it. BAD_FILE: a class folder without pictures,
// one that is not among the classes, no picture at all, more than 2^24 files or 2^20 folders. The
// caller clears `tree` in any case.
fovea_status fovea__picture_tree_list(fovea_context *context, const char *folder,
                                      fovea__picture_tree *tree, fovea_error *error);

void fovea__picture_tree_clear(fovea_context *context, fovea__picture_tree *tree);

#endif
