// SPDX-License-Identifier: MIT
// Through pieces of doubles or of 64-bit integers, whichever holds the numbers exactly.
#include "kernels/cast/cast.h"

#include <stdbool.h>
#include <string.h>

#define PIECE 256

#define INTEGERS(XX)  \
    XX(I64, int64_t)  \
    XX(I32, int32_t)  \
    XX(I16, int16_t)  \
    XX(I8, int8_t)    \
    XX(U64, uint64_t) \
    XX(U32, uint32_t) \
    XX(U16, uint16_t) \
    XX(U8, uint8_t)

static void load_doubles(fovea_type from, int64_t count, const void *src, double *dst) {
    if (from == FOVEA_F64)
        memcpy(dst, src, (size_t)count * sizeof *dst);
    else
        for (int64_t i = 0; i < count; i++) dst[i] = ((const float *)src)[i];
}

static void load_integers(fovea_type from, int64_t count, const void *src, int64_t *dst) {
    switch (from) {
#define LOAD(name, TYPE)                                                              \
    case FOVEA_##name:                                                                \
        for (int64_t i = 0; i < count; i++) dst[i] = (int64_t)((const TYPE *)src)[i]; \
        break;
        INTEGERS(LOAD)
#undef LOAD
        case FOVEA_BOOL:
            for (int64_t i = 0; i < count; i++) dst[i] = ((const uint8_t *)src)[i] != 0;
            break;
        default:
            break;
    }
}

static int64_t whole(double x, bool is_unsigned) {
    if (x != x) return 0;
    if (is_unsigned && x >= 0x1p63) return (int64_t)(x < 0x1p64 ? (uint64_t)x : UINT64_MAX);
    return x <= -0x1p63 ? INT64_MIN : x >= 0x1p63 ? INT64_MAX : (int64_t)x;
}

static void store_doubles(fovea_type to, int64_t count, const double *src, void *dst) {
    switch (to) {
        case FOVEA_F64:
            memcpy(dst, src, (size_t)count * sizeof *src);
            break;
        case FOVEA_F32:
            for (int64_t i = 0; i < count; i++) ((float *)dst)[i] = (float)src[i];
            break;
        case FOVEA_BOOL:
            for (int64_t i = 0; i < count; i++) ((uint8_t *)dst)[i] = src[i] != 0;
            break;
#define STORE(name, TYPE)                                            \
    case FOVEA_##name:                                               \
        for (int64_t i = 0; i < count; i++)                          \
            ((TYPE *)dst)[i] = (TYPE)whole(src[i], to == FOVEA_U64); \
        break;
            INTEGERS(STORE)
#undef STORE
        default:
            break;
    }
}

// `big`: the numbers are those of a U64.
static void store_integers(fovea_type to, bool big, int64_t count, const int64_t *src, void *dst) {
    switch (to) {
        case FOVEA_F64:
            for (int64_t i = 0; i < count; i++)
                ((double *)dst)[i] = big ? (double)(uint64_t)src[i] : (double)src[i];
            break;
        case FOVEA_F32:
            for (int64_t i = 0; i < count; i++)
                ((float *)dst)[i] = big ? (float)(uint64_t)src[i] : (float)src[i];
            break;
        case FOVEA_BOOL:
            for (int64_t i = 0; i < count; i++) ((uint8_t *)dst)[i] = src[i] != 0;
            break;
#define STORE(name, TYPE)                                                    \
    case FOVEA_##name:                                                       \
        for (int64_t i = 0; i < count; i++) ((TYPE *)dst)[i] = (TYPE)src[i]; \
        break;
            INTEGERS(STORE)
#undef STORE
        default:
            break;
    }
}

void fovea__cast(int64_t count, fovea_type from, const void *src, fovea_type to, void *dst) {
    size_t in = fovea_type_size(from), out = fovea_type_size(to);
    bool floats = from == FOVEA_F32 || from == FOVEA_F64;
    if (from == to && from != FOVEA_BOOL) {
        memmove(dst, src, (size_t)count * in);
        return;
    }
    for (int64_t at = 0; at < count; at += PIECE) {
        int64_t piece = count - at < PIECE ? count - at : PIECE;
        const uint8_t *x = (const uint8_t *)src + (size_t)at * in;
        uint8_t *y = (uint8_t *)dst + (size_t)at * out;
        if (floats) {
            double numbers[PIECE];
            load_doubles(from, piece, x, numbers);
            store_doubles(to, piece, numbers, y);
        } else {
            int64_t numbers[PIECE];
            load_integers(from, piece, x, numbers);
            store_integers(to, from == FOVEA_U64, piece, numbers, y);
        }
    }
}
