// SPDX-License-Identifier: MIT
// A set whose pictures are moved.
#include "base/fail.h"
#include "base/memory.h"
#include "data/batch.h"
#include "data/dataset.h"

enum { FARTHEST = 16384 };

static fovea_status name_classes(const fovea_dataset *dataset, fovea__store *store,
                                 fovea_error *error) {
    size_t count = (size_t)fovea_dataset_class_count(dataset);
    const char **names = fovea__new(store->context, count, sizeof *names, error);
    if (!names) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) names[i] = fovea_dataset_class_name(dataset, (int32_t)i);
    fovea_status status = fovea__store_name_classes(store, names, count, error);
    fovea__free(store->context, names);
    return status;
}

static void move_picture(const fovea__store *from, const uint8_t *src, int32_t down, int32_t right,
                         const uint8_t *fill, uint8_t *dst) {
    size_t pixels = (size_t)from->height * (size_t)from->width;
    for (int32_t c = 0; c < from->channels; c++)
        fovea__move_channel(src + (size_t)c * pixels, from->height, from->width, down, right, 0,
                            fill ? fill[c] : 0, dst + (size_t)c * pixels);
}

static fovea_status fill_store(const fovea_dataset *dataset, int32_t down, int32_t right,
                               const uint8_t *fill, fovea__store *store, fovea_error *error) {
    const fovea__store *from = dataset->store;
    size_t each = fovea__store_picture_size(from);
    store->known = from->known;
    store->channels = from->channels;
    store->height = from->height;
    store->width = from->width;
    FOVEA__TRY(name_classes(dataset, store, error));
    uint8_t *pixels = fovea__new(store->context, (size_t)dataset->count, each, error);
    store->memory = pixels;
    store->pixels = pixels;
    store->label = fovea__new(store->context, (size_t)dataset->count, sizeof *store->label, error);
    if (!pixels || !store->label) return FOVEA_OUT_OF_MEMORY;
    for (; store->count < dataset->count; store->count++) {
        store->label[store->count] = fovea_dataset_label(dataset, store->count);
        move_picture(from, fovea_dataset_picture(dataset, store->count), down, right, fill,
                     pixels + (size_t)store->count * each);
    }
    return FOVEA_OK;
}

fovea_status fovea_dataset_shifted(const fovea_dataset *dataset, int32_t down, int32_t right,
                                   const uint8_t *fill, fovea_dataset **shifted,
                                   fovea_error *error) {
    const fovea__store *from = dataset->store;
    fovea__store *store;
    *shifted = NULL;
    if (down < -FARTHEST || down > FARTHEST || right < -FARTHEST || right > FARTHEST)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "pictures are moved by -%d to %d pixels, not by %d and %d", FARTHEST,
                           FARTHEST, (int)down, (int)right);
    FOVEA__TRY(fovea__store_new(dataset->context, from->source, from->name, from->part,
                                from->origin, &store, error));
    fovea_status status = fill_store(dataset, down, right, fill, store, error);
    if (status == FOVEA_OK) status = fovea__dataset_of(store, shifted, error);
    fovea__store_release(store);
    return status;
}
