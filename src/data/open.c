// SPDX-License-Identifier: MIT
// From a name to a data set.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/dataset.h"
#include "data/read_pictures.h"
#include "formats/picture.h"

static const char *const part_names[] = {"train", "test", "val"};

void fovea_dataset_options_default(fovea_dataset_options *options) {
    *options = (fovea_dataset_options){.size = sizeof(*options)};
}

fovea_dataset_options fovea__dataset_options_of(const fovea_dataset_options *options) {
    fovea_dataset_options complete;
    fovea_dataset_options_default(&complete);
    if (options) {
        size_t size = options->size < sizeof(complete) ? options->size : sizeof(complete);
        memcpy(&complete, options, size);
        complete.size = sizeof(complete);
    }
    return complete;
}

static fovea_status check_options(const fovea_dataset_options *options, fovea_error *error) {
    const int32_t *resize = options->resize;
    if (options->limit < 0) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a limit of %lld samples: 0 (no limit) or more are possible",
                           (long long)options->limit);
    }
    bool none = resize[0] == 0 && resize[1] == 0;
    if (!none && (resize[0] < 1 || resize[1] < 1 || resize[0] > FOVEA__PICTURE_MAX_SIDE ||
                  resize[1] > FOVEA__PICTURE_MAX_SIDE)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "pictures cannot be made %d high and %d wide, 1 to %d are possible",
                           (int)resize[0], (int)resize[1], (int)FOVEA__PICTURE_MAX_SIDE);
    }
    return FOVEA_OK;
}

static const char *static_part(const char *part) {
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(part, part_names[i]) == 0) return part_names[i];
    }
    return NULL;
}

static fovea_status fail_part(const char *name, const char *part, fovea_error *error) {
    const char *near = fovea__nearest(part, part_names, 3);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "%s: there is no part \"%s\", only train, test and val%s%s%s", name, part,
                       near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

fovea_status fovea__dataset_parse_name(fovea_context *context, const char *name, char **source,
                                       const char **part, fovea_error *error) {
    *part = NULL;
    *source = fovea__copy_text(context, name, error);
    if (!*source) return FOVEA_OUT_OF_MEMORY;
    char *colon = strrchr(*source, ':');
    // A folder may have a colon in its name, and in those above it.
    if (!colon || strchr(colon, '/') || fovea__folder_exists(name)) return FOVEA_OK;
    *colon = '\0';
    *part = static_part(colon + 1);
    if (*part) return FOVEA_OK;
    fovea_status status = fail_part(name, colon + 1, error);
    fovea__free(context, *source);
    *source = NULL;
    return status;
}

static fovea_status read_found(fovea_context *context, const char *source, fovea__found *found,
                               fovea__store **store, fovea_error *error) {
    fovea_status status = fovea__store_new(context, source, found->set->name, found->part,
                                           found->origin, store, error);
    if (status == FOVEA_OK) {
        (*store)->known = found->set;
        bool idx = found->set->kind == FOVEA__KNOWN_IDX;
        status = (idx ? fovea__read_idx : fovea__read_cifar)(*store, found, error);
    }
    fovea__found_clear(context, found);
    return status;
}

// Where the pictures of a part lie and which folder names the classes.
typedef struct picture_folder {
    char *part, *classes;  // in memory of their own
} picture_folder;

static void free_picture_folder(fovea_context *context, picture_folder *folder) {
    fovea__free(context, folder->part);
    fovea__free(context, folder->classes);
}

static fovea_status find_picture_folder(fovea_context *context, const char *root, const char **part,
                                        bool strict, picture_folder *folder, fovea_error *error) {
    bool has[3], any = false;
    for (int i = 0; i < 3; i++) {
        FOVEA__TRY(fovea__picture_tree_has_part(context, root, part_names[i], &has[i], error));
        any |= has[i];
    }
    if (!any && (!strict || *part == part_names[0])) {
        *part = part_names[0];
        folder->part = fovea__copy_text(context, root, error);
        folder->classes = folder->part ? fovea__copy_text(context, root, error) : NULL;
        return folder->classes ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    }
    for (int i = 0; i < 3; i++) {
        if (!has[i] || *part != part_names[i]) continue;
        folder->part = fovea__path_join(context, root, *part, error);
        if (!folder->part) return FOVEA_OUT_OF_MEMORY;
        folder->classes = fovea__path_join(context, root, has[0] ? "train" : *part, error);
        return folder->classes ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    }
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, root, -1, "has no part %s, only%s%s%s%s",
                          *part, any ? "" : " train", has[0] ? " train" : "", has[1] ? " test" : "",
                          has[2] ? " val" : "");
}

// The last component of a path, for the set's name.
static void name_of_folder(const char *path, char *name, size_t size) {
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/') end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') start--;
    snprintf(name, size, "%.*s", (int)(end - start), path + start);
}

static fovea_status open_pictures(fovea_context *context, const char *source, const char *part,
                                  bool strict, const int32_t resize[2], fovea__store **store,
                                  fovea_error *error) {
    picture_folder folder = {0};
    fovea__picture_tree tree = {0};
    char name[256];
    name_of_folder(source, name, sizeof(name));
    fovea_status status;
    FOVEA__GO(find_picture_folder(context, source, &part, strict, &folder, error));
    FOVEA__GO(fovea__picture_tree_classes(context, folder.classes, &tree.classes, error));
    FOVEA__GO(fovea__picture_tree_list(context, folder.part, &tree, error));
    FOVEA__GO(fovea__store_new(context, source, name, part, folder.part, store, error));
    FOVEA__GO(fovea__read_pictures(*store, &tree, resize, error));
done:
    fovea__picture_tree_clear(context, &tree);
    free_picture_folder(context, &folder);
    return status;
}

// A folder with files of a known set that lacks the part asked for must not pass for one of
// pictures.
static fovea_status check_other_part(fovea_context *context, const char *source, const char *part,
                                     fovea_error *error) {
    for (int i = 0; i < 2; i++) {
        fovea__found found;
        FOVEA__TRY(fovea__find_in_folder(context, source, part_names[i], &found, error));
        const fovea__known_set *set = found.set;
        fovea__found_clear(context, &found);
        if (set) {
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, source, -1,
                                  "has %s:%s, but no part %s", set->name, part_names[i], part);
        }
    }
    return FOVEA_OK;
}

static fovea_status open_folder(fovea_context *context, const char *source, const char *part,
                                bool strict, const int32_t resize[2], fovea__store **store,
                                fovea_error *error) {
    fovea__found found;
    FOVEA__TRY(fovea__find_in_folder(context, source, part, &found, error));
    if (found.set) return read_found(context, source, &found, store, error);
    FOVEA__TRY(check_other_part(context, source, part, error));
    return open_pictures(context, source, part, strict, resize, store, error);
}

static fovea_status fail_no_set(const char *source, fovea_error *error) {
    const char *near = fovea__known_nearest(source);
    return fovea__fail(error, FOVEA_DATA_MISSING,
                       "there is no data set and no folder \"%s\"%s%s%s; `fovea data list` shows "
                       "the sets",
                       source, near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
}

fovea_status fovea__open_store(fovea_context *context, const char *source, const char *part,
                               bool strict, const fovea_dataset_options *options,
                               fovea__store **store, fovea_error *error) {
    *store = NULL;
    part = static_part(part);  // from here on parts are told by their address
    const fovea__known_set *set = fovea__known_find(source);
    fovea_status status;
    if (set) {
        fovea__found found;
        FOVEA__TRY(fovea__find(context, set, part, options->directory, &found, error));
        status = read_found(context, source, &found, store, error);
    } else if (fovea__folder_exists(source)) {
        status = open_folder(context, source, part, strict, options->resize, store, error);
    } else {
        return fail_no_set(source, error);
    }
    if (status != FOVEA_OK) {
        fovea__store_release(*store);
        *store = NULL;
    }
    return status;
}

// Replaces `*dataset` by what `subset` made of it.
static fovea_status replace(fovea_dataset **dataset, fovea_dataset *subset, fovea_status status) {
    if (status != FOVEA_OK) return status;
    fovea_dataset_free(*dataset);
    *dataset = subset;
    return FOVEA_OK;
}

static fovea_status narrow(fovea_dataset **dataset, const fovea_dataset_options *options,
                           fovea_error *error) {
    fovea_dataset *subset = NULL;
    if (options->classes) {
        fovea_status status = fovea__dataset_of_classes(*dataset, options->classes, &subset, error);
        FOVEA__TRY(replace(dataset, subset, status));
    }
    if (options->limit > 0 && options->limit < (*dataset)->count) {
        fovea_status status = fovea_dataset_first(*dataset, options->limit, &subset, error);
        FOVEA__TRY(replace(dataset, subset, status));
    }
    return FOVEA_OK;
}

fovea_status fovea_dataset_open(fovea_context *context, const char *name,
                                const fovea_dataset_options *options, fovea_dataset **dataset,
                                fovea_error *error) {
    *dataset = NULL;
    if (options && options->size != sizeof(*options)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the options have %zu bytes, this library's have %zu: fill them with "
                           "fovea_dataset_options_default",
                           options->size, sizeof(*options));
    }
    fovea_dataset_options complete = fovea__dataset_options_of(options);
    FOVEA__TRY(check_options(&complete, error));
    const char *wanted = complete.part ? static_part(complete.part) : "train", *part;
    if (!wanted) return fail_part(name, complete.part, error);
    char *source;
    FOVEA__TRY(fovea__dataset_parse_name(context, name, &source, &part, error));
    fovea__store *store = NULL;
    fovea_dataset *set = NULL;
    fovea_status status;
    FOVEA__GO(fovea__open_store(context, source, part ? part : wanted, part != NULL, &complete,
                                &store, error));
    FOVEA__GO(fovea__dataset_of(store, &set, error));
    FOVEA__GO(narrow(&set, &complete, error));
done:
    fovea__free(context, source);
    fovea__store_release(store);
    if (status != FOVEA_OK)
        fovea_dataset_free(set);
    else
        *dataset = set;
    return status;
}
