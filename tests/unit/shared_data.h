// SPDX-License-Identifier: MIT
// Files of the folders in $FOVEA_DATA, for tests that are skipped without them.
#ifndef FOVEA_TESTS_SHARED_DATA_H
#define FOVEA_TESTS_SHARED_DATA_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/unit.h"

// `file` below the first folder that has it, until the next call; NULL, with a message, in none.
static inline const char *shared_data_find(const char *file) {
    static char path[4096];
    for (const char *list = getenv("FOVEA_DATA"); list && *list; list += *list == ':') {
        size_t length = strcspn(list, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, list, file);
        if (access(path, R_OK) == 0) return path;
        list += length;
    }
    print_message("    %s is in no folder of FOVEA_DATA: skipped\n", file);
    return NULL;
}

// The same; the test is skipped where there is none.
static inline const char *shared_data_path(const char *file) {
    const char *path = shared_data_find(file);
    if (!path) skip();
    return path;
}

#endif
