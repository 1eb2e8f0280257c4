// SPDX-License-Identifier: MIT
// The one body of the updates: loops over straight-line code. No product here meets an addition but
// in FMA or across a rounding that the compiler is told to keep (-ffp-contract=off). Needs REAL,
// FMA, SQRT.
#include <math.h>

#include "kernels/optimizer/optimizer.h"

static inline void sgd_plain(const fovea__sgd *options, int64_t count, const REAL *grad,
                             REAL *parameter) {
    REAL rate = (REAL)-options->lr, decay = (REAL)options->weight_decay;
    if (options->weight_decay == 0) {
        for (int64_t i = 0; i < count; i++) parameter[i] = FMA(rate, grad[i], parameter[i]);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        parameter[i] = FMA(rate, FMA(decay, parameter[i], grad[i]), parameter[i]);
    }
}

// decay 0 adds 0*p = 0 to the gradient, which changes at most the sign of a zero.
static inline void sgd_momentum(const fovea__sgd *options, int64_t count, const REAL *grad,
                                REAL *parameter, REAL *momentum) {
    REAL rate = (REAL)-options->lr, decay = (REAL)options->weight_decay;
    REAL keep = (REAL)options->momentum;
    bool first = options->first, nesterov = options->nesterov;
    for (int64_t i = 0; i < count; i++) {
        REAL g = FMA(decay, parameter[i], grad[i]);
        REAL b = first ? g : keep * momentum[i] + g;
        REAL step = nesterov ? FMA(keep, b, g) : b;
        momentum[i] = b;
        parameter[i] = FMA(rate, step, parameter[i]);
    }
}

static inline void sgd_update(const fovea__sgd *options, int64_t count, const REAL *grad,
                              REAL *parameter, REAL *momentum) {
    if (options->momentum == 0) {
        sgd_plain(options, count, grad, parameter);
    } else {
        sgd_momentum(options, count, grad, parameter, momentum);
    }
}

static inline void adam_update(const fovea__adam *options, int64_t count, const REAL *grad,
                               REAL *parameter, REAL *m, REAL *v) {
    double correct1 = 1 - pow(options->beta1, (double)options->step);
    double correct2 = 1 - pow(options->beta2, (double)options->step);
    REAL rate = (REAL)(-options->lr / correct1), root = (REAL)sqrt(correct2);
    REAL fresh1 = (REAL)(1 - options->beta1), fresh2 = (REAL)(1 - options->beta2);
    REAL keep2 = (REAL)options->beta2, eps = (REAL)options->eps;
    REAL decay = options->decoupled ? 0 : (REAL)options->weight_decay;
    REAL shrink = options->decoupled ? (REAL)(1 - options->lr * options->weight_decay) : 1;
    for (int64_t i = 0; i < count; i++) {
        REAL p = parameter[i] * shrink;
        REAL g = FMA(decay, p, grad[i]);
        REAL mean = FMA(fresh1, g - m[i], m[i]);
        REAL square = FMA(fresh2 * g, g, keep2 * v[i]);
        REAL under = SQRT(square) / root + eps;
        m[i] = mean;
        v[i] = square;
        parameter[i] = p + (rate * mean) / under;
    }
}
