// SPDX-License-Identifier: MIT
// The family with the batch in the lanes. NCHW goes to the reference (sums) and to the flat loops.
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#include "kernels/norm/norm_flat.h"
//
#include "kernels/norm/norm_blocks.h"
#include "kernels/norm/norm_names.h"
#include "kernels/splitting.h"
#include "kernels/vector.h"

FOVEA__NORM_DECLARE(reference)

#define VECTORS (FOVEA__LANES / FOVEA__WIDTH)  // in a row of lanes

#define HALF (FOVEA__WIDTH / 2)  // doubles a vector holds

// Sums of a row of lanes.
typedef struct lane_sums {
    fovea__doubles part[FOVEA__LANES / HALF];
} lane_sums;

// Adds the four chains of a block to the sums of the vector's lanes: two vectors of doubles.
static inline void add_chains(const fovea__floats chain[CHAINS], fovea__doubles *sum) {
    float ends[FOVEA__WIDTH];
    fovea__store(ends, (chain[0] + chain[1]) + (chain[2] + chain[3]));
    sum[0] += fovea__load_doubles(ends);
    sum[1] += fovea__load_doubles(ends + HALF);
}

// The tree over the lanes of the valid samples.
static double join(const lane_sums *sums, int32_t samples) {
    double lane[FOVEA__LANES];
    memcpy(lane, sums->part, sizeof lane);
    for (int i = samples; i < FOVEA__LANES; i++) lane[i] = 0;
    return fovea__lane_tree_f64(lane);
}

static inline void stats_row(const float *x, fovea__floats k, fovea__floats *sum,
                             fovea__floats *square) {
    fovea__floats apart = fovea__load(x) - k;
    *sum += apart;
    *square = fovea__fma(apart, apart, *square);
}

static inline void stats_block(int64_t pixels, const float *x, float k, fovea__doubles *sum,
                               fovea__doubles *square) {
    fovea__floats s[CHAINS] = {{0}}, q[CHAINS] = {{0}}, from = fovea__splat(k);
    int64_t p = 0;
    for (; p + CHAINS <= pixels; p += CHAINS) {
#pragma GCC unroll 4
        for (int j = 0; j < CHAINS; j++) stats_row(x + (p + j) * FOVEA__LANES, from, &s[j], &q[j]);
    }
#pragma GCC unroll 4
    for (int j = 0; j < CHAINS - 1; j++)
        if (p + j < pixels) stats_row(x + (p + j) * FOVEA__LANES, from, &s[j], &q[j]);
    add_chains(s, sum);
    add_chains(q, square);
}

static void stats_group(const fovea__norm_group *g, const float *src, fovea__norm_stats *stats) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        fovea__norm_stats_reference(g, src, stats);
        return;
    }
    for (int64_t c = g->first; c < g->last; c++) {
        const float *x = src + c * g->pixels * FOVEA__LANES;
        lane_sums middle, sum = {{{0}}}, square = {{{0}}};
        for (int i = 0; i < FOVEA__LANES / HALF; i++)
            middle.part[i] = fovea__load_doubles(x + g->pixels / 2 * FOVEA__LANES + i * HALF);
        float k = (float)(join(&middle, g->samples) / g->samples);
        for (int64_t p = 0; p < g->pixels; p += BLOCK)
            for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH)
                stats_block(block_length(g, p), x + p * FOVEA__LANES + lane, k,
                            &sum.part[lane / HALF], &square.part[lane / HALF]);
        stats[c - g->first] =
            stats_from(g, (double)k, join(&sum, g->samples), join(&square, g->samples));
    }
}

// What one channel is normalised with, for every lane.
typedef struct lane_affine {
    fovea__floats mean, invstd, scale, shift;
} lane_affine;

static inline lane_affine splat_affine(affine a) {
    return (lane_affine){fovea__splat(a.mean), fovea__splat(a.invstd), fovea__splat(a.scale),
                         fovea__splat(a.shift)};
}

// y from x - mean.
static inline fovea__floats apply_apart(fovea__floats apart, const lane_affine *a) {
    return fovea__fma(apart * a->invstd, a->scale, a->shift);
}

// How far ahead memory is asked for, in floats: beyond the page at which the processor stops
// looking ahead by itself.
#define AHEAD 1024

static inline void fetch_ahead(const float *x) {
    __builtin_prefetch(x + AHEAD);
}

// What a gradient has to pass on its way to the sums: nothing, relu of what the norm made, or relu of
// something that is given, whose gradient replaces its output's.
typedef enum way { PLAIN, RELU, RELU_OF } way;

static inline void sums_row(const float *x, const float *relu_dst, float *d_y, const lane_affine *a,
                            way from, fovea__floats *sum, fovea__floats *product) {
    fetch_ahead(x);
    fetch_ahead(d_y);
    fovea__floats d = fovea__load(d_y), apart = fovea__load(x) - a->mean;
    if (from == RELU) d = fovea__gated(apply_apart(apart, a), d);
    if (from == RELU_OF) {
        fetch_ahead(relu_dst);
        d = fovea__gated(fovea__load(relu_dst), d);
        fovea__store(d_y, d);
    }
    *sum += d;
    *product = fovea__fma(d, apart, *product);
}

static inline void sums_block(int64_t pixels, const float *x, const float *y, float *d_y,
                              const lane_affine *a, way from, fovea__doubles *sum,
                              fovea__doubles *product) {
    fovea__floats s[CHAINS] = {{0}}, q[CHAINS] = {{0}};
    int64_t p = 0;
    for (; p + CHAINS <= pixels; p += CHAINS) {
#pragma GCC unroll 4
        for (int j = 0; j < CHAINS; j++) {
            int64_t at = (p + j) * FOVEA__LANES;
            sums_row(x + at, from == RELU_OF ? y + at : NULL, d_y + at, a, from, &s[j], &q[j]);
        }
    }
#pragma GCC unroll 4
    for (int j = 0; j < CHAINS - 1; j++) {
        int64_t at = (p + j) * FOVEA__LANES;
        if (p + j < pixels)
            sums_row(x + at, from == RELU_OF ? y + at : NULL, d_y + at, a, from, &s[j], &q[j]);
    }
    add_chains(s, sum);
    add_chains(q, product);
}

// All pixels of a channel.
static inline fovea__norm_sums sums_channel(const fovea__norm_group *g, const float *x,
                                            const float *y, float *d_y, affine one, way from) {
    lane_affine a = splat_affine(one);
    lane_sums d = {{{0}}}, dx = {{{0}}};
    for (int64_t p = 0; p < g->pixels; p += BLOCK)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            int64_t at = p * FOVEA__LANES + lane;
            sums_block(block_length(g, p), x + at, from == RELU_OF ? y + at : NULL, d_y + at, &a,
                       from, &d.part[lane / HALF], &dx.part[lane / HALF]);
        }
    return (fovea__norm_sums){join(&d, g->samples), join(&dx, g->samples) * (double)one.invstd};
}

static void sums_group(const fovea__norm_group *g, const float *src, const float *d_dst,
                       const double *mean, const double *invstd, const float *scale,
                       const float *shift, fovea__norm_sums *sums) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        fovea__norm_sums_reference(g, src, d_dst, mean, invstd, scale, shift, sums);
        return;
    }
    for (int64_t c = g->first; c < g->last; c++) {
        int64_t k = c - g->first, at = c * g->pixels * FOVEA__LANES;
        affine a = {(float)mean[k], (float)invstd[k], shift ? scale[k] : 0, shift ? shift[k] : 0};
        float *d_y = (float *)d_dst + at;  // written for RELU_OF alone
        sums[k] = shift ? sums_channel(g, src + at, NULL, d_y, a, RELU)
                        : sums_channel(g, src + at, NULL, d_y, a, PLAIN);
    }
}

static void relu_sums_group(const fovea__norm_group *g, const float *src, const float *relu_dst,
                            float *d_dst, const double *mean, const double *invstd,
                            fovea__norm_sums *sums) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        fovea__norm_relu_sums_reference(g, src, relu_dst, d_dst, mean, invstd, sums);
        return;
    }
    for (int64_t c = g->first; c < g->last; c++) {
        int64_t k = c - g->first, at = c * g->pixels * FOVEA__LANES;
        affine a = {(float)mean[k], (float)invstd[k], 0, 0};
        sums[k] = sums_channel(g, src + at, relu_dst + at, d_dst + at, a, RELU_OF);
    }
}

// One channel of N16; residual NULL or not and relu are known where it is called.
static inline void apply_channel(int64_t count, const float *x, affine one, const float *residual,
                                 bool relu, float *y) {
    lane_affine a = splat_affine(one);
    for (int64_t i = 0; i < count; i += FOVEA__WIDTH) {
        fovea__floats value = apply_apart(fovea__load(x + i) - a.mean, &a);
        if (residual) value += fovea__load(residual + i);
        fovea__store(y + i, relu ? fovea__gated(value, value) : value);
    }
}

static void apply_group(const fovea__norm_group *g, const float *src, const double *mean,
                        const double *invstd, const float *scale, const float *shift,
                        const float *residual, bool relu, float *dst) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        flat_apply(g, src, mean, invstd, scale, shift, residual, relu, dst);
        return;
    }
    int64_t count = g->pixels * FOVEA__LANES;
    for (int64_t c = g->first; c < g->last; c++) {
        int64_t k = c - g->first, at = c * count;
        affine a = {(float)mean[k], (float)invstd[k], scale[k], shift[k]};
        if (residual && relu)
            apply_channel(count, src + at, a, residual + at, true, dst + at);
        else if (residual)
            apply_channel(count, src + at, a, residual + at, false, dst + at);
        else if (relu)
            apply_channel(count, src + at, a, NULL, true, dst + at);
        else
            apply_channel(count, src + at, a, NULL, false, dst + at);
    }
}

static inline void backward_channel(int64_t count, const float *x, const float *d_y, affine one,
                                    bool relu, const slopes *s, float *d_x, float *d_residual) {
    lane_affine a = splat_affine(one);
    fovea__floats factor = fovea__splat(s->factor);
    fovea__floats mean_d = fovea__splat(s->d), mean_dx = fovea__splat(-s->dx);
    for (int64_t i = 0; i < count; i += FOVEA__WIDTH) {
        fetch_ahead(x + i);
        fetch_ahead(d_y + i);
        fovea__floats d = fovea__load(d_y + i), apart = fovea__load(x + i) - a.mean;
        if (relu) d = fovea__gated(apply_apart(apart, &a), d);
        if (d_residual) fovea__store(d_residual + i, d);
        fovea__store(d_x + i, factor * fovea__fma(apart * a.invstd, mean_dx, d - mean_d));
    }
}

static void backward_group(const fovea__norm_group *g, const float *src, const float *d_dst,
                           const double *mean, const double *invstd, const float *scale,
                           const float *shift, const fovea__norm_sums *sums, double count,
                           float *d_src, float *d_residual) {
    if (g->layout == FOVEA__LAYOUT_NCHW || !sums) {
        flat_backward(g, src, d_dst, mean, invstd, scale, shift, sums, count, d_src, d_residual);
        return;
    }
    for (int64_t c = g->first; c < g->last; c++) {
        run_set set = channel_runs(g, c);
        int64_t k = c - g->first, at = set.start;
        slopes s = slopes_of((float)mean[k], (float)invstd[k], scale[k], &sums[k], count);
        affine a = {s.mean, s.invstd, scale[k], shift ? shift[k] : 0};
        const float *x = src + at, *d = d_dst + at;
        if (shift && d_residual)
            backward_channel(set.length, x, d, a, true, &s, d_src + at, d_residual + at);
        else if (shift)
            backward_channel(set.length, x, d, a, true, &s, d_src + at, NULL);
        else if (d_residual)
            backward_channel(set.length, x, d, a, false, &s, d_src + at, d_residual + at);
        else
            backward_channel(set.length, x, d, a, false, &s, d_src + at, NULL);
        clear_masked(g, &set, d_src);
    }
}
