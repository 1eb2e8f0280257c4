// SPDX-License-Identifier: MIT
// What a data set is: a choice of samples of a store, and a numbering of its classes.
#ifndef FOVEA_DATA_DATASET_H
#define FOVEA_DATA_DATASET_H

#include "data/store.h"
#include "fovea/data.h"

struct fovea_dataset {
    fovea_context *context;
    fovea__store *store;  // a reference of its own
    const char
        *part;  // "train", "test" or "val", static; a name given by the caller is in own_part
    char *own_part;
    int64_t count;
    int64_t *position;  // of each sample in the store
    int32_t class_count;
    int32_t *class_of;  // class of the store behind each class
    int32_t *renumber;  // class of the set for each class of the store, -1: left out
};

// All samples of the store, which gets one reference more.
fovea_status fovea__dataset_of(fovea__store *store, fovea_dataset **dataset, fovea_error *error);

// An empty set with room for `count` samples, and the classes and part of `dataset`.
fovea_status fovea__dataset_like(const fovea_dataset *dataset, int64_t count, const char *part,
                                 fovea_dataset **made, fovea_error *error);

// Only the classes in the comma-separated list, renumbered in its order.
fovea_status fovea__dataset_of_classes(const fovea_dataset *dataset, const char *list,
                                       fovea_dataset **subset, fovea_error *error);

// Opens the part ("train", "test" or "val") of the set or folder `source` (a name without ":PART").
// `strict`: a folder of pictures without parts has only "train"; else any part opens the whole.
fovea_status fovea__open_store(fovea_context *context, const char *source, const char *part,
                               bool strict, const fovea_dataset_options *options,
                               fovea__store **store, fovea_error *error);

// `options` completed with defaults (NULL: all).
fovea_dataset_options fovea__dataset_options_of(const fovea_dataset_options *options);

// Splits "SET:PART": `*source` (fovea__free) and the static `*part`, NULL where the name has none.
fovea_status fovea__dataset_parse_name(fovea_context *context, const char *name, char **source,
                                       const char **part, fovea_error *error);

#endif
