// SPDX-License-Identifier: MIT
// Winners of FOVEA__WIDTH samples as bytes.
#ifndef FOVEA_KERNELS_POOL_POOL_INDEX_BYTES_H
#define FOVEA_KERNELS_POOL_POOL_INDEX_BYTES_H

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels/vector.h"

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
