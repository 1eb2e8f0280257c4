// SPDX-License-Identifier: MIT
// Four by four transposes in registers. What does not fill a block goes one value at a time.
#include <arm_neon.h>

#include "kernels/layout/layout_names.h"

// row[i] lane j becomes row[j] lane i.
static inline void transpose(float32x4_t row[4]) {
    float32x4x2_t a = vtrnq_f32(row[0], row[1]), b = vtrnq_f32(row[2], row[3]);
    row[0] = vcombine_f32(vget_low_f32(a.val[0]), vget_low_f32(b.val[0]));
    row[1] = vcombine_f32(vget_low_f32(a.val[1]), vget_low_f32(b.val[1]));
    row[2] = vcombine_f32(vget_high_f32(a.val[0]), vget_high_f32(b.val[0]));
    row[3] = vcombine_f32(vget_high_f32(a.val[1]), vget_high_f32(b.val[1]));
}

static inline void transpose_to_lanes(float32x4_t row[4], float *dst) {
    transpose(row);
    for (int i = 0; i < 4; i++) vst1q_f32(dst + i * FOVEA__LANES, row[i]);
}

void fovea__layout_pack_neon(int32_t samples, int64_t elements, const float *src, float *dst) {
    int64_t e = 0;
    for (; e + 4 <= elements; e += 4) {
        for (int lane = 0; lane < FOVEA__LANES; lane += 4) {
            float32x4_t row[4];
            for (int i = 0; i < 4; i++) {
                row[i] = lane + i < samples ? vld1q_f32(src + (lane + i) * elements + e)
                                            : vdupq_n_f32(0);
            }
            transpose_to_lanes(row, dst + e * FOVEA__LANES + lane);
        }
    }
    for (; e < elements; e++) {
        for (int32_t n = 0; n < FOVEA__LANES; n++) {
            dst[e * FOVEA__LANES + n] = n < samples ? src[n * elements + e] : 0;
        }
    }
}

void fovea__layout_unpack_neon(int32_t samples, int64_t elements, const float *src, float *dst) {
    int64_t e = 0;
    for (; e + 4 <= elements; e += 4) {
        for (int lane = 0; lane < samples; lane += 4) {
            float32x4_t row[4];
            for (int i = 0; i < 4; i++) row[i] = vld1q_f32(src + (e + i) * FOVEA__LANES + lane);
            transpose(row);
            for (int i = 0; i < 4 && lane + i < samples; i++) {
                vst1q_f32(dst + (lane + i) * elements + e, row[i]);
            }
        }
    }
    for (; e < elements; e++) {
        for (int32_t n = 0; n < samples; n++) dst[n * elements + e] = src[e * FOVEA__LANES + n];
    }
}

// Four pixels of one picture through the table; zeros where there is no picture.
static inline float32x4_t look_up(const uint8_t *bytes, const float *table) {
    if (!bytes) return vdupq_n_f32(0);
    const float value[4] = {table[bytes[0]], table[bytes[1]], table[bytes[2]], table[bytes[3]]};
    return vld1q_f32(value);
}

void fovea__layout_pack_u8_neon(int32_t samples, int64_t channels, int64_t pixels,
                                const uint8_t *const *picture, const float (*table)[256],
                                float *dst) {
    for (int64_t c = 0; c < channels; c++, dst += pixels * FOVEA__LANES) {
        int64_t p = 0;
        for (; p + 4 <= pixels; p += 4) {
            for (int lane = 0; lane < FOVEA__LANES; lane += 4) {
                float32x4_t row[4];
                for (int i = 0; i < 4; i++) {
                    bool there = lane + i < samples;
                    row[i] = look_up(there ? picture[lane + i] + c * pixels + p : NULL, table[c]);
                }
                transpose_to_lanes(row, dst + p * FOVEA__LANES + lane);
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
