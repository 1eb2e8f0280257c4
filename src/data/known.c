// SPDX-License-Identifier: MIT
#include "data/known.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/known_table.h"

size_t fovea__known_count(void) {
    return fovea__known_table_count;
}

const fovea__known_set *fovea__known_at(size_t index) {
    return index < fovea__known_table_count ? &fovea__known_table[index] : NULL;
}

const fovea__known_set *fovea__known_find(const char *name) {
    for (size_t i = 0; i < fovea__known_table_count; i++) {
        if (strcmp(fovea__known_table[i].name, name) == 0) return &fovea__known_table[i];
    }
    return NULL;
}

const char *fovea__known_nearest(const char *name) {
    const char *names[32];
    size_t count = 0;
    for (; count < fovea__known_table_count && count < 32; count++)
        names[count] = fovea__known_table[count].name;
    return fovea__nearest(name, names, count);
}

// Whether `path` without the slashes at its end is `folder` or ends in "/" and `folder`.
static bool ends_with(const char *path, const char *folder) {
    size_t length = strlen(path), tail = strlen(folder);
    while (length > 1 && path[length - 1] == '/') length--;
    if (tail == 0 || length < tail || memcmp(path + length - tail, folder, tail) != 0) return false;
    return length == tail || path[length - tail - 1] == '/';
}

const fovea__known_set *fovea__known_by_folder(const char *path) {
    for (size_t i = 0; i < fovea__known_table_count; i++) {
        for (const char *const *folder = fovea__known_table[i].folder; *folder; folder++) {
            if (ends_with(path, *folder)) return &fovea__known_table[i];
        }
    }
    return NULL;
}

size_t fovea__known_files(const fovea__known_set *set, const char *part,
                          char name[FOVEA__KNOWN_BATCHES][64]) {
    bool train = strcmp(part, "train") == 0;
    if (!train && strcmp(part, "test") != 0) return 0;
    switch (set->kind) {
        case FOVEA__KNOWN_IDX:
            snprintf(name[0], 64, "%s-images-idx3-ubyte", train ? set->train : set->test);
            snprintf(name[1], 64, "%s-labels-idx1-ubyte", train ? set->train : set->test);
            return 2;
        case FOVEA__KNOWN_CIFAR_10:
            for (int i = 0; train && i < FOVEA__KNOWN_BATCHES; i++)
                snprintf(name[i], 64, "data_batch_%d.bin", i + 1);
            if (!train) snprintf(name[0], 64, "test_batch.bin");
            return train ? FOVEA__KNOWN_BATCHES : 1;
        case FOVEA__KNOWN_CIFAR_100:
            snprintf(name[0], 64, "%s.bin", part);
            return 1;
    }
    return 0;
}
