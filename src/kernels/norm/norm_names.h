// SPDX-License-Identifier: MIT
// The four functions of a variant under their outside names, from the file's own.
#ifndef FOVEA_KERNELS_NORM_NAMES_H
#define FOVEA_KERNELS_NORM_NAMES_H

#include "kernels/norm/norm.h"

#define FOVEA__NORM_DECLARE(suffix)                                                               \
    void fovea__norm_stats_##suffix(const fovea__norm_group *group, const float *src,             \
                                    fovea__norm_stats *stats);                                    \
    void fovea__norm_apply_##suffix(const fovea__norm_group *group, const float *src,             \
                                    const double *mean, const double *invstd, const float *scale, \
                                    const float *shift, bool relu, float *dst);                   \
    void fovea__norm_sums_##suffix(const fovea__norm_group *group, const float *src,              \
                                   const float *d_dst, const double *mean, const double *invstd,  \
                                   fovea__norm_sums *sums);                                       \
    void fovea__norm_backward_##suffix(const fovea__norm_group *group, const float *src,          \
                                       const float *d_dst, const double *mean,                    \
                                       const double *invstd, const float *scale,                  \
                                       const fovea__norm_sums *sums, double count, float *d_src);

#define FOVEA__NORM_FUNCTIONS(suffix)                                                              \
    FOVEA__NORM_DECLARE(suffix)                                                                    \
    void fovea__norm_stats_##suffix(const fovea__norm_group *group, const float *src,              \
                                    fovea__norm_stats *stats) {                                    \
        stats_group(group, src, stats);                                                            \
    }                                                                                              \
    void fovea__norm_apply_##suffix(const fovea__norm_group *group, const float *src,              \
                                    const double *mean, const double *invstd, const float *scale,  \
                                    const float *shift, bool relu, float *dst) {                   \
        apply_group(group, src, mean, invstd, scale, shift, relu, dst);                            \
    }                                                                                              \
    void fovea__norm_sums_##suffix(const fovea__norm_group *group, const float *src,               \
                                   const float *d_dst, const double *mean, const double *invstd,   \
                                   fovea__norm_sums *sums) {                                       \
        sums_group(group, src, d_dst, mean, invstd, sums);                                         \
    }                                                                                              \
    void fovea__norm_backward_##suffix(const fovea__norm_group *group, const float *src,           \
                                       const float *d_dst, const double *mean,                     \
                                       const double *invstd, const float *scale,                   \
                                       const fovea__norm_sums *sums, double count, float *d_src) { \
        backward_group(group, src, d_dst, mean, invstd, scale, sums, count, d_src);                \
    }

#endif
