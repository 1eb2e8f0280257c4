// SPDX-License-Identifier: MIT
// Eight by eight transposes in registers. What does not fill a block goes to the reference's loops.
#include <immintrin.h>

#include "kernels/layout/layout_names.h"

// row[i] lane j becomes row[j] lane i.
static inline void transpose(__m256 row[8]) {
    __m256 pair[8], quad[8];
    for (int i = 0; i < 8; i += 2) {
        pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        quad[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
        quad[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
        quad[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
        quad[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
    }
    for (int i = 0; i < 4; i++) {
        row[i] = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x20);
        row[i + 4] = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x31);
    }
}

void fovea__layout_pack_avx2(int32_t samples, int64_t elements, const float *src, float *dst) {
    int64_t e = 0;
    for (; e + 8 <= elements; e += 8) {
        for (int half = 0; half < FOVEA__LANES; half += 8) {
            __m256 row[8];
            for (int i = 0; i < 8; i++) {
                row[i] = half + i < samples ? _mm256_loadu_ps(src + (half + i) * elements + e)
                                            : _mm256_setzero_ps();
            }
            transpose(row);
            for (int i = 0; i < 8; i++) {
                _mm256_storeu_ps(dst + (e + i) * FOVEA__LANES + half, row[i]);
            }
        }
    }
    for (; e < elements; e++) {
        for (int32_t n = 0; n < FOVEA__LANES; n++) {
            dst[e * FOVEA__LANES + n] = n < samples ? src[n * elements + e] : 0;
        }
    }
}

void fovea__layout_unpack_avx2(int32_t samples, int64_t elements, const float *src, float *dst) {
    int64_t e = 0;
    for (; e + 8 <= elements; e += 8) {
        for (int half = 0; half < samples; half += 8) {
            __m256 row[8];
            for (int i = 0; i < 8; i++) {
                row[i] = _mm256_loadu_ps(src + (e + i) * FOVEA__LANES + half);
            }
            transpose(row);
            for (int i = 0; i < 8 && half + i < samples; i++) {
                _mm256_storeu_ps(dst + (half + i) * elements + e, row[i]);
            }
        }
    }
    for (; e < elements; e++) {
        for (int32_t n = 0; n < samples; n++) dst[n * elements + e] = src[e * FOVEA__LANES + n];
    }
}

// Eight pixels of eight pictures: look up along the picture, then transpose.
static inline void lookup_block(int32_t samples, int half, int64_t at,
                                const uint8_t *const *picture, const float *table, float *dst) {
    __m256 row[8];
    for (int i = 0; i < 8; i++) {
        row[i] = _mm256_setzero_ps();
        if (half + i >= samples) continue;
        __m128i bytes = _mm_loadl_epi64((const __m128i *)(picture[half + i] + at));
        row[i] = _mm256_i32gather_ps(table, _mm256_cvtepu8_epi32(bytes), 4);
    }
    transpose(row);
    for (int i = 0; i < 8; i++) _mm256_storeu_ps(dst + i * FOVEA__LANES + half, row[i]);
}

void fovea__layout_pack_u8_avx2(int32_t samples, int64_t channels, int64_t pixels,
                                const uint8_t *const *picture, const float (*table)[256],
                                float *dst) {
    for (int64_t c = 0; c < channels; c++, dst += pixels * FOVEA__LANES) {
        int64_t p = 0;
        for (; p + 8 <= pixels; p += 8) {
            for (int half = 0; half < FOVEA__LANES; half += 8) {
                lookup_block(samples, half, c * pixels + p, picture, table[c],
                             dst + p * FOVEA__LANES);
            }
        }
        for (; p < pixels; p++) {
            for (int32_t n = 0; n < FOVEA__LANES; n++) {
                float value = n < samples ? table[c][picture[n][c * pixels + p]] : 0;
                dst[p * FOVEA__LANES + n] = value;
            }
        }
    }
}
