// SPDX-License-Identifier: MIT
// Choosing classes by name or index.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/dataset.h"

static fovea_status fail_unknown(const fovea_dataset *dataset, const char *name,
                                 fovea_error *error) {
    const char *near = fovea__nearest(name, (const char *const *)dataset->store->class_names.name,
                                      dataset->store->class_names.count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no class \"%s\"%s%s%s",
                       dataset->store->name, name, near ? ", did you mean \"" : "",
                       near ? near : "", near ? "\"?" : "");
}

// A name counts before an index: MNIST's classes are called by their numbers.
static fovea_status find_class(const fovea_dataset *dataset, const char *name, int32_t *index,
                               fovea_error *error) {
    for (int32_t i = 0; i < dataset->class_count; i++) {
        if (strcmp(fovea_dataset_class_name(dataset, i), name) == 0) {
            *index = i;
            return FOVEA_OK;
        }
    }
    int64_t number;
    if (!fovea__parse_i64(name, &number)) return fail_unknown(dataset, name, error);
    if (number < 0 || number >= dataset->class_count) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no class %s, only 0 to %d",
                           dataset->store->name, name, (int)dataset->class_count - 1);
    }
    *index = (int32_t)number;
    return FOVEA_OK;
}

// Fills class_of and renumber of `made` (none before) from the list's `names`.
static fovea_status number_classes(const fovea_dataset *dataset, const char *list,
                                   fovea_dataset *made, fovea_error *error) {
    for (size_t i = 0; i < dataset->store->class_names.count; i++) made->renumber[i] = -1;
    made->class_count = 0;
    for (const char *at = list; at;) {
        const char *comma = strchr(at, ',');
        size_t length = comma ? (size_t)(comma - at) : strlen(at);
        char *name = fovea__copy_text_n(dataset->context, at, length, error);
        if (!name) return FOVEA_OUT_OF_MEMORY;
        int32_t index;
        fovea_status status = find_class(dataset, name, &index, error);
        if (status == FOVEA_OK && made->renumber[dataset->class_of[index]] >= 0) {
            status =
                fovea__fail(error, FOVEA_INVALID_ARGUMENT, "class \"%s\" is chosen twice", name);
        }
        fovea__free(dataset->context, name);
        FOVEA__TRY(status);
        made->renumber[dataset->class_of[index]] = made->class_count;
        made->class_of[made->class_count++] = dataset->class_of[index];
        at = comma ? comma + 1 : NULL;
    }
    return FOVEA_OK;
}

fovea_status fovea__dataset_of_classes(const fovea_dataset *dataset, const char *list,
                                       fovea_dataset **subset, fovea_error *error) {
    *subset = NULL;
    fovea_dataset *made;
    FOVEA__TRY(fovea__dataset_like(dataset, dataset->count, NULL, &made, error));
    fovea_status status = number_classes(dataset, list, made, error);
    for (int64_t i = 0; i < dataset->count && status == FOVEA_OK; i++) {
        int64_t position = dataset->position[i];
        if (made->renumber[dataset->store->label[position]] >= 0)
            made->position[made->count++] = position;
    }
    if (status == FOVEA_OK && made->count == 0) {
        status =
            fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s:%s has no picture of the classes %s",
                        dataset->store->name, dataset->part, list);
    }
    if (status != FOVEA_OK) {
        fovea_dataset_free(made);
        return status;
    }
    *subset = made;
    return FOVEA_OK;
}
