// SPDX-License-Identifier: MIT
// Hand-made filters over rows of one channel: a matrix of weights in float, and separable sums of
// bytes in whole numbers. Borders are the caller's: rows come with what lies beside the picture.
//
// The order of every sum is the definition: `correlate` is one chain of fused multiply-adds from
// zero, in the order of the taps (row by row, zero weights left out, as OpenCV 4.6's filter2D).
#ifndef FOVEA_KERNELS_FILTER2D_H
#define FOVEA_KERNELS_FILTER2D_H

#include "kernels/kernel.h"

// One weight and the value it meets: rows[row][x + column].
typedef struct fovea__filter2d_tap {
    int32_t row, column;
    float weight;
} fovea__filter2d_tap;

// dst[x] = sum over the `count` taps of weight * rows[row][x + column], x in [0, width).
typedef void fovea__filter2d_correlate(const float *const *rows, const fovea__filter2d_tap *taps,
                                       int32_t count, int64_t width, float *dst);
// dst[x] = src[x] rounded to the nearest byte, ties to the even one; below 0 is 0, above 255 is
// 255. src holds numbers, no NaN.
typedef void fovea__filter2d_bytes(const float *src, int64_t width, uint8_t *dst);
// dst[x] = sum of weight[i] * src[x + i], i in [0, count); every such sum is below 2^16.
typedef void fovea__filter2d_across(const uint8_t *src, const uint16_t *weight, int32_t count,
                                    int64_t width, uint16_t *dst);
// dst[x] = sum of weight[i] * rows[i][x], i in [0, count); every such sum is below 2^32.
typedef void fovea__filter2d_down(const uint16_t *const *rows, const uint16_t *weight,
                                  int32_t count, int64_t width, uint32_t *dst);

typedef struct fovea__filter2d_variant {
    const char *name;
    fovea__cpu needs;
    fovea__filter2d_correlate *correlate;
    fovea__filter2d_bytes *bytes;
    fovea__filter2d_across *across;
    fovea__filter2d_down *down;
} fovea__filter2d_variant;

const fovea__filter2d_variant *fovea__filter2d_variants(size_t *count);
const fovea__filter2d_variant *fovea__filter2d_choose(fovea__cpu cpu);

// How a sum of weighted bytes becomes a byte; plain C in one variant.
//   shift > 0:  (sum + delta) * scale >> shift, in 32 bits without overflow
//   shift == 0: sum * (float)share for elements before `tail`, sum * share in double from there on,
//               each rounded to nearest, ties to even
typedef struct fovea__filter2d_rounding {
    uint32_t delta, scale;
    int32_t shift;
    double share;
    int64_t tail;  // index of dst[x] is first + x * step
    int64_t first, step;
} fovea__filter2d_rounding;

void fovea__filter2d_round(const uint32_t *sum, int64_t width,
                           const fovea__filter2d_rounding *rounding, uint8_t *dst);

#endif
