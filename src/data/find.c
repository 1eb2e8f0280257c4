// SPDX-License-Identifier: MIT
#include "data/find.h"

#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/format_text.h"
#include "base/identity.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/roots.h"

void fovea__found_clear(fovea_context *context, fovea__found *found) {
    fovea__free(context, found->origin);
    fovea__free(context, found->class_names);
    for (size_t i = 0; i < FOVEA__KNOWN_BATCHES; i++) fovea__free(context, found->path[i]);
    *found = (fovea__found){0};
}

// FOLDER/NAME if it exists, else NULL in `*path`.
static fovea_status path_if_there(fovea_context *context, const char *folder, const char *name,
                                  char **path, fovea_error *error) {
    *path = fovea__path_join(context, folder, name, error);
    if (!*path) return FOVEA_OUT_OF_MEMORY;
    if (!fovea__path_exists(*path)) {
        fovea__free(context, *path);
        *path = NULL;
    }
    return FOVEA_OK;
}

// The same in the four spellings an IDX file goes by.
static fovea_status idx_if_there(fovea_context *context, const char *folder, const char *name,
                                 char **path, fovea_error *error) {
    for (int spelling = 0; spelling < 4; spelling++) {
        char spelt[80];
        fovea__format(spelt, sizeof(spelt), "%s%s", name, spelling & 1 ? ".gz" : "");
        char *dash = strstr(spelt, "-idx");
        if ((spelling & 2) && dash) *dash = '.';
        FOVEA__TRY(path_if_there(context, folder, spelt, path, error));
        if (*path) return FOVEA_OK;
    }
    return FOVEA_OK;
}

// Sets `found` if `folder` itself has all files of the part; some of them only is an error.
static fovea_status look_for_files(fovea_context *context, const char *folder, fovea__found *found,
                                   fovea_error *error) {
    char name[FOVEA__KNOWN_BATCHES][64];
    size_t count = fovea__known_files(found->set, found->part, name), there = 0, absent = 0;
    for (size_t i = 0; i < count; i++) {
        fovea__free(context, found->path[i]);
        found->path[i] = NULL;
        FOVEA__TRY((found->set->kind == FOVEA__KNOWN_IDX ? idx_if_there : path_if_there)(
            context, folder, name[i], &found->path[i], error));
        if (found->path[i])
            there++;
        else
            absent = i;
    }
    if (there == 0) return FOVEA_OK;
    if (there < count) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, folder, -1,
                              "%s is missing, though other files of %s:%s are there", name[absent],
                              found->set->name, found->part);
    }
    found->origin = fovea__copy_text(context, folder, error);
    if (!found->origin) return FOVEA_OUT_OF_MEMORY;
    found->count = count;
    return FOVEA_OK;
}

// train.bin and test.bin may be anybody's: in a folder of any name the class names must lie beside
// them.
static fovea_status look_for_cifar_files(fovea_context *context, const char *folder,
                                         bool own_folder, fovea__found *found, fovea_error *error) {
    if (!fovea__folder_exists(folder)) return FOVEA_OK;
    if (found->set->kind == FOVEA__KNOWN_CIFAR_100) {
        FOVEA__TRY(
            path_if_there(context, folder, "fine_label_names.txt", &found->class_names, error));
        if (!own_folder && !found->class_names) return FOVEA_OK;
    }
    return look_for_files(context, folder, found, error);
}

static fovea_status look_for_cifar(fovea_context *context, const char *place, fovea__found *found,
                                   fovea_error *error) {
    bool ten = found->set->kind == FOVEA__KNOWN_CIFAR_10;
    FOVEA__TRY(look_for_cifar_files(context, place, false, found, error));
    if (found->origin) return FOVEA_OK;
    fovea__free(context, found->class_names);
    found->class_names = NULL;
    char *folder =
        fovea__path_join(context, place, ten ? "cifar-10-batches-bin" : "cifar-100-binary", error);
    if (!folder) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = look_for_cifar_files(context, folder, true, found, error);
    fovea__free(context, folder);
    if (status != FOVEA_OK || found->origin) return status;
    FOVEA__TRY(path_if_there(context, place, found->set->archive, &found->origin, error));
    found->archive = found->origin != NULL;
    return FOVEA_OK;
}

// Sets `found` if the place has the part. `found->set` and `part` are given.
static fovea_status look_in(fovea_context *context, const char *place, fovea__found *found,
                            fovea_error *error) {
    if (!fovea__folder_exists(place)) return FOVEA_OK;
    if (found->set->kind == FOVEA__KNOWN_IDX) return look_for_files(context, place, found, error);
    return look_for_cifar(context, place, found, error);
}

// FOVEA_DATA=…/fashion-mnist must not make its files pass for MNIST, whose names they share.
static bool is_of_another_set(const char *root, const fovea__known_set *set) {
    const fovea__known_set *owner = fovea__known_by_folder(root);
    return owner && owner != set && owner->train && set->train &&
           strcmp(owner->train, set->train) == 0;
}

static fovea_status look_in_root(fovea_context *context, const char *root, fovea__found *found,
                                 fovea__text *passed_over, fovea_error *error) {
    for (const char *const *folder = found->set->folder; *folder && !found->origin; folder++) {
        if (!**folder && is_of_another_set(root, found->set)) continue;
        char *place = fovea__path_join(context, root, *folder, error);
        if (!place) return FOVEA_OUT_OF_MEMORY;
        fovea_status status = look_in(context, place, found, error);
        if (status == FOVEA_OK && !found->origin && **folder && fovea__folder_exists(place))
            fovea__text_format(passed_over, " %s is there but without these files.", place);
        fovea__free(context, place);
        FOVEA__TRY(status);
    }
    return FOVEA_OK;
}

static fovea_status fail_missing(fovea_context *context, const fovea__found *found,
                                 const fovea__names *roots, const char *passed_over,
                                 fovea_error *error) {
    char name[FOVEA__KNOWN_BATCHES][64];
    fovea__known_files(found->set, found->part, name);
    fovea__text places = fovea__text_begin(context);
    for (const char *const *folder = found->set->folder; *folder; folder++) {
        if (**folder) fovea__text_format(&places, "%s, ", *folder);
    }
    fovea__text_add(&places, "and directly, below");
    for (size_t i = 0; i < roots->count; i++)
        fovea__text_format(&places, "%s %s", i > 0 ? "," : "", roots->name[i]);
    char *text;
    FOVEA__TRY(fovea__text_take(&places, &text, NULL, error));
    char package[96] = "";
    if (found->set->package) {
        fovea__format(package, sizeof(package), " or `apt install %s`", found->set->package);
    }
    fovea__fail(error, FOVEA_DATA_MISSING,
                "the data set %s is not here: get it with `fovea data get %s`%s.%s Looked for %s%s "
                "in %s",
                found->set->name, found->set->name, package, passed_over, name[0],
                found->set->kind == FOVEA__KNOWN_IDX ? "[.gz]" : "", text);
    fovea__free(context, text);
    return FOVEA_DATA_MISSING;
}

// "train" or "test" as a static string, NULL for a part that known sets do not have.
static const char *static_part(const char *part) {
    if (strcmp(part, "train") == 0) return "train";
    return strcmp(part, "test") == 0 ? "test" : NULL;
}

static fovea_status look_in_roots(fovea_context *context, const fovea__names *roots,
                                  fovea__found *found, fovea_error *error) {
    fovea__text passed_over = fovea__text_begin(context);
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < roots->count && !found->origin; i++)
        FOVEA__GO(look_in_root(context, roots->name[i], found, &passed_over, error));
    if (!found->origin) {
        fovea__text_add(&passed_over, "");
        char *text;
        FOVEA__TRY(fovea__text_take(&passed_over, &text, NULL, error));
        status = fail_missing(context, found, roots, text, error);
        fovea__free(context, text);
        return status;
    }
done:
    fovea__text_discard(&passed_over);
    return status;
}

fovea_status fovea__find(fovea_context *context, const fovea__known_set *set, const char *part,
                         const char *directory, fovea__found *found, fovea_error *error) {
    *found = (fovea__found){.set = set, .part = static_part(part)};
    if (!found->part) {
        *found = (fovea__found){0};
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no part %s, only train and test",
                           set->name, part);
    }
    fovea__names roots;
    fovea_status status = fovea__data_roots(context, directory, &roots, error);
    if (status == FOVEA_OK) {
        status = look_in_roots(context, &roots, found, error);
        fovea__names_free(context, &roots);
    }
    if (status != FOVEA_OK) fovea__found_clear(context, found);
    return status;
}

fovea_status fovea__find_in_folder(fovea_context *context, const char *folder, const char *part,
                                   fovea__found *found, fovea_error *error) {
    *found = (fovea__found){0};
    const char *fixed = static_part(part);
    if (!fixed) return FOVEA_OK;
    for (size_t i = 0; i < fovea__known_count(); i++) {
        const fovea__known_set *set = fovea__known_at(i);
        if (is_of_another_set(folder, set)) continue;
        *found = (fovea__found){.set = set, .part = fixed};
        fovea_status status = look_in(context, folder, found, error);
        if (status == FOVEA_OK && found->origin) return FOVEA_OK;
        fovea__found_clear(context, found);
        FOVEA__TRY(status);
    }
    return FOVEA_OK;
}
