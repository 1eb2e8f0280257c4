// SPDX-License-Identifier: MIT
// Small data sets for tests to write: folders below $FOVEA_TEST_TMP, IDX, CIFAR and picture files.
#ifndef FOVEA_TESTS_DATA_FILES_H
#define FOVEA_TESTS_DATA_FILES_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fovea/data.h"
#include "unit/unit.h"

typedef struct data_place {
    fovea_context *context;
    char folder[512];
} data_place;

// Set-up: a context, an empty folder, and no data of the user's in sight.
static inline int data_begin(void **state) {
    data_place *place = calloc(1, sizeof(*place));
    const char *tmp = getenv("FOVEA_TEST_TMP");
    snprintf(place->folder, sizeof(place->folder), "%s/data-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(place->folder)) return -1;
    setenv("FOVEA_DATA", place->folder, 1);
    setenv("XDG_DATA_HOME", "/nowhere/data", 1);
    setenv("XDG_CACHE_HOME", "/nowhere/cache", 1);
    *state = place;
    return fovea_context_create(NULL, &place->context, NULL) == FOVEA_OK ? 0 : -1;
}

static inline int data_remove(const char *path, const struct stat *status, int type,
                              struct FTW *at) {
    (void)status, (void)type, (void)at;
    return remove(path);
}

static inline int data_end(void **state) {
    data_place *place = *state;
    nftw(place->folder, data_remove, 16, FTW_DEPTH | FTW_PHYS);
    fovea_context_free(place->context);
    free(place);
    return 0;
}

#define data_test(function) cmocka_unit_test_setup_teardown(function, data_begin, data_end)

// PLACE/NAME, in one of four buffers used in turn.
static inline const char *data_path(const data_place *place, const char *name) {
    static char path[4][1024];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof(path[turn]), "%s/%s", place->folder, name);
    return path[turn];
}

// Writes PLACE/NAME, making its folders.
static inline void data_write(const data_place *place, const char *name, const void *bytes,
                              size_t size) {
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", place->folder, name);
    for (char *slash = path + strlen(place->folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline size_t data_be32(uint8_t *bytes, uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
    return 4;
}

// Pixel (y, x) of picture i in every set made here.
static inline uint8_t data_pixel(size_t i, size_t c, size_t y, size_t x) {
    return (uint8_t)(37 * i + 101 * c + 11 * y + 3 * x + 5);
}

// IDX pictures N,H,W of data_pixel.
static inline void data_write_pictures(const data_place *place, const char *name, uint32_t count,
                                       uint32_t height, uint32_t width) {
    size_t size = 16 + (size_t)count * height * width, at = 0;
    uint8_t *bytes = malloc(size);
    at += data_be32(bytes + at, 0x00000803);
    at += data_be32(bytes + at, count);
    at += data_be32(bytes + at, height);
    at += data_be32(bytes + at, width);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t y = 0; y < height; y++) {
            for (uint32_t x = 0; x < width; x++) bytes[at++] = data_pixel(i, 0, y, x);
        }
    }
    data_write(place, name, bytes, size);
    free(bytes);
}

// IDX labels first + i % classes.
static inline void data_write_labels(const data_place *place, const char *name, uint32_t count,
                                     int first, int classes) {
    uint8_t *bytes = malloc(8 + count);
    data_be32(bytes, 0x00000801);
    data_be32(bytes + 4, count);
    for (uint32_t i = 0; i < count; i++) bytes[8 + i] = (uint8_t)(first + (int)i % classes);
    data_write(place, name, bytes, 8 + count);
    free(bytes);
}

// The two files of a part of MNIST's kind: FOLDER/PREFIX-…, 4x5 pixels.
static inline void data_write_idx(const data_place *place, const char *prefix, uint32_t count,
                                  int first, int classes) {
    char name[256];
    snprintf(name, sizeof(name), "%s-images-idx3-ubyte", prefix);
    data_write_pictures(place, name, count, 4, 5);
    snprintf(name, sizeof(name), "%s-labels-idx1-ubyte", prefix);
    data_write_labels(place, name, count, first, classes);
}

// CIFAR records of data_pixel with picture numbers from `from`; label_bytes 1 or 2 (coarse 7,
// fine).
static inline void data_write_cifar(const data_place *place, const char *name, uint32_t from,
                                    uint32_t count, int label_bytes, int classes) {
    size_t record = (size_t)label_bytes + 3072, at = 0;
    uint8_t *bytes = malloc(count * record);
    for (uint32_t i = from; i < from + count; i++) {
        if (label_bytes == 2) bytes[at++] = 7;
        bytes[at++] = (uint8_t)(i % (uint32_t)classes);
        for (size_t c = 0; c < 3; c++) {
            for (size_t p = 0; p < 1024; p++) bytes[at++] = data_pixel(i, c, p / 32, p % 32);
        }
    }
    data_write(place, name, bytes, at);
    free(bytes);
}

// A P5 (channels 1) or P6 (3) picture of data_pixel with number i.
static inline void data_write_ppm(const data_place *place, const char *name, size_t i, int channels,
                                  int height, int width) {
    uint8_t bytes[8192];
    size_t at = (size_t)snprintf((char *)bytes, sizeof(bytes), "P%d %d %d 255\n",
                                 channels == 1 ? 5 : 6, width, height);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            for (int c = 0; c < channels; c++)
                bytes[at++] = data_pixel(i, (size_t)c, (size_t)y, (size_t)x);
        }
    }
    data_write(place, name, bytes, at);
}

// Opens, or fails the test with the text.
static inline fovea_dataset *data_open(const data_place *place, const char *name,
                                       const fovea_dataset_options *options) {
    fovea_dataset *set;
    fovea_error error = {0};
    if (fovea_dataset_open(place->context, name, options, &set, &error) != FOVEA_OK)
        fail_msg("%s: %s", name, error.text);
    return set;
}

// Opening must fail with `status` and a text that contains `text`.
static inline void data_refused(const data_place *place, const char *name,
                                const fovea_dataset_options *options, fovea_status status,
                                const char *text) {
    fovea_dataset *set = NULL;
    fovea_error error = {0};
    fovea_status got = fovea_dataset_open(place->context, name, options, &set, &error);
    assert_null(set);
    if (got != status || !strstr(error.text, text)) {
        fail_msg("%s: expected %s with '%s', got %s: %s", name, fovea_status_name(status), text,
                 fovea_status_name(got), error.text);
    }
}

#endif
