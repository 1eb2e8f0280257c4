// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"

bool fovea__file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool fovea__folder_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool is_dots(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static fovea_status make_one(const char *path, fovea_error *error) {
    if (mkdir(path, 0777) == 0 || fovea__folder_exists(path)) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_IO, path, -1, "the folder cannot be made: %s",
                          strerror(errno));
}

fovea_status fovea__folder_make(const char *path, fovea_error *error) {
    char part[4096];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof(part)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the name of a folder to make has %zu bytes, 1 to %zu are possible",
                           length, sizeof(part) - 1);
    }
    memcpy(part, path, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (part[i] != '/') continue;
        part[i] = '\0';
        FOVEA__TRY(make_one(part, error));
        part[i] = '/';
    }
    return make_one(part, error);
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static fovea_status add_name(fovea_context *context, fovea__names *names, size_t *capacity,
                             const char *name, fovea_error *error) {
    char **list = fovea__grow(context, names->name, names->count, capacity, names->count + 1,
                              sizeof(*list), error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    names->name = list;
    list[names->count] = fovea__copy_text(context, name, error);
    if (!list[names->count]) return FOVEA_OUT_OF_MEMORY;
    names->count++;
    return FOVEA_OK;
}

fovea_status fovea__folder_list(fovea_context *context, const char *path, fovea__names *names,
                                fovea_error *error) {
    *names = (fovea__names){0};
    DIR *folder = opendir(path);
    if (!folder) {
        fovea_status status = errno == ENOMEM ? FOVEA_OUT_OF_MEMORY : FOVEA_BAD_FILE;
        return fovea__fail_at(error, status, path, -1, "%s", strerror(errno));
    }
    size_t capacity = 0;
    fovea_status status = FOVEA_OK;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) break;
        if (is_dots(entry->d_name)) continue;
        FOVEA__GO(add_name(context, names, &capacity, entry->d_name, error));
    }
    if (errno != 0) {
        status = fovea__fail_at(error, FOVEA_IO, path, -1, "listing failed: %s", strerror(errno));
        goto done;
    }
    if (names->count > 0) qsort(names->name, names->count, sizeof(*names->name), compare_names);
done:
    closedir(folder);
    if (status != FOVEA_OK) fovea__names_free(context, names);
    return status;
}

void fovea__names_free(fovea_context *context, fovea__names *names) {
    for (size_t i = 0; i < names->count; i++) fovea__free(context, names->name[i]);
    fovea__free(context, names->name);
    *names = (fovea__names){0};
}
