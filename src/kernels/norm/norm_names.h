// SPDX-License-Identifier: MIT
// The functions of a variant under their outside names, from the file's own.
#ifndef FOVEA_KERNELS_NORM_NAMES_H
#define FOVEA_KERNELS_NORM_NAMES_H

#include "kernels/norm/norm.h"

#define FOVEA__NORM_STATS(suffix)                                                     \
    void fovea__norm_stats_##suffix(const fovea__norm_group *group, const float *src, \
                                    fovea__norm_stats *stats)
#define FOVEA__NORM_APPLY(suffix)                                                                 \
    void fovea__norm_apply_##suffix(const fovea__norm_group *group, const float *src,             \
                                    const double *mean, const double *invstd, const float *scale, \
                                    const float *shift, const float *residual, bool relu,         \
                                    float *dst)
#define FOVEA__NORM_SUMS(suffix)                                                                 \
    void fovea__norm_sums_##suffix(const fovea__norm_group *group, const float *src,             \
                                   const float *d_dst, const double *mean, const double *invstd, \
                                   const float *scale, const float *shift, fovea__norm_sums *sums)
#define FOVEA__NORM_RELU_SUMS(suffix)                                                            \
    void fovea__norm_relu_sums_##suffix(const fovea__norm_group *group, const float *src,        \
                                        const float *relu_dst, float *d_dst, const double *mean, \
                                        const double *invstd, fovea__norm_sums *sums)
#define FOVEA__NORM_BACKWARD(suffix)                                                              \
    void fovea__norm_backward_##suffix(                                                           \
        const fovea__norm_group *group, const float *src, const float *d_dst, const double *mean, \
        const double *invstd, const float *scale, const float *shift,                             \
        const fovea__norm_sums *sums, double count, float *d_src, float *d_residual)

#define FOVEA__NORM_DECLARE(suffix) \
    FOVEA__NORM_STATS(suffix);      \
    FOVEA__NORM_APPLY(suffix);      \
    FOVEA__NORM_SUMS(suffix);       \
    FOVEA__NORM_RELU_SUMS(suffix);  \
    FOVEA__NORM_BACKWARD(suffix);

#define FOVEA__NORM_FUNCTIONS(suffix)                                                     \
    FOVEA__NORM_DECLARE(suffix)                                                           \
    FOVEA__NORM_STATS(suffix) {                                                           \
        stats_group(group, src, stats);                                                   \
    }                                                                                     \
    FOVEA__NORM_APPLY(suffix) {                                                           \
        apply_group(group, src, mean, invstd, scale, shift, residual, relu, dst);         \
    }                                                                                     \
    FOVEA__NORM_SUMS(suffix) {                                                            \
        sums_group(group, src, d_dst, mean, invstd, scale, shift, sums);                  \
    }                                                                                     \
    FOVEA__NORM_RELU_SUMS(suffix) {                                                       \
        relu_sums_group(group, src, relu_dst, d_dst, mean, invstd, sums);                 \
    }                                                                                     \
    FOVEA__NORM_BACKWARD(suffix) {                                                        \
        backward_group(group, src, d_dst, mean, invstd, scale, shift, sums, count, d_src, \
                       d_residual);                                                       \
    }

#endif
