// SPDX-License-Identifier: MIT
#include "base/os.h"

#include <stdlib.h>
#include <time.h>

double fovea__seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void fovea__time_stamp(char *text, size_t size) {
    time_t now = time(NULL);
    struct tm local;
    if (size == 0) return;
    text[0] = '\0';
    if (localtime_r(&now, &local) && strftime(text, size, "%Y-%m-%dT%H:%M:%S", &local) == 0)
        text[0] = '\0';
}

const char *fovea__environment(const char *name) {
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}
