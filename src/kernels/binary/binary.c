// SPDX-License-Identifier: MIT
#include "kernels/binary/binary.h"

// One place of the output at a time, with a counter for each dimension but the last.
#define BROADCAST(suffix, REAL)                                                             \
    static void run_##suffix(fovea__binary_kind kind, int64_t count, int64_t a_step,        \
                             int64_t b_step, const REAL *a, const REAL *b, REAL *dst) {     \
        if (kind == FOVEA__BINARY_ADD) {                                                    \
            for (int64_t i = 0; i < count; i++) dst[i] = a[i * a_step] + b[i * b_step];     \
        } else {                                                                            \
            for (int64_t i = 0; i < count; i++) dst[i] = a[i * a_step] * b[i * b_step];     \
        }                                                                                   \
    }                                                                                       \
                                                                                            \
    void fovea__binary_##suffix(fovea__binary_kind kind, int64_t count, const REAL *a,      \
                                const REAL *b, REAL *dst) {                                 \
        run_##suffix(kind, count, 1, 1, a, b, dst);                                         \
    }                                                                                       \
                                                                                            \
    void fovea__binary_accumulate_##suffix(int64_t count, const REAL *src, REAL *dst) {     \
        for (int64_t i = 0; i < count; i++) dst[i] += src[i];                               \
    }                                                                                       \
                                                                                            \
    void fovea__binary_broadcast_##suffix(fovea__binary_kind kind,                          \
                                          const fovea__broadcast *broadcast, const REAL *a, \
                                          const REAL *b, REAL *dst) {                       \
        int32_t last = broadcast->rank - 1;                                                 \
        if (last < 0) {                                                                     \
            run_##suffix(kind, 1, 0, 0, a, b, dst);                                         \
            return;                                                                         \
        }                                                                                   \
        int64_t at[FOVEA__BROADCAST_RANK] = {0};                                            \
        for (int32_t d = 0; d <= last; d++) {                                               \
            if (broadcast->dim[d] == 0) return;                                             \
        }                                                                                   \
        for (int32_t d = 0; d >= 0;) {                                                      \
            int64_t place_a = 0, place_b = 0;                                               \
            for (int32_t k = 0; k < last; k++) {                                            \
                place_a += at[k] * broadcast->a_stride[k];                                  \
                place_b += at[k] * broadcast->b_stride[k];                                  \
            }                                                                               \
            run_##suffix(kind, broadcast->dim[last], broadcast->a_stride[last],             \
                         broadcast->b_stride[last], a + place_a, b + place_b, dst);         \
            dst += broadcast->dim[last];                                                    \
            for (d = last - 1; d >= 0 && ++at[d] == broadcast->dim[d]; d--) at[d] = 0;      \
        }                                                                                   \
    }

BROADCAST(f32, float)
BROADCAST(f64, double)
