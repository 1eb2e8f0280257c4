// SPDX-License-Identifier: MIT
// Turning a group's [input][16 samples] to [sample][inputs], a square of WIDTH inputs at a time.
#ifndef FOVEA_KERNELS_LINEAR_TURN_H
#define FOVEA_KERNELS_LINEAR_TURN_H

#include "kernels/fused.h"

// Four samples of WIDTH inputs: quad q of the register holds those of input q*4 + r, so that a
// transposition inside the quads gives whole rows of inputs.
#if WIDTH == 16
static inline vec vec_quads(const float *from, int64_t step) {
    vec a = _mm512_castps128_ps512(_mm_loadu_ps(from));
    a = _mm512_insertf32x4(a, _mm_loadu_ps(from + 4 * step), 1);
    a = _mm512_insertf32x4(a, _mm_loadu_ps(from + 8 * step), 2);
    return _mm512_insertf32x4(a, _mm_loadu_ps(from + 12 * step), 3);
}
#define QUADS(a, b, i, j, k, l)                                                                \
    __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4, i + 8, j + 8, k + 8, \
                            l + 8, i + 12, j + 12, k + 12, l + 12)
#elif WIDTH == 8
static inline vec vec_quads(const float *from, int64_t step) {
    vec a = _mm256_castps128_ps256(_mm_loadu_ps(from));
    return _mm256_insertf128_ps(a, _mm_loadu_ps(from + 4 * step), 1);
}
#define QUADS(a, b, i, j, k, l) \
    __builtin_shufflevector(a, b, i, j, k, l, i + 4, j + 4, k + 4, l + 4)
#else
static inline vec vec_quads(const float *from, int64_t step) {
    (void)step;
    return vec_load(from);
}
#define QUADS(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#endif
#define OTHER(i) (WIDTH + (i))  // an index into the second register

// to[n * line + r] = from[r * 16 + n] for r < WIDTH, n < 16.
static inline void turn_square(const float *from, float *to, int64_t line) {
    for (int n = 0; n < FOVEA__LANES; n += 4, from += 4, to += 4 * line) {
        vec a = vec_quads(from, FOVEA__LANES), b = vec_quads(from + FOVEA__LANES, FOVEA__LANES);
        vec c = vec_quads(from + 2 * FOVEA__LANES, FOVEA__LANES);
        vec d = vec_quads(from + 3 * FOVEA__LANES, FOVEA__LANES);
        vec ab = QUADS(a, b, 0, OTHER(0), 1, OTHER(1)), cd = QUADS(c, d, 0, OTHER(0), 1, OTHER(1));
        vec_store(to, QUADS(ab, cd, 0, 1, OTHER(0), OTHER(1)));
        vec_store(to + line, QUADS(ab, cd, 2, 3, OTHER(2), OTHER(3)));
        ab = QUADS(a, b, 2, OTHER(2), 3, OTHER(3)), cd = QUADS(c, d, 2, OTHER(2), 3, OTHER(3));
        vec_store(to + 2 * line, QUADS(ab, cd, 0, 1, OTHER(0), OTHER(1)));
        vec_store(to + 3 * line, QUADS(ab, cd, 2, 3, OTHER(2), OTHER(3)));
    }
}

// The same for `inputs` of them and `line` - inputs zeros (line: a multiple of WIDTH at least that).
static inline void turn_group(const float *from, int64_t inputs, int64_t line, float *to) {
    int64_t i = 0;
    for (; i + WIDTH <= inputs; i += WIDTH) turn_square(from + i * FOVEA__LANES, to + i, line);
    for (; i < line; i++) {
        for (int n = 0; n < FOVEA__LANES; n++) {
            to[n * line + i] = i < inputs ? from[i * FOVEA__LANES + n] : 0.0f;
        }
    }
}

#endif
