// SPDX-License-Identifier: MIT
// The pictures and labels of one part of a set as they were read: shared by every subset made of
// it, freed with the last one.
#ifndef FOVEA_DATA_STORE_H
#define FOVEA_DATA_STORE_H

#include <stdatomic.h>

#include "base/file.h"
#include "data/find.h"

// Most bytes of pixels held for one part; more is refused with a word about --resize.
#define FOVEA__STORE_MAX_BYTES (UINT64_C(16) << 30)

typedef struct fovea__store {
    fovea_context *context;
    atomic_int references;
    const fovea__known_set *known;  // NULL: a folder of pictures
    char *source;                   // name it was opened by, without the part
    char *name, *origin;
    const char *part;  // "train", "test" or "val", static
    int32_t channels, height, width;
    int64_t count;
    void *memory;           // holds the pixels, perhaps with a header before them
    const uint8_t *pixels;  // N,C,H,W, in `memory`
    int32_t *label;         // N
    fovea__names class_names;
} fovea__store;

// An empty one with one reference and the given names; the rest is filled by a reader.
fovea_status fovea__store_new(fovea_context *context, const char *source, const char *name,
                              const char *part, const char *origin, fovea__store **store,
                              fovea_error *error);
fovea__store *fovea__store_share(fovea__store *store);
void fovea__store_release(fovea__store *store);  // NULL is fine

static inline size_t fovea__store_picture_size(const fovea__store *store) {
    return (size_t)store->channels * (size_t)store->height * (size_t)store->width;
}

// Copies `count` class names.
fovea_status fovea__store_name_classes(fovea__store *store, const char *const *name, size_t count,
                                       fovea_error *error);

// Readers: fill shape, pixels, labels and class names of a new store. On failure the caller
// releases it.
fovea_status fovea__read_idx(fovea__store *store, const fovea__found *found, fovea_error *error);
fovea_status fovea__read_cifar(fovea__store *store, const fovea__found *found, fovea_error *error);

#endif
