// SPDX-License-Identifier: MIT
// One register of floats at the width the including file was compiled for: 16 (AVX-512), 8 (AVX2
// and FMA) or 4 (NEON). Multiply-adds are named, never left to the compiler, so that every build
// type gives the same bits.
#ifndef FOVEA_KERNELS_FUSED_H
#define FOVEA_KERNELS_FUSED_H

#include <string.h>

#include "kernels/kernel.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define WIDTH 16
typedef __m512 vec;
static inline vec vec_load(const float *from) {
    return _mm512_loadu_ps(from);
}
static inline void vec_store(float *to, vec a) {
    _mm512_storeu_ps(to, a);
}
static inline vec vec_splat(float a) {
    return _mm512_set1_ps(a);
}
// a*b + c, rounded once.
static inline vec vec_fma(vec a, vec b, vec c) {
    return _mm512_fmadd_ps(a, b, c);
}
static inline vec vec_add(vec a, vec b) {
    return _mm512_add_ps(a, b);
}
#elif defined(__AVX2__)
#include <immintrin.h>
#define WIDTH 8
typedef __m256 vec;
static inline vec vec_load(const float *from) {
    return _mm256_loadu_ps(from);
}
static inline void vec_store(float *to, vec a) {
    _mm256_storeu_ps(to, a);
}
static inline vec vec_splat(float a) {
    return _mm256_set1_ps(a);
}
static inline vec vec_fma(vec a, vec b, vec c) {
    return _mm256_fmadd_ps(a, b, c);
}
static inline vec vec_add(vec a, vec b) {
    return _mm256_add_ps(a, b);
}
#else
#include <arm_neon.h>
#define WIDTH 4
typedef float32x4_t vec;
static inline vec vec_load(const float *from) {
    return vld1q_f32(from);
}
static inline void vec_store(float *to, vec a) {
    vst1q_f32(to, a);
}
static inline vec vec_splat(float a) {
    return vdupq_n_f32(a);
}
static inline vec vec_fma(vec a, vec b, vec c) {
    return vfmaq_f32(c, a, b);
}
static inline vec vec_add(vec a, vec b) {
    return vaddq_f32(a, b);
}
#endif

// Four floats for shuffling, at any width.
typedef float vec4 __attribute__((vector_size(16)));

static inline vec4 vec4_load(const float *from) {
    vec4 a;
    memcpy(&a, from, sizeof a);
    return a;
}
static inline void vec4_store(float *to, vec4 a) {
    memcpy(to, &a, sizeof a);
}

// fovea__lane_tree_f32 with vectors: the same additions.
static inline float vec_lane_tree(const float lane[FOVEA__LANES]) {
    vec4 low = vec4_load(lane) + vec4_load(lane + 8);
    vec4 high = vec4_load(lane + 4) + vec4_load(lane + 12);
    vec4 four = low + high;
    vec4 two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
    return two[0] + two[1];
}

// Tiles are loops over registers: each must be unrolled whole for its size, or its array goes to
// memory. Sanitizers put a check at every access, and compilers a minute into each file: for them
// one body serves all sizes.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TILE_BODY __attribute__((noinline))
#define UNROLL
#else
#define TILE_BODY inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
#endif

#endif
