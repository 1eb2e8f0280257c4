// SPDX-License-Identifier: MIT
// The losses of one sample. Element i of the sample stands at x[i * step]. Needs REAL and EXP.
#include <math.h>

#include "kernels/loss/loss.h"

static double cross_entropy_of(const fovea__cross_entropy *options, int64_t step, const REAL *x,
                               int32_t label, REAL *d_x) {
    int64_t classes = options->classes;
    const double *weight = options->weight;
    REAL most = x[0];
    for (int64_t c = 1; c < classes; c++) most = x[c * step] > most ? x[c * step] : most;
    double sum = 0, weights = 0, smooth = 0;
    for (int64_t c = 0; c < classes; c++) sum += (double)EXP(x[c * step] - most);
    double log_sum = log(sum);
    if (options->smoothing > 0) {
        for (int64_t c = 0; c < classes; c++) {
            double w = weight ? weight[c] : 1;
            weights += w;
            smooth += w * (log_sum - ((double)x[c * step] - (double)most));
        }
    }
    double own = (1 - options->smoothing) * (weight ? weight[label] : 1);
    double share = options->smoothing / (double)classes;
    for (int64_t c = 0; d_x && c < classes; c++) {
        double p = (double)EXP(x[c * step] - most) / sum;
        double d = own * (p - (c == label));
        if (options->smoothing > 0) d += share * (p * weights - (weight ? weight[c] : 1));
        d_x[c * step] = (REAL)(options->factor * d);
    }
    double nll = log_sum - ((double)x[label * step] - (double)most);
    return own * nll + share * smooth;
}

static double squared_of(int64_t elements, int64_t step, const REAL *x, const REAL *target,
                         double factor, REAL *d_x) {
    double sum = 0;
    for (int64_t e = 0; e < elements; e++) {
        double apart = (double)x[e * step] - (double)target[e * step];
        sum += apart * apart;
        if (d_x) d_x[e * step] = (REAL)(factor * 2 * apart);
    }
    return sum;
}

static int32_t argmax_of(int64_t classes, int64_t step, const REAL *x) {
    int64_t best = 0;
    for (int64_t c = 1; c < classes; c++) {
        REAL value = x[c * step], most = x[best * step];
        if (value > most || (value != value && most == most)) best = c;
    }
    return (int32_t)best;
}
