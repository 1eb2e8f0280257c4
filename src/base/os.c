// SPDX-License-Identifier: MIT
#include "base/os.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

double fovea__seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double fovea__wall_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
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

void fovea__host_name(char *text, size_t size) {
    char name[256];
    if (gethostname(name, sizeof name) != 0) name[0] = '\0';
    name[sizeof name - 1] = '\0';
    for (char *c = name; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || *c == '.' || *c == '_';
        if (!plain) *c = '-';
    }
    snprintf(text, size, "%s", name[0] ? name : "localhost");
}

long fovea__process_id(void) {
    return (long)getpid();
}
