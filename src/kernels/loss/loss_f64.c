// SPDX-License-Identifier: MIT
#include <math.h>

#define REAL double
#define EXP exp
#include "kernels/loss/loss_body.h"

void fovea__loss_cross_entropy_f64(const fovea__cross_entropy *options, int32_t samples,
                                   const double *logits, const int32_t *label, double *loss,
                                   double *d_logits) {
    for (int32_t n = 0; n < samples; n++) {
        int64_t at = n * options->classes;
        loss[n] =
            cross_entropy_of(options, 1, logits + at, label[n], d_logits ? d_logits + at : NULL);
    }
}

void fovea__loss_squared_f64(int32_t samples, int64_t elements, const double *src,
                             const double *target, double factor, double *loss, double *d_src) {
    for (int32_t n = 0; n < samples; n++) {
        int64_t at = n * elements;
        loss[n] = squared_of(elements, 1, src + at, target + at, factor, d_src ? d_src + at : NULL);
    }
}

void fovea__loss_argmax_f64(int32_t samples, int64_t classes, const double *logits,
                            int32_t *index) {
    for (int32_t n = 0; n < samples; n++) index[n] = argmax_of(classes, 1, logits + n * classes);
}
