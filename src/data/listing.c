// SPDX-License-Identifier: MIT
// What sets and parts there are, without reading them.
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "data/picture_tree.h"

static fovea_status has_part(fovea_context *context, const char *source, const char *part,
                             const fovea_dataset_options *options, bool *has, fovea_error *error) {
    const fovea__known_set *set = fovea__known_find(source);
    fovea__found found = {0};
    *has = false;
    if (set) {
        fovea_status status = fovea__find(context, set, part, options->directory, &found, error);
        *has = status == FOVEA_OK;
        fovea__found_clear(context, &found);
        return status;
    }
    if (!fovea__folder_exists(source)) return FOVEA_OK;
    FOVEA__TRY(fovea__find_in_folder(context, source, part, &found, error));
    *has = found.set != NULL;
    fovea__found_clear(context, &found);
    if (*has) return FOVEA_OK;
    FOVEA__TRY(fovea__picture_tree_has_part(context, source, part, has, error));
    if (*has || strcmp(part, "train") != 0) return FOVEA_OK;
    // Without parts, the whole is the part train; a folder with other parts lacks it.
    bool test, val;
    FOVEA__TRY(fovea__picture_tree_has_part(context, source, "test", &test, error));
    FOVEA__TRY(fovea__picture_tree_has_part(context, source, "val", &val, error));
    fovea__names classes;
    FOVEA__TRY(fovea__picture_tree_classes(context, source, &classes, error));
    *has = !test && !val && classes.count > 0;
    fovea__names_free(context, &classes);
    return FOVEA_OK;
}

int fovea_dataset_has_part(fovea_context *context, const char *name,
                           const fovea_dataset_options *options, const char *part) {
    fovea_dataset_options complete = fovea__dataset_options_of(options);
    char *source;
    const char *own_part;
    if (fovea__dataset_parse_name(context, name, &source, &own_part, NULL) != FOVEA_OK) return 0;
    bool has;
    fovea_status status = has_part(context, source, part, &complete, &has, NULL);
    fovea__free(context, source);
    return status == FOVEA_OK && has;
}

int32_t fovea_known_dataset_count(void) {
    return (int32_t)fovea__known_count();
}

fovea_status fovea_known_dataset_get(fovea_context *context, int32_t index,
                                     const fovea_dataset_options *options,
                                     fovea_known_dataset *known, fovea_error *error) {
    const fovea__known_set *set = index >= 0 ? fovea__known_at((size_t)index) : NULL;
    *known = (fovea_known_dataset){0};
    if (!set) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no known set number %d",
                           (int)index);
    }
    known->name = set->name;
    known->title = set->title;
    known->shape = set->shape;
    known->train_count = set->train_count;
    known->test_count = set->test_count;
    known->classes = set->class_count;
    fovea_dataset_options complete = fovea__dataset_options_of(options);
    // One part is enough to be found; a place with some files only is not.
    for (int i = 0; i < 2 && !known->found[0]; i++) {
        fovea__found found;
        fovea_status status =
            fovea__find(context, set, i == 0 ? "train" : "test", complete.directory, &found, error);
        if (status == FOVEA_OK)
            fovea__format(known->found, sizeof(known->found), "%s", found.origin);
        else if (status == FOVEA_OUT_OF_MEMORY)
            return status;
        fovea__found_clear(context, &found);
    }
    return FOVEA_OK;
}
