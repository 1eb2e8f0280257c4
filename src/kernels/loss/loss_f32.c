// SPDX-License-Identifier: MIT
#include "kernels/elementary.h"

#define REAL float
#define EXP fovea__exp_f32
#include "kernels/loss/loss_body.h"

// Where sample n begins, and how far its elements are apart.
typedef struct place {
    int64_t start, step;
} place;

static place sample_place(fovea__layout layout, int64_t n, int64_t elements) {
    if (layout == FOVEA__LAYOUT_N16) return (place){n, FOVEA__LANES};
    return (place){n * elements, 1};
}

static void clear_masked(fovea__layout layout, int32_t samples, int64_t elements, float *d) {
    if (layout != FOVEA__LAYOUT_N16 || !d) return;
    for (int64_t e = 0; e < elements; e++) {
        for (int n = samples; n < FOVEA__LANES; n++) d[e * FOVEA__LANES + n] = 0;
    }
}

void fovea__loss_cross_entropy_f32(const fovea__cross_entropy *options, fovea__layout layout,
                                   int32_t samples, const float *logits, const int32_t *label,
                                   double *loss, float *d_logits) {
    for (int32_t n = 0; n < samples; n++) {
        place at = sample_place(layout, n, options->classes);
        loss[n] = cross_entropy_of(options, at.step, logits + at.start, label[n],
                                   d_logits ? d_logits + at.start : NULL);
    }
    clear_masked(layout, samples, options->classes, d_logits);
}

void fovea__loss_squared_f32(fovea__layout layout, int32_t samples, int64_t elements,
                             const float *src, const float *target, double factor, double *loss,
                             float *d_src) {
    for (int32_t n = 0; n < samples; n++) {
        place at = sample_place(layout, n, elements);
        loss[n] = squared_of(elements, at.step, src + at.start, target + at.start, factor,
                             d_src ? d_src + at.start : NULL);
    }
    clear_masked(layout, samples, elements, d_src);
}

void fovea__loss_argmax_f32(fovea__layout layout, int32_t samples, int64_t classes,
                            const float *logits, int32_t *index) {
    for (int32_t n = 0; n < samples; n++) {
        place at = sample_place(layout, n, classes);
        index[n] = argmax_of(classes, at.step, logits + at.start);
    }
}
