// SPDX-License-Identifier: MIT
// Softmax along one axis of an array seen as [outer][axis][inner]; `inner` includes the 16
// lanes of N16.
//
//   m = max_a x[a];  e[a] = exp(x[a] - m);  s = 0 + e[0] + e[1] + ...
//   softmax      y[a] = e[a] / s                   d_x[a] = y[a] * (d_y[a] - sum_b d_y[b] y[b])
//   log_softmax  y[a] = (x[a] - m) - log(s)        d_x[a] = d_y[a] - exp(y[a]) * sum_b d_y[b]
//
// Sums ascend along the axis, sum_b d_y y as a chain of fused multiply-adds. dst may be src, d_src
// may be d_dst.
#ifndef FOVEA_KERNELS_SOFTMAX_H
#define FOVEA_KERNELS_SOFTMAX_H

#include "kernels/kernel.h"

typedef enum fovea__softmax_kind {
    FOVEA__SOFTMAX,
    FOVEA__LOG_SOFTMAX,
} fovea__softmax_kind;

typedef void fovea__softmax_forward_f32(fovea__softmax_kind kind, int64_t outer, int64_t axis,
                                        int64_t inner, const float *src, float *dst);
// `dst` is what forward made.
typedef void fovea__softmax_backward_f32(fovea__softmax_kind kind, int64_t outer, int64_t axis,
                                         int64_t inner, const float *dst, const float *d_dst,
                                         float *d_src);

typedef struct fovea__softmax_variant {
    const char *name;
    fovea__cpu needs;
    fovea__softmax_forward_f32 *forward;
    fovea__softmax_backward_f32 *backward;
} fovea__softmax_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__softmax_variant *fovea__softmax_variants(size_t *count);
const fovea__softmax_variant *fovea__softmax_choose(fovea__cpu cpu);

// The same in double.
void fovea__softmax_forward_f64(fovea__softmax_kind kind, int64_t outer, int64_t axis,
                                int64_t inner, const double *src, double *dst);
void fovea__softmax_backward_f64(fovea__softmax_kind kind, int64_t outer, int64_t axis,
                                 int64_t inner, const double *dst, const double *d_dst,
                                 double *d_src);

#endif
