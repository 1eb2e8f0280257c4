// SPDX-License-Identifier: MIT
#include "data/picture_tree.h"

#include <string.h>

#include "base/fail.h"
#include "base/identity.h"
#include "base/memory.h"

enum { MAX_DEPTH = 32, MAX_FILES = 1 << 24, MAX_FOLDERS = 1 << 20 };

typedef struct tree_walk {
    fovea_context *context;
    fovea__picture_tree *tree;
    int32_t label;
    size_t file_room, label_room, folders;
    fovea__identity way[MAX_DEPTH];  // folders from the class down to the one at hand
    int depth;
} tree_walk;

static bool is_hidden(const char *name) {
    return name[0] == '.';
}

static bool is_picture(const char *name) {
    static const char *const ending[] = {".png", ".jpg", ".jpeg", ".ppm", ".pgm"};
    char extension[8];
    fovea__path_extension(name, extension, sizeof(extension));
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
        if (strcmp(extension, ending[i]) == 0) return true;
    }
    return false;
}

// Takes `path` over, also on failure.
static fovea_status add_file(tree_walk *walk, char *path, fovea_error *error) {
    fovea__picture_tree *tree = walk->tree;
    size_t count = tree->file.count;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (count >= MAX_FILES) {
        status = fovea__fail_at(error, FOVEA_BAD_FILE, path, -1,
                                "this is one picture more than the %d that are read", MAX_FILES);
        goto failed;
    }
    char **file = fovea__grow(walk->context, tree->file.name, count, &walk->file_room, count + 1,
                              sizeof(*file), error);
    if (!file) goto failed;
    tree->file.name = file;
    int32_t *label = fovea__grow(walk->context, tree->label, count, &walk->label_room, count + 1,
                                 sizeof(*label), error);
    if (!label) goto failed;
    tree->label = label;
    file[count] = path;
    label[count] = walk->label;
    tree->file.count++;
    return FOVEA_OK;
failed:
    fovea__free(walk->context, path);
    return status;
}

static fovea_status walk_folder(tree_walk *walk, const char *folder, fovea_error *error);

// One name of a folder: files in the first round, folders in the second.
static fovea_status walk_name(tree_walk *walk, const char *folder, const char *name, bool folders,
                              fovea_error *error) {
    if (is_hidden(name)) return FOVEA_OK;
    char *path = fovea__path_join(walk->context, folder, name, error);
    if (!path) return FOVEA_OUT_OF_MEMORY;
    bool is_folder = fovea__folder_exists(path);
    if (!folders && !is_folder && is_picture(name)) return add_file(walk, path, error);
    fovea_status status = FOVEA_OK;
    if (folders && is_folder) status = walk_folder(walk, path, error);
    fovea__free(walk->context, path);
    return status;
}

static fovea_status walk_names(tree_walk *walk, const char *folder, fovea_error *error) {
    fovea__names names;
    FOVEA__TRY(fovea__folder_list(walk->context, folder, &names, error));
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < 2 * names.count && status == FOVEA_OK; i++) {
        bool folders = i >= names.count;
        status = walk_name(walk, folder, names.name[i % names.count], folders, error);
    }
    fovea__names_free(walk->context, &names);
    return status;
}

static fovea_status walk_folder(tree_walk *walk, const char *folder, fovea_error *error) {
    fovea__identity here;
    if (!fovea__path_identity(folder, &here)) return FOVEA_OK;
    for (int i = 0; i < walk->depth; i++) {
        // A link back to a folder that is being listed.
        if (here.device == walk->way[i].device && here.number == walk->way[i].number)
            return FOVEA_OK;
    }
    if (walk->depth == MAX_DEPTH || ++walk->folders > MAX_FOLDERS) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, folder, -1,
                              "folders lie more than %d deep or are more than %d", MAX_DEPTH,
                              MAX_FOLDERS);
    }
    walk->way[walk->depth++] = here;
    fovea_status status = walk_names(walk, folder, error);
    walk->depth--;
    return status;
}

static fovea_status walk_class(tree_walk *walk, const char *folder, const char *name,
                               fovea_error *error) {
    char *path = fovea__path_join(walk->context, folder, name, error);
    if (!path) return FOVEA_OUT_OF_MEMORY;
    size_t before = walk->tree->file.count;
    fovea_status status = FOVEA_OK;
    if (fovea__folder_exists(path)) {
        status = walk_folder(walk, path, error);
        if (status == FOVEA_OK && walk->tree->file.count == before) {
            status = fovea__fail_at(error, FOVEA_BAD_FILE, path, -1,
                                    "the class has no pictures (png, jpg, jpeg, ppm, pgm)");
        }
    }
    fovea__free(walk->context, path);
    return status;
}

static bool has_name(const fovea__names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->name[i], name) == 0) return true;
    }
    return false;
}

// A class that only this part has would have no number in the others.
static fovea_status check_classes(fovea_context *context, const char *folder,
                                  const fovea__names *classes, fovea_error *error) {
    fovea__names here;
    FOVEA__TRY(fovea__picture_tree_classes(context, folder, &here, error));
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < here.count && status == FOVEA_OK; i++) {
        if (!has_name(classes, here.name[i])) {
            status =
                fovea__fail_at(error, FOVEA_BAD_FILE, folder, -1,
                               "the class %s is not among those of the part train", here.name[i]);
        }
    }
    fovea__names_free(context, &here);
    return status;
}

fovea_status fovea__picture_tree_list(fovea_context *context, const char *folder,
                                      fovea__picture_tree *tree, fovea_error *error) {
    FOVEA__TRY(check_classes(context, folder, &tree->classes, error));
    tree_walk walk = {.context = context, .tree = tree};
    for (size_t i = 0; i < tree->classes.count; i++) {
        walk.label = (int32_t)i;
        FOVEA__TRY(walk_class(&walk, folder, tree->classes.name[i], error));
    }
    if (tree->file.count > 0) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, folder, -1,
                          "holds no class folders of pictures (png, jpg, jpeg, ppm, pgm)");
}

fovea_status fovea__picture_tree_classes(fovea_context *context, const char *folder,
                                         fovea__names *classes, fovea_error *error) {
    FOVEA__TRY(fovea__folder_list(context, folder, classes, error));
    size_t kept = 0;
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < classes->count; i++) {
        char *name = classes->name[i];
        char *path = fovea__path_join(context, folder, name, error);
        if (!path) status = FOVEA_OUT_OF_MEMORY;
        bool keep = path && !is_hidden(name) && fovea__folder_exists(path);
        fovea__free(context, path);
        classes->name[i] = NULL;
        if (keep)
            classes->name[kept++] = name;
        else
            fovea__free(context, name);
    }
    classes->count = kept;
    if (status != FOVEA_OK) fovea__names_free(context, classes);
    return status;
}

fovea_status fovea__picture_tree_has_part(fovea_context *context, const char *root,
                                          const char *part, bool *has, fovea_error *error) {
    *has = false;
    char *path = fovea__path_join(context, root, part, error);
    if (!path) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OK;
    if (fovea__folder_exists(path)) {
        fovea__names classes;
        status = fovea__picture_tree_classes(context, path, &classes, error);
        *has = status == FOVEA_OK && classes.count > 0;
        if (status == FOVEA_OK) fovea__names_free(context, &classes);
    }
    fovea__free(context, path);
    return status;
}

void fovea__picture_tree_clear(fovea_context *context, fovea__picture_tree *tree) {
    fovea__names_free(context, &tree->classes);
    fovea__names_free(context, &tree->file);
    fovea__free(context, tree->label);
    *tree = (fovea__picture_tree){0};
}
