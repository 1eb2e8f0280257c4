// SPDX-License-Identifier: MIT
// Batch normalisation of [n][c][pixels], cut so that a plan can run it:
// per group | once | per group.
//
//   training forward   stats(group) | merge over groups by T, finish, running | apply(group)
//   training backward  sums(group)  | merge over groups by T                  | d_src(group)
//   eval               finish from the running statistics, apply; d_src with `sums` NULL
//
// Sums over the group (only the `samples` valid lanes count) are taken in blocks: the pixels of a
// sample stand in blocks of 64 (the last is shorter); in a block four chains of the element type
// begin at 0, chain j over the pixels j, j+4, j+8 ...; (chain 0 + chain 1) + (chain 2 + chain 3) is
// added to the sample's sum in double, block after block; the samples' sums are added as the lane
// tree 8, 4, 2, 1 with zeros for masked lanes. So long sums are as exact as doubles, while nearly
// all additions are floats'.
//   k = mean over the samples, by the lane tree in double, of x at pixel floor(pixels/2), rounded
//   S = sum (x - k), Q = sum fma(x - k, x - k, .): mean = k + S/n, m2 = max(Q - S*(S/n), 0)
//   x^ = (x - mean) * invstd,   y = fma(x^, scale, shift),   invstd = 1 / sqrt(variance + eps)
//   d_x = (scale * invstd) * fma(-x^, sum_dx/M, d_y - sum_d/M),   M = count over the whole batch
//   d_shift = sum_d = sum d_y
//   d_scale = sum_dx = sum d_y * x^, taken as invstd * (sum fma(d_y, x - mean, .))
// where mean and invstd are rounded to the element type first.
//
// Addition and relu after it can be done in the same pass, with the bits of the separate kernels:
//   y' = relu(y + residual),   d_y = d_residual = y' <= 0 ? 0 : d_y'
// The way back through relu alone computes y anew instead of reading y':
//   y' = relu(y),   d_y = y <= 0 ? 0 : d_y'
#ifndef FOVEA_KERNELS_NORM_H
#define FOVEA_KERNELS_NORM_H

#include "kernels/kernel.h"

// Of one channel: how many values, their mean and the sum of squared distances from it.
typedef struct fovea__norm_stats {
    double count, mean, m2;
} fovea__norm_stats;

// Of one channel: sum of d_y and of d_y * x^.
typedef struct fovea__norm_sums {
    double d, dx;
} fovea__norm_sums;

// Statistics of two sets joined (Chan), with n = na+nb and delta = mean_b-mean_a:
//   mean = mean_a + delta*(nb/n),   m2 = (m2_a+m2_b) + (delta*delta)*(na*(nb/n)).
fovea__norm_stats fovea__norm_join(fovea__norm_stats a, fovea__norm_stats b);
// T over n >= 1 groups of one channel; entry i stands at value[i * stride].
fovea__norm_stats fovea__norm_merge(const fovea__norm_stats *value, int64_t n, int64_t stride);
fovea__norm_sums fovea__norm_merge_sums(const fovea__norm_sums *value, int64_t n, int64_t stride);
// mean[c] and invstd[c] of the merged statistics (biased variance m2/count).
void fovea__norm_finish(int64_t channels, const fovea__norm_stats *stats, double eps, double *mean,
                        double *invstd);
// running = (1-momentum)*running + momentum*batch in double, the variance unbiased (m2/(count-1)).
// `momentum` is PyTorch's (0.1); ONNX's attribute is 1 minus it. new_* may be the old ones.
void fovea__norm_running_f32(int64_t channels, const fovea__norm_stats *stats, double momentum,
                             const float *mean, const float *variance, float *new_mean,
                             float *new_variance);
void fovea__norm_running_f64(int64_t channels, const fovea__norm_stats *stats, double momentum,
                             const double *mean, const double *variance, double *new_mean,
                             double *new_variance);
// The same mean and invstd from running statistics, for eval mode.
void fovea__norm_finish_running_f32(int64_t channels, const float *running_mean,
                                    const float *running_variance, double eps, double *mean,
                                    double *invstd);
void fovea__norm_finish_running_f64(int64_t channels, const double *running_mean,
                                    const double *running_variance, double eps, double *mean,
                                    double *invstd);

// One group. Per-channel arrays (mean, invstd, scale, shift, stats, sums) are indexed from 0 =
// channel `first`; src, dst, d_dst, d_src are the whole group ([n][channels][pixels] or
// [channels][pixels][16]), of which channels first..last-1 are computed.
typedef struct fovea__norm_group {
    fovea__layout layout;
    int32_t samples;
    int64_t channels, pixels, first, last;
} fovea__norm_group;

typedef struct fovea__norm_variant {
    const char *name;
    fovea__cpu needs;
    // stats[c] of the group's samples.
    void (*stats)(const fovea__norm_group *group, const float *src, fovea__norm_stats *stats);
    // dst = y, + residual unless that is NULL, then x <= 0 ? 0 : x of it where `relu`. dst may be
    // src or residual.
    void (*apply)(const fovea__norm_group *group, const float *src, const double *mean,
                  const double *invstd, const float *scale, const float *shift,
                  const float *residual, bool relu, float *dst);
    // sums[c] of the group's samples. Where there is a shift d_dst is the gradient of relu(y), and
    // counts as 0 where y <= 0; without one (NULL) it is y's, and scale may be NULL.
    void (*sums)(const fovea__norm_group *group, const float *src, const float *d_dst,
                 const double *mean, const double *invstd, const float *scale, const float *shift,
                 fovea__norm_sums *sums);
    // The same behind an addition and relu: d_dst, the gradient of relu_dst, first becomes 0 where
    // that is <= 0.
    void (*relu_sums)(const fovea__norm_group *group, const float *src, const float *relu_dst,
                      float *d_dst, const double *mean, const double *invstd,
                      fovea__norm_sums *sums);
    // d_src = d_x; shift as for `sums`. `count` is M; `sums` NULL: d_x = (scale * invstd) * d_y.
    // Masked lanes of d_src become 0. d_residual (or NULL) = d_y. One of d_src and d_residual may
    // be d_dst.
    void (*backward)(const fovea__norm_group *group, const float *src, const float *d_dst,
                     const double *mean, const double *invstd, const float *scale,
                     const float *shift, const fovea__norm_sums *sums, double count, float *d_src,
                     float *d_residual);
} fovea__norm_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__norm_variant *fovea__norm_variants(size_t *count);
const fovea__norm_variant *fovea__norm_choose(fovea__cpu cpu);

// The same in double, NCHW only.
void fovea__norm_stats_f64(const fovea__norm_group *group, const double *src,
                           fovea__norm_stats *stats);
void fovea__norm_apply_f64(const fovea__norm_group *group, const double *src, const double *mean,
                           const double *invstd, const double *scale, const double *shift,
                           double *dst);
void fovea__norm_sums_f64(const fovea__norm_group *group, const double *src, const double *d_dst,
                          const double *mean, const double *invstd, fovea__norm_sums *sums);
void fovea__norm_backward_f64(const fovea__norm_group *group, const double *src,
                              const double *d_dst, const double *mean, const double *invstd,
                              const double *scale, const fovea__norm_sums *sums, double count,
                              double *d_src);

#endif
