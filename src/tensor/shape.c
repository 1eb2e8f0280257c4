// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "fovea/tensor.h"

const char *fovea_type_name(fovea_type type) {
    switch (type) {
#define TYPE_CASE(name, value, bytes, text) \
    case FOVEA_##name:                      \
        return text;
        FOVEA_TYPE_MAP(TYPE_CASE)
#undef TYPE_CASE
        case FOVEA_TYPE_NONE:
            break;
    }
    return "NONE";
}

size_t fovea_type_size(fovea_type type) {
    switch (type) {
#define TYPE_CASE(name, value, bytes, text) \
    case FOVEA_##name:                      \
        return bytes;
        FOVEA_TYPE_MAP(TYPE_CASE)
#undef TYPE_CASE
        case FOVEA_TYPE_NONE:
            break;
    }
    return 0;
}

fovea_shape fovea_shape_make(int32_t rank, const int64_t *dim) {
    fovea_shape shape = {.rank = rank};
    for (int32_t i = 0; i < rank && i < FOVEA_MAX_RANK; i++) shape.dim[i] = dim[i];
    return shape;
}

int64_t fovea_shape_count(const fovea_shape *shape) {
    int64_t count = 1;
    if (shape->rank < 0 || shape->rank > FOVEA_MAX_RANK) return -1;
    for (int32_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] < 0) return -1;
        if (shape->dim[i] == 0) count = 0;
    }
    if (count == 0) return 0;
    for (int32_t i = 0; i < shape->rank; i++) {
        if (!fovea__mul_i64(count, shape->dim[i], &count)) return -1;
    }
    return count;
}

int fovea_shape_equal(const fovea_shape *a, const fovea_shape *b) {
    if (a->rank != b->rank) return 0;
    for (int32_t i = 0; i < a->rank && i < FOVEA_MAX_RANK; i++) {
        if (a->dim[i] != b->dim[i]) return 0;
    }
    return 1;
}

void fovea_shape_format(const fovea_shape *shape, char *text, size_t size) {
    // Eight numbers of at most twenty characters with seven signs between them always fit.
    char whole[256];
    size_t length = 0;
    if (size == 0) return;
    if (shape->rank == 0) length = (size_t)snprintf(whole, sizeof(whole), "scalar");
    for (int32_t i = 0; i < shape->rank && i < FOVEA_MAX_RANK; i++) {
        const char *sign = i > 0 ? "×" : "";
        int added = shape->dim[i] == FOVEA_DYNAMIC
                        ? snprintf(whole + length, sizeof(whole) - length, "%sN", sign)
                        : snprintf(whole + length, sizeof(whole) - length, "%s%lld", sign,
                                   (long long)shape->dim[i]);
        length += (size_t)added;
    }
    if (length >= size) length = size - 1;
    // Never the first half of a multiplication sign.
    if (length > 0 && (unsigned char)whole[length - 1] == 0xC3) length--;
    memcpy(text, whole, length);
    text[length] = '\0';
}
