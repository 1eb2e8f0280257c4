// SPDX-License-Identifier: MIT
#define REAL double
#define FMA(a, b, c) __builtin_fma(a, b, c)
#include "kernels/norm/norm_flat.h"
//
#include "kernels/norm/norm_reference_sums.h"

void fovea__norm_stats_f64(const fovea__norm_group *group, const double *src,
                           fovea__norm_stats *stats) {
    stats_group(group, src, stats);
}

void fovea__norm_apply_f64(const fovea__norm_group *group, const double *src, const double *mean,
                           const double *invstd, const double *scale, const double *shift,
                           double *dst) {
    flat_apply(group, src, mean, invstd, scale, shift, NULL, false, dst);
}

void fovea__norm_sums_f64(const fovea__norm_group *group, const double *src, const double *d_dst,
                          const double *mean, const double *invstd, fovea__norm_sums *sums) {
    sums_group(group, src, d_dst, mean, invstd, NULL, NULL, sums);
}

void fovea__norm_backward_f64(const fovea__norm_group *group, const double *src,
                              const double *d_dst, const double *mean, const double *invstd,
                              const double *scale, const fovea__norm_sums *sums, double count,
                              double *d_src) {
    flat_backward(group, src, d_dst, mean, invstd, scale, NULL, sums, count, d_src, NULL);
}
