// SPDX-License-Identifier: MIT
// What a path leads to, whatever it is called: for telling loops of links and unusual things.
#ifndef FOVEA_BASE_IDENTITY_H
#define FOVEA_BASE_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fovea__identity {
    uint64_t device, number;
} fovea__identity;

// Whether there is anything (file, folder, pipe, device), after links.
bool fovea__path_exists(const char *path);
// Two paths lead to the same file or folder exactly if their identities are equal. False: nothing
// there.
bool fovea__path_identity(const char *path, fovea__identity *identity);

#endif
