// SPDX-License-Identifier: MIT
// Vectors of the width the including file is compiled for: 16 floats with AVX-512, 8 with AVX2,
// else 4. FOVEA__WIDTH divides 16, so a row of 16 lanes is a whole number of them.
#ifndef FOVEA_KERNELS_VECTOR_H
#define FOVEA_KERNELS_VECTOR_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define FOVEA__WIDTH 16
#elif defined(__AVX2__)
#define FOVEA__WIDTH 8
#else
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
// mask ? a : b, lane by lane; a mask lane is all ones or zero, as comparisons give it.
static inline fovea__floats fovea__select(fovea__ints mask, fovea__floats a, fovea__floats b) {
    return (fovea__floats)(((fovea__ints)a & mask) | ((fovea__ints)b & ~mask));
}
// FOVEA__WIDTH / 2 floats from memory, as doubles.
static inline fovea__doubles fovea__load_doubles(const float *src) {
    fovea__half_floats value;
    memcpy(&value, src, sizeof value);
    return __builtin_convertvector(value, fovea__doubles);
}

#endif
