// SPDX-License-Identifier: MIT
// Drives a fuzz target without libFuzzer: every file of the folders or files named on the command
// line, then each one cut short and with single bytes changed, so that an ordinary test run walks
// the error paths too. Ends with 0; a crash or a sanitizer's report ends it otherwise.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    CUTS = 64,     // lengths tried for each file
    CHANGES = 64,  // bytes changed in each file, one at a time
    MAX_BYTES = 1 << 24,
};
static const double seconds_for_variants = 20;

static int64_t runs;
static double deadline;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// A copy of exactly `size` bytes: the sanitizer sees a read past the end.
static void run(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy) exit(1);
    if (size > 0) memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    runs++;
}

static void run_variants(uint8_t *data, size_t size) {
    static const uint8_t pattern[] = {0x00, 0xFF, 0x80, 0x01};
    for (size_t i = 0; i < CUTS && i < size && seconds() < deadline; i++)
        run(data, size <= CUTS ? i : size * i / CUTS);
    for (size_t i = 0; i < CHANGES && i < size && seconds() < deadline; i++) {
        // Headers stand in front: half of the changes go to the first bytes, half over all.
        size_t at = i < CHANGES / 2 || size <= CHANGES ? i : size * (i - CHANGES / 2) * 2 / CHANGES;
        uint8_t kept = data[at];
        data[at] ^= pattern[i % 4] ? pattern[i % 4] : 0x20;
        run(data, size);
        data[at] = kept;
    }
}

static int replay_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return 0;
    }
    uint8_t *data = malloc(MAX_BYTES);
    if (!data) exit(1);
    size_t size = fread(data, 1, MAX_BYTES, file);
    fclose(file);
    run(data, size);
    run_variants(data, size);
    free(data);
    return 1;
}

static int replay(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        fprintf(stderr, "%s: no such file or folder\n", path);
        return 0;
    }
    if (!S_ISDIR(status.st_mode)) return replay_file(path);
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort), good = 1;
    if (count < 0) return 0;
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.') good &= replay(name);
        free(entries[i]);
    }
    free(entries);
    return good;
}

int main(int argc, char **argv) {
    int good = argc > 1;
    deadline = seconds() + seconds_for_variants;
    run(NULL, 0);
    for (int i = 1; i < argc; i++) good &= replay(argv[i]);
    printf("%lld inputs\n", (long long)runs);
    return good ? 0 : 1;
}
