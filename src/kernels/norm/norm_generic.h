// SPDX-License-Identifier: MIT
// The sums with the batch in the lanes: four vectors of doubles (two with AVX-512) hold the chains
// of the samples. NCHW goes to the reference.
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#include "kernels/norm/norm_flat.h"
//
#include "kernels/norm/norm_names.h"
#include "kernels/splitting.h"
#include "kernels/vector.h"

FOVEA__NORM_DECLARE(reference)

#define PART (FOVEA__WIDTH / 2)  // doubles a vector holds
#define PARTS (FOVEA__LANES / PART)

typedef fovea__doubles chains[PARTS];

// The tree over the lanes of the valid samples.
static double join(chains part, int32_t samples) {
    double lane[FOVEA__LANES];
    memcpy(lane, part, sizeof lane);
    for (int i = samples; i < FOVEA__LANES; i++) lane[i] = 0;
    return fovea__lane_tree_f64(lane);
}

static void stats_group(const fovea__norm_group *g, const float *src, fovea__norm_stats *stats) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        fovea__norm_stats_reference(g, src, stats);
        return;
    }
    double count = (double)g->samples * (double)g->pixels;
    for (int64_t c = g->first; c < g->last; c++) {
        const float *x = src + c * g->pixels * FOVEA__LANES;
        chains sum = {{0}}, square = {{0}};
        for (int64_t p = 0; p < g->pixels; p++) {
#pragma GCC unroll 8
            for (int k = 0; k < PARTS; k++) {
                sum[k] += fovea__load_doubles(x + p * FOVEA__LANES + k * PART);
            }
        }
        double mean = join(sum, g->samples) / count;
        for (int64_t p = 0; p < g->pixels; p++) {
#pragma GCC unroll 8
            for (int k = 0; k < PARTS; k++) {
                fovea__doubles apart = fovea__load_doubles(x + p * FOVEA__LANES + k * PART) - mean;
                square[k] += apart * apart;
            }
        }
        stats[c - g->first] = (fovea__norm_stats){count, mean, join(square, g->samples)};
    }
}

static void sums_group(const fovea__norm_group *g, const float *src, const float *d_dst,
                       const double *mean, const double *invstd, fovea__norm_sums *sums) {
    if (g->layout == FOVEA__LAYOUT_NCHW) {
        fovea__norm_sums_reference(g, src, d_dst, mean, invstd, sums);
        return;
    }
    for (int64_t c = g->first; c < g->last; c++) {
        const float *x = src + c * g->pixels * FOVEA__LANES;
        const float *d_y = d_dst + c * g->pixels * FOVEA__LANES;
        float m = (float)mean[c - g->first], s = (float)invstd[c - g->first];
        chains d = {{0}}, dx = {{0}};
        for (int64_t p = 0; p < g->pixels; p++) {
#pragma GCC unroll 8
            for (int k = 0; k < PARTS; k++) {
                int64_t at = p * FOVEA__LANES + k * PART;
                fovea__half_floats value;
                memcpy(&value, x + at, sizeof value);
                fovea__half_floats hat = (value - m) * s;
                fovea__doubles gradient = fovea__load_doubles(d_y + at);
                d[k] += gradient;
                dx[k] += gradient * __builtin_convertvector(hat, fovea__doubles);
            }
        }
        sums[c - g->first] = (fovea__norm_sums){join(d, g->samples), join(dx, g->samples)};
    }
}
