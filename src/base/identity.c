// SPDX-License-Identifier: MIT
#include "base/identity.h"

#include <sys/stat.h>

bool fovea__path_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

bool fovea__path_identity(const char *path, fovea__identity *identity) {
    struct stat status;
    if (stat(path, &status) != 0) return false;
    *identity = (fovea__identity){(uint64_t)status.st_dev, (uint64_t)status.st_ino};
    return true;
}
