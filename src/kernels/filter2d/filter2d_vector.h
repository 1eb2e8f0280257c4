// SPDX-License-Identifier: MIT
// Correlation with four registers of outputs at a time. Needs NAME(function).
#include "kernels/filter2d/filter2d_generic.h"
#include "kernels/fused.h"

fovea__filter2d_correlate NAME(correlate);

static inline void correlate_block(const float *const *rows, const fovea__filter2d_tap *taps,
                                   int32_t count, int64_t x, float *dst) {
    vec a = vec_splat(0), b = a, c = a, d = a;
    for (int32_t i = 0; i < count; i++) {
        const float *from = rows[taps[i].row] + x + taps[i].column;
        vec weight = vec_splat(taps[i].weight);
        a = vec_fma(weight, vec_load(from), a);
        b = vec_fma(weight, vec_load(from + WIDTH), b);
        c = vec_fma(weight, vec_load(from + 2 * WIDTH), c);
        d = vec_fma(weight, vec_load(from + 3 * WIDTH), d);
    }
    vec_store(dst, a);
    vec_store(dst + WIDTH, b);
    vec_store(dst + 2 * WIDTH, c);
    vec_store(dst + 3 * WIDTH, d);
}

void NAME(correlate)(const float *const *rows, const fovea__filter2d_tap *taps, int32_t count,
                     int64_t width, float *dst) {
    int64_t x = 0;
    for (; x + 4 * WIDTH <= width; x += 4 * WIDTH) correlate_block(rows, taps, count, x, dst + x);
    for (; x < width; x++) {
        float sum = 0;
        for (int32_t i = 0; i < count; i++)
            sum = __builtin_fmaf(taps[i].weight, rows[taps[i].row][x + taps[i].column], sum);
        dst[x] = sum;
    }
}
