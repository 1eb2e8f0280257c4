// SPDX-License-Identifier: MIT
// A square of WIDTH registers turned: lane j of register i becomes lane i of register j.
#ifndef FOVEA_KERNELS_CONV_TURN_H
#define FOVEA_KERNELS_CONV_TURN_H

#include "kernels/fused.h"

// Registers i and i + d, for every i without bit d, exchange the lanes that have bit d for those
// that have not.
#define EXCHANGE(d, low, high)                                \
    UNROLL for (int i = 0; i < WIDTH; i++) {                  \
        if (i & d) continue;                                  \
        vec a = v[i], b = v[i + d];                           \
        v[i] = __builtin_shufflevector(a, b, LANES low);      \
        v[i + d] = __builtin_shufflevector(a, b, LANES high); \
    }
#define LANES(...) __VA_ARGS__

// clang-format off
static inline __attribute__((always_inline)) void turn(vec v[WIDTH]) {
#if WIDTH == 16
    EXCHANGE(8, (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
             (8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
    EXCHANGE(4, (0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27),
             (4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31))
    EXCHANGE(2, (0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
             (2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
    EXCHANGE(1, (0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30),
             (1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31))
#elif WIDTH == 8
    EXCHANGE(4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
    EXCHANGE(2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))
    EXCHANGE(1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))
#else
    EXCHANGE(2, (0, 1, 4, 5), (2, 3, 6, 7))
    EXCHANGE(1, (0, 4, 2, 6), (1, 5, 3, 7))
#endif
}
// clang-format on
#undef EXCHANGE
#undef LANES

// to[i] = lane first + i of a, for i in [0, count).
static inline __attribute__((always_inline)) void store_lanes(float *to, vec a, int first,
                                                              int count) {
#if WIDTH == 16
    __mmask16 lanes = (__mmask16)(((1u << count) - 1) << first);
    _mm512_mask_storeu_ps(to - first, lanes, a);
#else
    float lane[WIDTH];
    vec_store(lane, a);
    memcpy(to, lane + first, (size_t)count * sizeof(float));
#endif
}

#endif
