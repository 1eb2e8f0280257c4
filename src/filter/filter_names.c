// SPDX-License-Identifier: MIT
#include "filter/filter_names.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "filter/gaussian.h"

static const struct named {
    const char *name, *alias;  // alias: another name, NULL for none
    float weight[9];           // 3×3; box and gaussian are computed
} table[] = {
    {"sobel-x", "sobel", {-1, 0, 1, -2, 0, 2, -1, 0, 1}},
    {"sobel-y", NULL, {-1, -2, -1, 0, 0, 0, 1, 2, 1}},
    {"prewitt-x", "prewitt", {-1, 0, 1, -1, 0, 1, -1, 0, 1}},
    {"prewitt-y", NULL, {-1, -1, -1, 0, 0, 0, 1, 1, 1}},
    {"scharr-x", "scharr", {-3, 0, 3, -10, 0, 10, -3, 0, 3}},
    {"scharr-y", NULL, {-3, -10, -3, 0, 0, 0, 3, 10, 3}},
    {"laplacian", NULL, {0, 1, 0, 1, -4, 1, 0, 1, 0}},
    {"sharpen", NULL, {0, -1, 0, -1, 5, -1, 0, -1, 0}},
    {"edge", NULL, {-1, 0, 1, -1, 0, 1, -1, 0, 1}},
    {"emboss", NULL, {-2, -1, 0, -1, 1, 1, 0, 1, 2}},
    {"box", NULL, {0}},
    {"gaussian", NULL, {0}},
};
enum { COUNT = sizeof table / sizeof table[0], BOX = COUNT - 2, GAUSSIAN = COUNT - 1 };

const char *fovea_filter_name(int32_t index) {
    return index >= 0 && index < COUNT ? table[index].name : NULL;
}

static bool is(const char *name, const char *word, size_t length) {
    return name && strlen(name) == length && memcmp(name, word, length) == 0;
}

bool fovea__filter_is_name(const char *text, int32_t *index, const char **size) {
    text += strspn(text, " \t");
    size_t length = strcspn(text, " \t");
    const char *rest = text + length;
    rest += strspn(rest, " \t");
    *size = *rest ? rest : NULL;
    for (int32_t i = 0; i < COUNT; i++)
        if (is(table[i].name, text, length) || is(table[i].alias, text, length)) {
            *index = i;
            return true;
        }
    return false;
}

static fovea_status read_size(int32_t index, const char *text, int32_t *size, fovea_error *error) {
    const char *name = table[index].name;
    char number[16];
    int64_t value;
    size_t length = strcspn(text, " \t");
    bool fits = length < sizeof number && text[length + strspn(text + length, " \t")] == 0;
    snprintf(number, sizeof number, "%.*s", fits ? (int)length : 0, text);
    if (!fovea__parse_i64(number, &value) || value < 1 || value > FOVEA_FILTER_MAX_SIDE)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "kernel %s: its size is a whole number from 1 to %d, as %s 5, not '%.32s'", name,
            FOVEA_FILTER_MAX_SIDE, name, text);
    if (index == GAUSSIAN && value % 2 == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "kernel gaussian %d: a Gaussian has a middle, its size must be odd: %d "
                           "or %d",
                           (int)value, (int)value - 1, (int)value + 1);
    *size = (int32_t)value;
    return FOVEA_OK;
}

static void fill_computed(int32_t size, fovea_filter_kernel *kernel) {
    double side[FOVEA_FILTER_MAX_SIDE];
    for (int32_t i = 0; i < size; i++) side[i] = 1.0 / size;
    if (kernel->kind == FOVEA_FILTER_GAUSSIAN) {
        double used = fovea__gaussian_weights(size, kernel->sigma, side);
        kernel->sigma = used;
    }
    for (int32_t i = 0; i < size * size; i++)
        kernel->weight[i] = kernel->kind == FOVEA_FILTER_BOX
                                ? (float)(1.0 / (size * size))
                                : (float)(side[i / size] * side[i % size]);
}

fovea_status fovea__filter_named(int32_t index, const char *size_text, double sigma,
                                 fovea_filter_kernel *kernel, fovea_error *error) {
    int32_t size = 3;
    *kernel = (fovea_filter_kernel){.kind = index == BOX        ? FOVEA_FILTER_BOX
                                            : index == GAUSSIAN ? FOVEA_FILTER_GAUSSIAN
                                                                : FOVEA_FILTER_MATRIX};
    if (size_text && kernel->kind == FOVEA_FILTER_MATRIX)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "kernel %s is 3×3 and takes no size ('%.32s'); box and gaussian do",
                           table[index].name, size_text);
    if (size_text) FOVEA__TRY(read_size(index, size_text, &size, error));
    kernel->height = kernel->width = size;
    if (kernel->kind == FOVEA_FILTER_MATRIX) {
        memcpy(kernel->weight, table[index].weight, sizeof table[index].weight);
        snprintf(kernel->name, sizeof kernel->name, "%s", table[index].name);
        return FOVEA_OK;
    }
    kernel->sigma = kernel->kind == FOVEA_FILTER_GAUSSIAN ? sigma : 0;
    fill_computed(size, kernel);
    snprintf(kernel->name, sizeof kernel->name, "%s %d", table[index].name, (int)size);
    return FOVEA_OK;
}
