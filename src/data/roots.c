// SPDX-License-Identifier: MIT
#include "data/roots.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"

// Takes `root` over, also on failure.
static fovea_status add_root(fovea_context *context, fovea__names *roots, size_t *capacity,
                             char *root, fovea_error *error) {
    if (!root) return FOVEA_OUT_OF_MEMORY;
    char **list = fovea__grow(context, roots->name, roots->count, capacity, roots->count + 1,
                              sizeof(*list), error);
    if (!list) {
        fovea__free(context, root);
        return FOVEA_OUT_OF_MEMORY;
    }
    roots->name = list;
    list[roots->count++] = root;
    return FOVEA_OK;
}

static fovea_status add_parts(fovea_context *context, fovea__names *roots, size_t *capacity,
                              const char *list, fovea_error *error) {
    while (list) {
        const char *colon = strchr(list, ':');
        size_t length = colon ? (size_t)(colon - list) : strlen(list);
        if (length > 0) {
            char *root = fovea__copy_text_n(context, list, length, error);
            FOVEA__TRY(add_root(context, roots, capacity, root, error));
        }
        list = colon ? colon + 1 : NULL;
    }
    return FOVEA_OK;
}

// $VARIABLE/fovea, else $HOME/REST/fovea; `*folder` is NULL when neither is set.
static fovea_status user_folder(fovea_context *context, const char *variable, const char *rest,
                                char **folder, fovea_error *error) {
    *folder = NULL;
    const char *base = fovea__environment(variable);
    const char *home = fovea__environment("HOME");
    // A relative path in an XDG variable is to be ignored, its specification says.
    int given = base && base[0] == '/';
    if (!given && !home) return FOVEA_OK;
    *folder = fovea__path_join(context, given ? base : home, given ? "fovea" : rest, error);
    return *folder ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__data_home(fovea_context *context, char **folder, fovea_error *error) {
    FOVEA__TRY(user_folder(context, "XDG_DATA_HOME", ".local/share/fovea", folder, error));
    if (*folder) return FOVEA_OK;
    return fovea__fail(error, FOVEA_FAILED,
                       "neither XDG_DATA_HOME nor HOME is set: name a folder with --data-dir");
}

static fovea_status add_user_folder(fovea_context *context, fovea__names *roots, size_t *capacity,
                                    const char *variable, const char *rest, fovea_error *error) {
    char *folder;
    FOVEA__TRY(user_folder(context, variable, rest, &folder, error));
    return folder ? add_root(context, roots, capacity, folder, error) : FOVEA_OK;
}

fovea_status fovea__data_roots(fovea_context *context, const char *directory, fovea__names *roots,
                               fovea_error *error) {
    *roots = (fovea__names){0};
    size_t capacity = 0;
    fovea_status status = FOVEA_OK;
    if (directory && directory[0]) {
        char *root = fovea__copy_text(context, directory, error);
        FOVEA__GO(add_root(context, roots, &capacity, root, error));
    }
    FOVEA__GO(add_parts(context, roots, &capacity, fovea__environment("FOVEA_DATA"), error));
    FOVEA__GO(add_parts(context, roots, &capacity, "data", error));
    FOVEA__GO(
        add_user_folder(context, roots, &capacity, "XDG_DATA_HOME", ".local/share/fovea", error));
    FOVEA__GO(add_user_folder(context, roots, &capacity, "XDG_CACHE_HOME", ".cache/fovea", error));
    FOVEA__GO(add_parts(context, roots, &capacity, "/usr/share/datasets", error));
done:
    if (status != FOVEA_OK) fovea__names_free(context, roots);
    return status;
}
