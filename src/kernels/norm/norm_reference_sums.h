// SPDX-License-Identifier: MIT
// The definition of the sums: blocks of four chains for each sample, the samples' sums as a tree.
// Needs REAL, FMA and norm_flat.h.
#include "kernels/norm/norm_blocks.h"
#include "kernels/splitting.h"

// First value of sample n, channel c, and the distance between its pixels.
static const REAL *sample_at(const fovea__norm_group *g, const REAL *base, int64_t n, int64_t c,
                             int64_t *step) {
    bool lanes = g->layout == FOVEA__LAYOUT_N16;
    *step = lanes ? FOVEA__LANES : 1;
    return base + (lanes ? c * g->pixels * FOVEA__LANES + n : (n * g->channels + c) * g->pixels);
}

static double join_chains(const REAL chain[CHAINS]) {
    return (double)((chain[0] + chain[1]) + (chain[2] + chain[3]));
}

// k: near the mean of channel c.
static REAL middle_of(const fovea__norm_group *g, const REAL *src, int64_t c) {
    double middle[FOVEA__LANES] = {0};
    for (int32_t n = 0; n < g->samples; n++) {
        int64_t step;
        const REAL *x = sample_at(g, src, n, c, &step);
        middle[n] = (double)x[g->pixels / 2 * step];
    }
    return (REAL)(fovea__lane_tree_f64(middle) / g->samples);
}

// Adds the sums of x - k and of its square over the pixels of one block.
static void stats_block(int64_t pixels, const REAL *x, int64_t step, REAL k, double *sum,
                        double *square) {
    REAL s[CHAINS] = {0}, q[CHAINS] = {0};
    for (int64_t p = 0; p < pixels; p++) {
        REAL apart = x[p * step] - k;
        s[p % CHAINS] += apart;
        q[p % CHAINS] = FMA(apart, apart, q[p % CHAINS]);
    }
    *sum += join_chains(s);
    *square += join_chains(q);
}

static void stats_group(const fovea__norm_group *g, const REAL *src, fovea__norm_stats *stats) {
    for (int64_t c = g->first; c < g->last; c++) {
        double sum[FOVEA__LANES] = {0}, square[FOVEA__LANES] = {0};
        REAL k = middle_of(g, src, c);
        for (int32_t n = 0; n < g->samples; n++) {
            int64_t step;
            const REAL *x = sample_at(g, src, n, c, &step);
            for (int64_t p = 0; p < g->pixels; p += BLOCK)
                stats_block(block_length(g, p), x + p * step, step, k, &sum[n], &square[n]);
        }
        stats[c - g->first] =
            stats_from(g, (double)k, fovea__lane_tree_f64(sum), fovea__lane_tree_f64(square));
    }
}

// Adds the sums of d_y and of d_y * (x - mean) over the pixels of one block.
static void sums_block(int64_t pixels, const REAL *x, const REAL *d_y, int64_t step, affine a,
                       bool relu, double *sum, double *product) {
    REAL s[CHAINS] = {0}, q[CHAINS] = {0};
    for (int64_t p = 0; p < pixels; p++) {
        REAL d = relu && apply_one(x[p * step], a) <= 0 ? 0 : d_y[p * step];
        s[p % CHAINS] += d;
        q[p % CHAINS] = FMA(d, x[p * step] - a.mean, q[p % CHAINS]);
    }
    *sum += join_chains(s);
    *product += join_chains(q);
}

static void sums_group(const fovea__norm_group *g, const REAL *src, const REAL *d_dst,
                       const double *mean, const double *invstd, const REAL *scale,
                       const REAL *shift, fovea__norm_sums *sums) {
    for (int64_t c = g->first; c < g->last; c++) {
        int64_t k = c - g->first;
        affine a = {(REAL)mean[k], (REAL)invstd[k], shift ? scale[k] : 0, shift ? shift[k] : 0};
        double d[FOVEA__LANES] = {0}, dx[FOVEA__LANES] = {0};
        for (int32_t n = 0; n < g->samples; n++) {
            int64_t step;
            const REAL *x = sample_at(g, src, n, c, &step);
            const REAL *d_y = sample_at(g, d_dst, n, c, &step);
            for (int64_t p = 0; p < g->pixels; p += BLOCK)
                sums_block(block_length(g, p), x + p * step, d_y + p * step, step, a, shift, &d[n],
                           &dx[n]);
        }
        sums[k] = (fovea__norm_sums){fovea__lane_tree_f64(d),
                                     fovea__lane_tree_f64(dx) * (double)a.invstd};
    }
}
