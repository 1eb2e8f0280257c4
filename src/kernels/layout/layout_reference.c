// SPDX-License-Identifier: MIT
#include "kernels/layout/layout_names.h"

void fovea__layout_pack_reference(int32_t samples, int64_t elements, const float *src, float *dst) {
    for (int64_t e = 0; e < elements; e++) {
        for (int32_t n = 0; n < FOVEA__LANES; n++) {
            dst[e * FOVEA__LANES + n] = n < samples ? src[n * elements + e] : 0;
        }
    }
}

void fovea__layout_unpack_reference(int32_t samples, int64_t elements, const float *src,
                                    float *dst) {
    for (int32_t n = 0; n < samples; n++) {
        for (int64_t e = 0; e < elements; e++) dst[n * elements + e] = src[e * FOVEA__LANES + n];
    }
}

void fovea__layout_pack_u8_reference(int32_t samples, int64_t channels, int64_t pixels,
                                     const uint8_t *const *picture, const float (*table)[256],
                                     float *dst) {
    for (int64_t c = 0; c < channels; c++) {
        for (int64_t p = 0; p < pixels; p++) {
            for (int32_t n = 0; n < FOVEA__LANES; n++) {
                *dst++ = n < samples ? table[c][picture[n][c * pixels + p]] : 0;
            }
        }
    }
}
