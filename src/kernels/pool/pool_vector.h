// SPDX-License-Identifier: MIT
// Comparing FOVEA__WIDTH samples at a time, and their winners as bytes.
#ifndef FOVEA_KERNELS_POOL_POOL_VECTOR_H
#define FOVEA_KERNELS_POOL_POOL_VECTOR_H

#include "kernels/vector.h"

// Which lanes win: x is more than best, or NaN.
#if defined(__AVX512F__)
typedef __mmask16 winners;
static inline winners beats(fovea__floats x, fovea__floats best) {
    return _mm512_cmp_ps_mask((__m512)x, (__m512)best, _CMP_GT_OQ) |
           _mm512_cmp_ps_mask((__m512)x, (__m512)x, _CMP_UNORD_Q);
}
// winner ? a : b
static inline fovea__floats pick(winners w, fovea__floats a, fovea__floats b) {
    return (fovea__floats)_mm512_mask_blend_ps(w, (__m512)b, (__m512)a);
}
static inline fovea__ints pick_number(winners w, int32_t a, fovea__ints b) {
    return (fovea__ints)_mm512_mask_mov_epi32((__m512i)b, w, _mm512_set1_epi32(a));
}
#else
typedef fovea__ints winners;
static inline winners beats(fovea__floats x, fovea__floats best) {
    return (x > best) | (x != x);
}
static inline fovea__floats pick(winners w, fovea__floats a, fovea__floats b) {
    return fovea__select(w, a, b);
}
static inline fovea__ints pick_number(winners w, int32_t a, fovea__ints b) {
    return (((fovea__ints){0} + a) & w) | (b & ~w);
}
#endif

typedef uint8_t index_bytes __attribute__((vector_size(FOVEA__WIDTH)));

static inline void store_index(uint8_t *dst, fovea__ints number) {
#if defined(__AVX512F__)
    _mm_storeu_si128((__m128i *)dst, _mm512_cvtepi32_epi8((__m512i)number));
#else
    index_bytes narrow = __builtin_convertvector(number, index_bytes);
    memcpy(dst, &narrow, sizeof narrow);
#endif
}

// gradient where index is `number`, else 0.
static inline fovea__floats given(const uint8_t *index, uint8_t number, const float *gradient) {
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    __m128i winner = _mm_loadu_si128((const __m128i *)index);
    __mmask16 owns = _mm_cmpeq_epi8_mask(winner, _mm_set1_epi8((char)number));
    return (fovea__floats)_mm512_maskz_loadu_ps(owns, gradient);
#elif defined(__AVX2__)
    __m128i winner = _mm_loadl_epi64((const __m128i *)index);
    __m128i owns = _mm_cmpeq_epi8(winner, _mm_set1_epi8((char)number));
    return (fovea__floats)((fovea__ints)fovea__load(gradient) &
                           (fovea__ints)_mm256_cvtepi8_epi32(owns));
#else
    index_bytes winner;
    memcpy(&winner, index, sizeof winner);
    fovea__ints owns = __builtin_convertvector(winner, fovea__ints) == (int32_t)number;
    return (fovea__floats)((fovea__ints)fovea__load(gradient) & owns);
#endif
}

#endif
