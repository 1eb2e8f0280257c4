// SPDX-License-Identifier: MIT
// Cross entropy of one group in the lanes, a class at a time over all sixteen: what
// cross_entropy_of does to one sample, in the same order, so that a compiler makes vectors of the
// loops over lanes. The including file sets CROSS_ENTROPY, the name.
#include <math.h>

#include "kernels/elementary.h"
#include "kernels/loss/loss.h"

#define EACH_LANE for (int n = 0; n < FOVEA__LANES; n++)

typedef struct lanes {
    float most[FOVEA__LANES];
    int32_t label[FOVEA__LANES];  // -1: no sample
    double sum[FOVEA__LANES], own[FOVEA__LANES];
} lanes;

static inline void sum_exponentials(int64_t classes, const float *x, lanes *l) {
    EACH_LANE l->most[n] = x[n];
    for (int64_t c = 1; c < classes; c++) {
        const float *row = x + c * FOVEA__LANES;
        EACH_LANE l->most[n] = row[n] > l->most[n] ? row[n] : l->most[n];
    }
    EACH_LANE l->sum[n] = 0;
    for (int64_t c = 0; c < classes; c++) {
        const float *row = x + c * FOVEA__LANES;
        EACH_LANE l->sum[n] += (double)fovea__exp_f32(row[n] - l->most[n]);
    }
}

static inline void gradient_row(const fovea__cross_entropy *options, int64_t c, double weights,
                                const lanes *l, const float *x, float *d_x) {
    double share = options->smoothing / (double)options->classes;
    double weight = options->weight ? options->weight[c] : 1, d[FOVEA__LANES], p[FOVEA__LANES];
    EACH_LANE p[n] = (double)fovea__exp_f32(x[n] - l->most[n]) / l->sum[n];
    EACH_LANE d[n] = l->own[n] * (p[n] - (l->label[n] == c ? 1.0 : 0.0));
    if (options->smoothing > 0) {
        EACH_LANE d[n] += share * (p[n] * weights - weight);
    }
    EACH_LANE d_x[n] = l->label[n] < 0 ? 0.0f : (float)(options->factor * d[n]);
}

// -log p of every class, weighted, of sample n.
static inline double smooth_loss(const fovea__cross_entropy *options, const lanes *l, int32_t n,
                                 double log_sum, const float *x) {
    double smooth = 0;
    for (int64_t c = 0; options->smoothing > 0 && c < options->classes; c++) {
        double w = options->weight ? options->weight[c] : 1;
        smooth += w * (log_sum - ((double)x[c * FOVEA__LANES + n] - (double)l->most[n]));
    }
    return smooth;
}

fovea__loss_cross_entropy_lanes CROSS_ENTROPY;

void CROSS_ENTROPY(const fovea__cross_entropy *options, int32_t samples, const float *x,
                   const int32_t *label, double *loss, float *d_x) {
    lanes l;
    double weights = 0, share = options->smoothing / (double)options->classes;
    sum_exponentials(options->classes, x, &l);
    EACH_LANE l.label[n] = n < samples ? label[n] : -1;
    EACH_LANE l.own[n] = 0;
    for (int32_t n = 0; n < samples; n++) {
        double log_sum = log(l.sum[n]);
        double to_own = (double)x[label[n] * FOVEA__LANES + n] - (double)l.most[n];
        l.own[n] = (1 - options->smoothing) * (options->weight ? options->weight[label[n]] : 1);
        loss[n] = l.own[n] * (log_sum - to_own) + share * smooth_loss(options, &l, n, log_sum, x);
    }
    for (int64_t c = 0; options->smoothing > 0 && c < options->classes; c++)
        weights += options->weight ? options->weight[c] : 1;
    for (int64_t c = 0; d_x && c < options->classes; c++)
        gradient_row(options, c, weights, &l, x + c * FOVEA__LANES, d_x + c * FOVEA__LANES);
}
