// SPDX-License-Identifier: MIT
// MNIST and its relatives from their two IDX files.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "data/store.h"
#include "formats/idx.h"
#include "formats/picture.h"

// The largest set known (EMNIST byclass) has 547 MB of pictures.
#define MAX_FILE (UINT64_C(4) << 30)

// Pictures stored column by column are turned in place, one after the other.
static fovea_status transpose(fovea__store *store, uint8_t *pixels, fovea_error *error) {
    size_t height = (size_t)store->height, width = (size_t)store->width;
    uint8_t *turned = fovea__new(store->context, height * width, 1, error);
    if (!turned) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < store->count; i++) {
        uint8_t *picture = pixels + (size_t)i * height * width;
        for (size_t y = 0; y < height; y++) {
            for (size_t x = 0; x < width; x++) turned[x * height + y] = picture[y * width + x];
        }
        memcpy(picture, turned, height * width);
    }
    fovea__free(store->context, turned);
    store->height = (int32_t)width;
    store->width = (int32_t)height;
    return FOVEA_OK;
}

// The file's memory becomes the store's: nothing is copied.
static fovea_status read_pictures(fovea__store *store, const fovea__found *found,
                                  fovea__idx *pictures, fovea_error *error) {
    fovea__bytes file;
    FOVEA__TRY(fovea__file_read(store->context, found->path[0], MAX_FILE, &file, error));
    fovea_status status =
        fovea__idx_open(store->context, &file, found->path[0], 3, 3, MAX_FILE, pictures, error);
    store->memory = file.data;
    FOVEA__TRY(status);
    store->count = pictures->dim[0];
    FOVEA__TRY(fovea__picture_check(found->path[0], 8, (uint64_t)pictures->dim[2],
                                    (uint64_t)pictures->dim[1], error));
    store->channels = 1;
    store->height = (int32_t)pictures->dim[1];
    store->width = (int32_t)pictures->dim[2];
    store->pixels = pictures->data;
    return FOVEA_OK;
}

static fovea_status take_labels(fovea__store *store, const fovea__found *found,
                                const fovea__idx *pictures, const fovea__idx *labels,
                                fovea_error *error) {
    const fovea__known_set *set = found->set;
    FOVEA__TRY(fovea__idx_check_pair(pictures, found->path[0], labels, found->path[1], error));
    FOVEA__TRY(
        fovea__idx_check_labels(labels, found->path[1], set->first_label, set->class_count, error));
    store->label = fovea__new(store->context, (size_t)store->count, sizeof(*store->label), error);
    if (!store->label) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < store->count; i++) store->label[i] = labels->data[i] - set->first_label;
    return FOVEA_OK;
}

fovea_status fovea__read_idx(fovea__store *store, const fovea__found *found, fovea_error *error) {
    fovea__idx pictures, labels;
    fovea__bytes file;
    FOVEA__TRY(read_pictures(store, found, &pictures, error));
    FOVEA__TRY(fovea__file_read(store->context, found->path[1], MAX_FILE, &file, error));
    fovea_status status =
        fovea__idx_open(store->context, &file, found->path[1], 1, 1, MAX_FILE, &labels, error);
    if (status == FOVEA_OK) status = take_labels(store, found, &pictures, &labels, error);
    fovea__free(store->context, file.data);
    FOVEA__TRY(status);
    if (found->set->transposed) {
        size_t header = (size_t)(pictures.data - (const uint8_t *)store->memory);
        FOVEA__TRY(transpose(store, (uint8_t *)store->memory + header, error));
    }
    return fovea__store_name_classes(store, found->set->class_name, (size_t)found->set->class_count,
                                     error);
}
