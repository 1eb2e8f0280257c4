// SPDX-License-Identifier: MIT
// Sets made of samples of another one.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/dataset.h"

fovea_status fovea_dataset_of_class(const fovea_dataset *dataset, int32_t index,
                                    fovea_dataset **subset, fovea_error *error) {
    *subset = NULL;
    if (index < 0 || index >= dataset->class_count) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no class %d, only 0 to %d",
                           dataset->store->name, (int)index, (int)dataset->class_count - 1);
    }
    int64_t count = 0;
    for (int64_t i = 0; i < dataset->count; i++) count += fovea_dataset_label(dataset, i) == index;
    fovea_dataset *made;
    FOVEA__TRY(fovea__dataset_like(dataset, count, NULL, &made, error));
    for (int64_t i = 0; i < dataset->count; i++) {
        if (fovea_dataset_label(dataset, i) == index)
            made->position[made->count++] = dataset->position[i];
    }
    *subset = made;
    return FOVEA_OK;
}

fovea_status fovea_dataset_first(const fovea_dataset *dataset, int64_t count,
                                 fovea_dataset **subset, fovea_error *error) {
    *subset = NULL;
    if (count < 1) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the first %lld samples were asked for, it must be 1 or more",
                           (long long)count);
    }
    if (count > dataset->count) count = dataset->count;
    FOVEA__TRY(fovea__dataset_like(dataset, count, NULL, subset, error));
    memcpy((*subset)->position, dataset->position, (size_t)count * sizeof(*dataset->position));
    (*subset)->count = count;
    return FOVEA_OK;
}

fovea_status fovea_dataset_select(const fovea_dataset *dataset, const int64_t *position,
                                  int64_t count, const char *part, fovea_dataset **subset,
                                  fovea_error *error) {
    *subset = NULL;
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no samples were chosen");
    for (int64_t i = 0; i < count; i++) {
        if (position[i] >= 0 && position[i] < dataset->count) continue;
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no sample %lld, only 0 to %lld",
                           dataset->store->name, (long long)position[i],
                           (long long)dataset->count - 1);
    }
    fovea_dataset *made;
    FOVEA__TRY(fovea__dataset_like(dataset, count, part, &made, error));
    for (int64_t i = 0; i < count; i++) made->position[i] = dataset->position[position[i]];
    made->count = count;
    *subset = made;
    return FOVEA_OK;
}

// The first `chosen` of a random permutation are marked, so each part keeps the set's order.
static fovea_status divide(const fovea_dataset *dataset, uint64_t seed, int64_t chosen,
                           fovea_dataset *training, fovea_dataset *validation, fovea_error *error) {
    size_t count = (size_t)dataset->count;
    int64_t *order = fovea__new(dataset->context, count, sizeof(*order), error);
    uint8_t *marked = order ? fovea__new(dataset->context, count, 1, error) : NULL;
    if (marked) {
        fovea__random_permutation(seed, FOVEA__RANDOM_SPLIT, 0, dataset->count, order);
        for (int64_t i = 0; i < chosen; i++) marked[order[i]] = 1;
        for (size_t i = 0; i < count; i++) {
            fovea_dataset *part = marked[i] ? validation : training;
            part->position[part->count++] = dataset->position[i];
        }
    }
    fovea__free(dataset->context, order);
    fovea__free(dataset->context, marked);
    return marked ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea_dataset_split(const fovea_dataset *dataset, uint64_t seed, double fraction,
                                 fovea_dataset **training, fovea_dataset **validation,
                                 fovea_error *error) {
    *training = *validation = NULL;
    if (!(fraction > 0 && fraction < 1)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the part split off must be more than 0 and less than 1, not %g",
                           fraction);
    }
    int64_t count = dataset->count, chosen = llround(fraction * (double)count);
    if (chosen < 1 || chosen >= count) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%g of %lld samples leaves one part empty", fraction, (long long)count);
    }
    fovea_dataset *rest = NULL, *taken = NULL;
    fovea_status status;
    FOVEA__GO(fovea__dataset_like(dataset, count - chosen, "train", &rest, error));
    FOVEA__GO(fovea__dataset_like(dataset, chosen, "val", &taken, error));
    FOVEA__GO(divide(dataset, seed, chosen, rest, taken, error));
    *training = rest;
    *validation = taken;
    return FOVEA_OK;
done:
    fovea_dataset_free(rest);
    fovea_dataset_free(taken);
    return status;
}
