// SPDX-License-Identifier: MIT
// What happens once a batch, between the groups' passes.
#include <math.h>

#include "kernels/norm/norm.h"

fovea__norm_stats fovea__norm_join(fovea__norm_stats a, fovea__norm_stats b) {
    double count = a.count + b.count, delta = b.mean - a.mean, share = b.count / count;
    double mean = a.mean + delta * share;
    double m2 = (a.m2 + b.m2) + (delta * delta) * (a.count * share);
    return (fovea__norm_stats){count, mean, m2};
}

fovea__norm_stats fovea__norm_merge(const fovea__norm_stats *value, int64_t n, int64_t stride) {
    if (n == 1) return value[0];
    int64_t half = (n + 1) / 2;
    return fovea__norm_join(fovea__norm_merge(value, half, stride),
                            fovea__norm_merge(value + half * stride, n - half, stride));
}

fovea__norm_sums fovea__norm_merge_sums(const fovea__norm_sums *value, int64_t n, int64_t stride) {
    if (n == 1) return value[0];
    int64_t half = (n + 1) / 2;
    fovea__norm_sums a = fovea__norm_merge_sums(value, half, stride);
    fovea__norm_sums b = fovea__norm_merge_sums(value + half * stride, n - half, stride);
    return (fovea__norm_sums){a.d + b.d, a.dx + b.dx};
}

void fovea__norm_finish(int64_t channels, const fovea__norm_stats *stats, double eps, double *mean,
                        double *invstd) {
    for (int64_t c = 0; c < channels; c++) {
        mean[c] = stats[c].mean;
        invstd[c] = 1 / sqrt(stats[c].m2 / stats[c].count + eps);
    }
}

#define RUNNING(suffix, REAL)                                                                  \
    void fovea__norm_running_##suffix(int64_t channels, const fovea__norm_stats *stats,        \
                                      double momentum, const REAL *mean, const REAL *variance, \
                                      REAL *new_mean, REAL *new_variance) {                    \
        for (int64_t c = 0; c < channels; c++) {                                               \
            double unbiased = stats[c].m2 / (stats[c].count - 1);                              \
            new_mean[c] = (REAL)((1 - momentum) * mean[c] + momentum * stats[c].mean);         \
            new_variance[c] = (REAL)((1 - momentum) * variance[c] + momentum * unbiased);      \
        }                                                                                      \
    }                                                                                          \
    void fovea__norm_finish_running_##suffix(int64_t channels, const REAL *running_mean,       \
                                             const REAL *running_variance, double eps,         \
                                             double *mean, double *invstd) {                   \
        for (int64_t c = 0; c < channels; c++) {                                               \
            mean[c] = running_mean[c];                                                         \
            invstd[c] = 1 / sqrt(running_variance[c] + eps);                                   \
        }                                                                                      \
    }

RUNNING(f32, float)
RUNNING(f64, double)
