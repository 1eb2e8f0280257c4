// SPDX-License-Identifier: MIT
// Masks over the lanes of a register, at the width of fused.h. A lane that is not in the mask is
// neither loaded nor stored nor computed: no byte outside a row is touched, and a sum keeps its
// bits, be they -0 or NaN.
#ifndef FOVEA_KERNELS_CONV_NARROW_VECTOR_H
#define FOVEA_KERNELS_CONV_NARROW_VECTOR_H

#include "kernels/fused.h"

#if WIDTH == 16
typedef __mmask16 lanes;
// Lanes begin <= i < end, within 0..WIDTH.
static inline lanes lanes_range(int64_t begin, int64_t end) {
    return begin < end ? (lanes)((1u << end) - (1u << begin)) : 0;
}
// Other lanes are 0.
static inline vec vec_load_lanes(lanes in, const float *from) {
    return _mm512_maskz_loadu_ps(in, from);
}
static inline void vec_store_lanes(lanes in, float *to, vec a) {
    _mm512_mask_storeu_ps(to, in, a);
}
// a*b + c in the lanes, c beside them.
static inline vec vec_fma_lanes(lanes in, vec a, vec b, vec c) {
    return _mm512_mask3_fmadd_ps(a, b, c, in);
}
// a followed by b, 2*WIDTH floats: those at even and at odd places.
static inline void vec_part_pairs(vec a, vec b, vec *even, vec *odd) {
    const __m512i low = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    *even = _mm512_permutex2var_ps(a, low, b);
    *odd = _mm512_permutex2var_ps(a, _mm512_add_epi32(low, _mm512_set1_epi32(1)), b);
}
// The even places of 2*WIDTH - 1 floats: a, then b without its first, which is the last of a.
static inline vec vec_part_even(vec a, vec b) {
    const __m512i places =
        _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_ps(a, places, b);
}
static inline void vec_store_pairs(float *to, vec even, vec odd) {
    const __m512i low = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    vec_store(to, _mm512_permutex2var_ps(even, low, odd));
    vec_store(to + WIDTH,
              _mm512_permutex2var_ps(even, _mm512_add_epi32(low, _mm512_set1_epi32(8)), odd));
}
// The same where a lane is in `in`, of the first and of the second WIDTH floats.
static inline void vec_store_pairs_lanes(const lanes in[2], float *to, vec even, vec odd) {
    const __m512i low = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    vec_store_lanes(in[0], to, _mm512_permutex2var_ps(even, low, odd));
    vec_store_lanes(in[1], to + WIDTH,
                    _mm512_permutex2var_ps(even, _mm512_add_epi32(low, _mm512_set1_epi32(8)), odd));
}
#elif WIDTH == 8
typedef __m256i lanes;
static inline lanes lanes_range(int64_t begin, int64_t end) {
    __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_andnot_si256(_mm256_cmpgt_epi32(_mm256_set1_epi32((int)begin), lane),
                               _mm256_cmpgt_epi32(_mm256_set1_epi32((int)end), lane));
}
static inline vec vec_load_lanes(lanes in, const float *from) {
    return _mm256_maskload_ps(from, in);
}
static inline void vec_store_lanes(lanes in, float *to, vec a) {
    _mm256_maskstore_ps(to, in, a);
}
static inline vec vec_fma_lanes(lanes in, vec a, vec b, vec c) {
    return _mm256_blendv_ps(c, vec_fma(a, b, c), _mm256_castsi256_ps(in));
}
static inline vec vec_halves_in_order(vec a) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(a), 0xD8));
}
static inline void vec_part_pairs(vec a, vec b, vec *even, vec *odd) {
    *even = vec_halves_in_order(_mm256_shuffle_ps(a, b, 0x88));
    *odd = vec_halves_in_order(_mm256_shuffle_ps(a, b, 0xDD));
}
static inline vec vec_part_even(vec a, vec b) {
    return vec_halves_in_order(_mm256_shuffle_ps(a, b, 0xD8));
}
static inline void vec_store_pairs(float *to, vec even, vec odd) {
    vec a = _mm256_unpacklo_ps(even, odd), b = _mm256_unpackhi_ps(even, odd);
    vec_store(to, _mm256_permute2f128_ps(a, b, 0x20));
    vec_store(to + WIDTH, _mm256_permute2f128_ps(a, b, 0x31));
}
#else
typedef uint32x4_t lanes;
static inline lanes lanes_range(int64_t begin, int64_t end) {
    const int32x4_t lane = {0, 1, 2, 3};
    return vandq_u32(vcgeq_s32(lane, vdupq_n_s32((int32_t)begin)),
                     vcltq_s32(lane, vdupq_n_s32((int32_t)end)));
}
static inline vec vec_load_lanes(lanes in, const float *from) {
    vec a = vdupq_n_f32(0.0f);
    if (vgetq_lane_u32(in, 0)) a = vld1q_lane_f32(from, a, 0);
    if (vgetq_lane_u32(in, 1)) a = vld1q_lane_f32(from + 1, a, 1);
    if (vgetq_lane_u32(in, 2)) a = vld1q_lane_f32(from + 2, a, 2);
    if (vgetq_lane_u32(in, 3)) a = vld1q_lane_f32(from + 3, a, 3);
    return a;
}
static inline void vec_store_lanes(lanes in, float *to, vec a) {
    if (vgetq_lane_u32(in, 0)) vst1q_lane_f32(to, a, 0);
    if (vgetq_lane_u32(in, 1)) vst1q_lane_f32(to + 1, a, 1);
    if (vgetq_lane_u32(in, 2)) vst1q_lane_f32(to + 2, a, 2);
    if (vgetq_lane_u32(in, 3)) vst1q_lane_f32(to + 3, a, 3);
}
static inline vec vec_fma_lanes(lanes in, vec a, vec b, vec c) {
    return vbslq_f32(in, vec_fma(a, b, c), c);
}
static inline void vec_part_pairs(vec a, vec b, vec *even, vec *odd) {
    float32x4x2_t pair = vuzpq_f32(a, b);
    *even = pair.val[0];
    *odd = pair.val[1];
}
static inline vec vec_part_even(vec a, vec b) {
    return vuzpq_f32(a, vextq_f32(b, b, 1)).val[0];
}
static inline void vec_store_pairs(float *to, vec even, vec odd) {
    vst2q_f32(to, (float32x4x2_t){{even, odd}});
}
#endif

// 2*WIDTH neighbouring floats: those at even and at odd places.
static inline void vec_load_pairs(const float *from, vec *even, vec *odd) {
    vec_part_pairs(vec_load(from), vec_load(from + WIDTH), even, odd);
}

// Has `a` stay in a register: left alone, compilers load it again at each use. AVX2 has no registers
// to spare.
#if WIDTH == 16
#define VEC_KEEP(a) __asm__("" : "+v"(a))
#elif WIDTH == 8
#define VEC_KEEP(a) (void)(a)
#else
#define VEC_KEEP(a) __asm__("" : "+w"(a))
#endif

#endif
