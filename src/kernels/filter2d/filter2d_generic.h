// SPDX-License-Identifier: MIT
// The loops over bytes and whole numbers, which the compiler turns into vector code of the width
// the including file is compiled for. Needs NAME(function).
#include "kernels/filter2d/filter2d.h"

fovea__filter2d_bytes NAME(bytes);
fovea__filter2d_across NAME(across);
fovea__filter2d_down NAME(down);

// Adding 1.5 * 2^23 leaves the nearest whole number, ties to even, in the low bits.
void NAME(bytes)(const float *src, int64_t width, uint8_t *dst) {
    for (int64_t x = 0; x < width; x++) {
        float value = src[x] > 0 ? src[x] : 0;
        value = (value < 255 ? value : 255) + 12582912.0f;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        dst[x] = (uint8_t)bits;
    }
}

void NAME(across)(const uint8_t *src, const uint16_t *weight, int32_t count, int64_t width,
                  uint16_t *dst) {
    for (int64_t x = 0; x < width; x++) dst[x] = (uint16_t)(weight[0] * src[x]);
    for (int32_t i = 1; i < count; i++) {
        const uint8_t *from = src + i;
        uint16_t by = weight[i];
        for (int64_t x = 0; x < width; x++) dst[x] = (uint16_t)(dst[x] + by * from[x]);
    }
}

void NAME(down)(const uint16_t *const *rows, const uint16_t *weight, int32_t count, int64_t width,
                uint32_t *dst) {
    for (int64_t x = 0; x < width; x++) dst[x] = (uint32_t)weight[0] * rows[0][x];
    for (int32_t i = 1; i < count; i++) {
        const uint16_t *from = rows[i];
        uint32_t by = weight[i];
        for (int64_t x = 0; x < width; x++) dst[x] += by * from[x];
    }
}
