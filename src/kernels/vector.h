// SPDX-License-Identifier: MIT
// Vectors of the width the including file is compiled for: 16 floats with AVX-512, 8 with AVX2,
// else 4. FOVEA__WIDTH divides 16, so a row of 16 lanes is a whole number of them.
#ifndef FOVEA_KERNELS_VECTOR_H
#define FOVEA_KERNELS_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define FOVEA__WIDTH 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define FOVEA__WIDTH 8
#else
#if defined(__ARM_NEON)
#include <arm_neon.h>
#endif
#define FOVEA__WIDTH 4
#endif

typedef float fovea__floats __attribute__((vector_size(FOVEA__WIDTH * 4)));
typedef int32_t fovea__ints __attribute__((vector_size(FOVEA__WIDTH * 4)));
typedef float fovea__half_floats __attribute__((vector_size(FOVEA__WIDTH * 2)));
typedef double fovea__doubles __attribute__((vector_size(FOVEA__WIDTH * 4)));

// FOVEA__WIDTH floats, of any alignment.
static inline fovea__floats fovea__load(const float *src) {
    fovea__floats value;
    memcpy(&value, src, sizeof value);
    return value;
}
static inline void fovea__store(float *dst, fovea__floats value) {
    memcpy(dst, &value, sizeof value);
}
static inline fovea__floats fovea__splat(float value) {
    return value - (fovea__floats){0};  // keeps the sign of -0
}
// a*b + c, rounded once.
static inline fovea__floats fovea__fma(fovea__floats a, fovea__floats b, fovea__floats c) {
#if defined(__AVX512F__)
    return (fovea__floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
    return (fovea__floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON)
    return (fovea__floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    for (int i = 0; i < FOVEA__WIDTH; i++) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
    return c;
#endif
}
// mask ? a : b, lane by lane; a mask lane is all ones or zero, as comparisons give it.
static inline fovea__floats fovea__select(fovea__ints mask, fovea__floats a, fovea__floats b) {
    return (fovea__floats)(((fovea__ints)a & mask) | ((fovea__ints)b & ~mask));
}
// gate <= 0 ? 0 : value, lane by lane: the relu of value where gate is value, its gradient where
// gate is what it gave. A NaN gate lets the value through.
static inline fovea__floats fovea__gated(fovea__floats gate, fovea__floats value) {
#if defined(__AVX512F__)
    __mmask16 open = _mm512_cmp_ps_mask((__m512)gate, _mm512_setzero_ps(), _CMP_NLE_UQ);
    return (fovea__floats)_mm512_maskz_mov_ps(open, (__m512)value);
#else
    return (fovea__floats)((fovea__ints)value & ~(gate <= (fovea__floats){0}));
#endif
}
// FOVEA__WIDTH / 2 floats from memory, as doubles.
static inline fovea__doubles fovea__load_doubles(const float *src) {
    fovea__half_floats value;
    memcpy(&value, src, sizeof value);
    return __builtin_convertvector(value, fovea__doubles);
}

#endif
