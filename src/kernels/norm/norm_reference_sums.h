// SPDX-License-Identifier: MIT
// The definition of the sums: one chain over the pixels for each sample, the samples' sums as a
// tree. Needs REAL.
#include "kernels/norm/norm.h"
#include "kernels/splitting.h"

// First value of sample n, channel c, and the distance between its pixels.
static const REAL *sample_at(const fovea__norm_group *g, const REAL *base, int64_t n, int64_t c,
                             int64_t *step) {
    bool lanes = g->layout == FOVEA__LAYOUT_N16;
    *step = lanes ? FOVEA__LANES : 1;
    return base + (lanes ? c * g->pixels * FOVEA__LANES + n : (n * g->channels + c) * g->pixels);
}

static void stats_group(const fovea__norm_group *g, const REAL *src, fovea__norm_stats *stats) {
    double count = (double)g->samples * (double)g->pixels;
    for (int64_t c = g->first; c < g->last; c++) {
        double sum[FOVEA__LANES] = {0}, square[FOVEA__LANES] = {0};
        int64_t step;
        for (int32_t n = 0; n < g->samples; n++) {
            const REAL *x = sample_at(g, src, n, c, &step);
            for (int64_t p = 0; p < g->pixels; p++) sum[n] += (double)x[p * step];
        }
        double mean = fovea__lane_tree_f64(sum) / count;
        for (int32_t n = 0; n < g->samples; n++) {
            const REAL *x = sample_at(g, src, n, c, &step);
            for (int64_t p = 0; p < g->pixels; p++) {
                double apart = (double)x[p * step] - mean;
                square[n] += apart * apart;
            }
        }
        stats[c - g->first] = (fovea__norm_stats){count, mean, fovea__lane_tree_f64(square)};
    }
}

static void sums_group(const fovea__norm_group *g, const REAL *src, const REAL *d_dst,
                       const double *mean, const double *invstd, fovea__norm_sums *sums) {
    for (int64_t c = g->first; c < g->last; c++) {
        REAL m = (REAL)mean[c - g->first], s = (REAL)invstd[c - g->first];
        double d[FOVEA__LANES] = {0}, dx[FOVEA__LANES] = {0};
        for (int32_t n = 0; n < g->samples; n++) {
            int64_t step;
            const REAL *x = sample_at(g, src, n, c, &step);
            const REAL *d_y = sample_at(g, d_dst, n, c, &step);
            for (int64_t p = 0; p < g->pixels; p++) {
                REAL hat = (x[p * step] - m) * s;
                d[n] += (double)d_y[p * step];
                dx[n] += (double)d_y[p * step] * (double)hat;
            }
        }
        sums[c - g->first] = (fovea__norm_sums){fovea__lane_tree_f64(d), fovea__lane_tree_f64(dx)};
    }
}
