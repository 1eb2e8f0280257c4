// SPDX-License-Identifier: MIT
// The elementwise halves of the family, written as loops over one channel's run of values, of which
// a compiler makes vectors. Needs REAL and FMA.
#include "kernels/norm/norm.h"

// The values of channel c of the group: `runs` runs of `length`, `apart` elements from start to
// start.
typedef struct run_set {
    int64_t start, runs, length, apart;
} run_set;

static inline run_set channel_runs(const fovea__norm_group *g, int64_t c) {
    if (g->layout == FOVEA__LAYOUT_N16) {
        return (run_set){c * g->pixels * FOVEA__LANES, 1, g->pixels * FOVEA__LANES, 0};
    }
    return (run_set){c * g->pixels, g->samples, g->pixels, g->channels * g->pixels};
}

static inline void apply_run(int64_t count, const REAL *x, REAL mean, REAL invstd, REAL scale,
                             REAL shift, bool relu, REAL *y) {
    if (relu) {
        for (int64_t i = 0; i < count; i++) {
            REAL value = FMA((x[i] - mean) * invstd, scale, shift);
            y[i] = value <= 0 ? 0 : value;
        }
        return;
    }
    for (int64_t i = 0; i < count; i++) y[i] = FMA((x[i] - mean) * invstd, scale, shift);
}

static void apply_group(const fovea__norm_group *g, const REAL *src, const double *mean,
                        const double *invstd, const REAL *scale, const REAL *shift, bool relu,
                        REAL *dst) {
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        int64_t k = c - g->first;
        for (int64_t r = 0; r < set.runs; r++) {
            int64_t at = set.start + r * set.apart;
            apply_run(set.length, src + at, (REAL)mean[k], (REAL)invstd[k], scale[k], shift[k],
                      relu, dst + at);
        }
    }
}

static inline void backward_run(int64_t count, const REAL *x, const REAL *d_y, REAL mean,
                                REAL invstd, REAL factor, REAL mean_d, REAL mean_dx, REAL *d_x) {
    for (int64_t i = 0; i < count; i++) {
        d_x[i] = factor * FMA(-((x[i] - mean) * invstd), mean_dx, d_y[i] - mean_d);
    }
}

static inline void scale_run(int64_t count, const REAL *d_y, REAL factor, REAL *d_x) {
    for (int64_t i = 0; i < count; i++) d_x[i] = factor * d_y[i];
}

static void clear_masked(const fovea__norm_group *g, const run_set *set, REAL *d_x) {
    if (g->layout != FOVEA__LAYOUT_N16) return;
    for (int64_t i = 0; i < set->length; i += FOVEA__LANES) {
        for (int lane = g->samples; lane < FOVEA__LANES; lane++) d_x[set->start + i + lane] = 0;
    }
}

static void backward_group(const fovea__norm_group *g, const REAL *src, const REAL *d_dst,
                           const double *mean, const double *invstd, const REAL *scale,
                           const fovea__norm_sums *sums, double count, REAL *d_src) {
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        int64_t k = c - g->first;
        REAL factor = scale[k] * (REAL)invstd[k];
        for (int64_t r = 0; r < set.runs; r++) {
            int64_t at = set.start + r * set.apart;
            if (sums) {
                backward_run(set.length, src + at, d_dst + at, (REAL)mean[k], (REAL)invstd[k],
                             factor, (REAL)(sums[k].d / count), (REAL)(sums[k].dx / count),
                             d_src + at);
            } else {
                scale_run(set.length, d_dst + at, factor, d_src + at);
            }
        }
        clear_masked(g, &set, d_src);
    }
}
