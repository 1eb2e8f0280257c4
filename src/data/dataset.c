// SPDX-License-Identifier: MIT
#include "data/dataset.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

void fovea_dataset_free(fovea_dataset *dataset) {
    if (!dataset) return;
    fovea_context *context = dataset->context;
    fovea__free(context, dataset->position);
    fovea__free(context, dataset->class_of);
    fovea__free(context, dataset->renumber);
    fovea__free(context, dataset->own_part);
    fovea__store_release(dataset->store);
    fovea__free(context, dataset);
}

static fovea_status make(fovea__store *store, int64_t count, int32_t class_count,
                         fovea_dataset **made, fovea_error *error) {
    fovea_context *context = store->context;
    fovea_dataset *set = fovea__new(context, 1, sizeof(*set), error);
    if (!set) return FOVEA_OUT_OF_MEMORY;
    set->context = context;
    set->store = fovea__store_share(store);
    set->part = store->part;
    set->class_count = class_count;
    size_t classes = (size_t)class_count;
    set->position = fovea__new(context, (size_t)count, sizeof(*set->position), error);
    if (set->position) set->class_of = fovea__new(context, classes, sizeof(*set->class_of), error);
    if (set->class_of) {
        set->renumber =
            fovea__new(context, store->class_names.count, sizeof(*set->renumber), error);
    }
    if (!set->renumber) {
        fovea_dataset_free(set);
        return FOVEA_OUT_OF_MEMORY;
    }
    *made = set;
    return FOVEA_OK;
}

fovea_status fovea__dataset_of(fovea__store *store, fovea_dataset **dataset, fovea_error *error) {
    *dataset = NULL;
    int32_t classes = (int32_t)store->class_names.count;
    fovea_dataset *set;
    FOVEA__TRY(make(store, store->count, classes, &set, error));
    for (int64_t i = 0; i < store->count; i++) set->position[i] = i;
    for (int32_t i = 0; i < classes; i++) set->class_of[i] = set->renumber[i] = i;
    set->count = store->count;
    *dataset = set;
    return FOVEA_OK;
}

fovea_status fovea__dataset_like(const fovea_dataset *dataset, int64_t count, const char *part,
                                 fovea_dataset **made, fovea_error *error) {
    *made = NULL;
    fovea_dataset *set;
    FOVEA__TRY(make(dataset->store, count, dataset->class_count, &set, error));
    memcpy(set->class_of, dataset->class_of, (size_t)set->class_count * sizeof(*set->class_of));
    memcpy(set->renumber, dataset->renumber,
           dataset->store->class_names.count * sizeof(*set->renumber));
    set->own_part = fovea__copy_text(set->context, part ? part : dataset->part, error);
    if (!set->own_part) {
        fovea_dataset_free(set);
        return FOVEA_OUT_OF_MEMORY;
    }
    set->part = set->own_part;
    *made = set;
    return FOVEA_OK;
}

int64_t fovea_dataset_count(const fovea_dataset *dataset) {
    return dataset->count;
}

const char *fovea_dataset_name(const fovea_dataset *dataset) {
    return dataset->store->name;
}

const char *fovea_dataset_part(const fovea_dataset *dataset) {
    return dataset->part;
}

const char *fovea_dataset_origin(const fovea_dataset *dataset) {
    return dataset->store->origin;
}

const char *fovea_dataset_title(const fovea_dataset *dataset) {
    return dataset->store->known ? dataset->store->known->title : "";
}

fovea_shape fovea_dataset_shape(const fovea_dataset *dataset) {
    const fovea__store *store = dataset->store;
    return (fovea_shape){3, {store->channels, store->height, store->width}};
}

int32_t fovea_dataset_class_count(const fovea_dataset *dataset) {
    return dataset->class_count;
}

const char *fovea_dataset_class_name(const fovea_dataset *dataset, int32_t index) {
    if (index < 0 || index >= dataset->class_count) return NULL;
    return dataset->store->class_names.name[dataset->class_of[index]];
}

const uint8_t *fovea_dataset_picture(const fovea_dataset *dataset, int64_t i) {
    const fovea__store *store = dataset->store;
    return store->pixels + (size_t)dataset->position[i] * fovea__store_picture_size(store);
}

int32_t fovea_dataset_label(const fovea_dataset *dataset, int64_t i) {
    return dataset->renumber[dataset->store->label[dataset->position[i]]];
}

int64_t fovea_dataset_index(const fovea_dataset *dataset, int64_t i) {
    return dataset->position[i];
}
