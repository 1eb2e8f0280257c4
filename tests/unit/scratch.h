// SPDX-License-Identifier: MIT
// An empty folder of its own for a test, removed with all it holds.
#ifndef FOVEA_TESTS_SCRATCH_H
#define FOVEA_TESTS_SCRATCH_H

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct scratch {
    char path[512], name[1024];
} scratch;

// Returns 1 on success.
static inline int scratch_open(scratch *folder) {
    const char *top = getenv("FOVEA_TEST_TMP");
    snprintf(folder->path, sizeof(folder->path), "%s/scratch.XXXXXX", top ? top : "/tmp");
    return mkdtemp(folder->path) != NULL;
}

// PATH/name; valid until the next call.
static inline const char *scratch_name(scratch *folder, const char *name) {
    snprintf(folder->name, sizeof(folder->name), "%s/%s", folder->path, name);
    return folder->name;
}

// Whether there is nothing in a folder, hidden or not.
static inline int folder_is_empty(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return 0;
    int entries = 0;
    while (readdir(folder)) entries++;
    closedir(folder);
    return entries == 2;  // "." and ".."
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int kind,
                                     struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static inline void scratch_close(scratch *folder) {
    nftw(folder->path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
