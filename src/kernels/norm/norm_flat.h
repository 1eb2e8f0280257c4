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

// What one channel is normalised with.
typedef struct affine {
    REAL mean, invstd, scale, shift;
} affine;

// What one channel's gradient is made with: factor is scale * invstd; d and dx are the sums over M,
// both 0 and not used where there are no sums.
typedef struct slopes {
    bool summed;
    REAL mean, invstd, factor, d, dx;
} slopes;

static inline slopes slopes_of(REAL mean, REAL invstd, REAL scale, const fovea__norm_sums *sums,
                               double count) {
    slopes s = {sums != NULL, mean, invstd, scale * invstd, 0, 0};
    if (sums) {
        s.d = (REAL)(sums->d / count);
        s.dx = (REAL)(sums->dx / count);
    }
    return s;
}

static inline REAL apply_one(REAL x, affine a) {
    return FMA((x - a.mean) * a.invstd, a.scale, a.shift);
}

static inline void apply_run(int64_t count, const REAL *x, affine a, const REAL *residual,
                             bool relu, REAL *y) {
    for (int64_t i = 0; i < count; i++) {
        REAL value = apply_one(x[i], a);
        if (residual) value += residual[i];
        y[i] = relu && value <= 0 ? 0 : value;
    }
}

static void flat_apply(const fovea__norm_group *g, const REAL *src, const double *mean,
                       const double *invstd, const REAL *scale, const REAL *shift,
                       const REAL *residual, bool relu, REAL *dst) {
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        int64_t k = c - g->first;
        affine a = {(REAL)mean[k], (REAL)invstd[k], scale[k], shift[k]};
        for (int64_t r = 0; r < set.runs; r++) {
            int64_t at = set.start + r * set.apart;
            apply_run(set.length, src + at, a, residual ? residual + at : NULL, relu, dst + at);
        }
    }
}

// relu: with which y was made, NULL: nothing follows.
static inline void backward_run(int64_t count, const REAL *x, const REAL *d_y, const affine *relu,
                                slopes s, REAL *d_x, REAL *d_residual) {
    for (int64_t i = 0; i < count; i++) {
        REAL d = relu && apply_one(x[i], *relu) <= 0 ? 0 : d_y[i];
        d_x[i] = s.factor * (s.summed ? FMA(-((x[i] - s.mean) * s.invstd), s.dx, d - s.d) : d);
        if (d_residual) d_residual[i] = d;
    }
}

static void clear_masked(const fovea__norm_group *g, const run_set *set, REAL *d_x) {
    if (g->layout != FOVEA__LAYOUT_N16) return;
    for (int64_t i = 0; i < set->length; i += FOVEA__LANES) {
        for (int lane = g->samples; lane < FOVEA__LANES; lane++) d_x[set->start + i + lane] = 0;
    }
}

static void flat_backward(const fovea__norm_group *g, const REAL *src, const REAL *d_dst,
                          const double *mean, const double *invstd, const REAL *scale,
                          const REAL *shift, const fovea__norm_sums *sums, double count,
                          REAL *d_src, REAL *d_residual) {
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        int64_t k = c - g->first;
        slopes s =
            slopes_of((REAL)mean[k], (REAL)invstd[k], scale[k], sums ? &sums[k] : NULL, count);
        affine relu = {s.mean, s.invstd, scale[k], shift ? shift[k] : 0};
        for (int64_t r = 0; r < set.runs; r++) {
            int64_t at = set.start + r * set.apart;
            backward_run(set.length, src + at, d_dst + at, shift ? &relu : NULL, s, d_src + at,
                         d_residual ? d_residual + at : NULL);
        }
        clear_masked(g, &set, d_src);
    }
}
