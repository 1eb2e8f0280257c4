// SPDX-License-Identifier: MIT
// Max-sensitivity: how much a map changes when its picture hardly does.
#include <math.h>

#include "base/fail.h"
#include "base/random.h"
#include "explain/trust_parts.h"

enum { TRUST_EPOCH = 1 };  // SmoothGrad's noise has epoch 0

static double range_of(const fovea_view *x) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < fovea_shape_count(&x->shape); i++) {
        low = fmin(low, fovea__view_number(x, i));
        high = fmax(high, fovea__view_number(x, i));
    }
    return high - low;
}

static void shake(const fovea__trusting *t, int32_t sample, double radius, const fovea_view *to) {
    for (int64_t i = 0; i < fovea_shape_count(&to->shape); i++) {
        double u = fovea__random_float(t->options.seed, FOVEA__RANDOM_NOISE, TRUST_EPOCH,
                                       (uint32_t)sample, (uint64_t)i);
        fovea__view_set(to, i, fovea__view_number(t->x, i) + radius * (2 * u - 1));
    }
}

// |b - a| / |a|; no change of a map of zeros is none.
static double change(const fovea_view *a, const fovea_view *b) {
    double moved = 0, length = 0;
    for (int64_t i = 0; i < fovea_shape_count(&a->shape); i++) {
        double from = fovea__view_number(a, i), d = fovea__view_number(b, i) - from;
        moved += d * d;
        length += from * from;
    }
    return moved == 0 ? 0 : length > 0 ? sqrt(moved / length) : NAN;
}

static fovea_status one_sample(fovea__trusting *t, const fovea_view *x, double *worst,
                               fovea_error *error) {
    fovea_attribution *other;
    FOVEA__TRY(fovea_explain(t->explainer, x, &t->how, &other, error));
    fovea_view a = fovea_tensor_view(t->attribution->map), b = fovea_tensor_view(other->map);
    int64_t passes = other->forward_passes + other->backward_passes;
    double moved = change(&a, &b);
    if (!(moved <= *worst)) *worst = moved;
    fovea_attribution_free(other);
    return fovea__trust_step(t, passes, error);
}

fovea_status fovea__trust_sensitivity(fovea__trusting *t, fovea_error *error) {
    fovea_tensor *tensor;
    double radius = t->options.radius * range_of(t->x), worst = 0;
    FOVEA__TRY(
        fovea_tensor_create(t->explainer->context, t->x->type, &t->x->shape, &tensor, error));
    fovea_view x = fovea_tensor_view(tensor);
    fovea_status status = FOVEA_OK;
    for (int32_t n = 0; n < t->options.samples && status == FOVEA_OK && !isnan(worst); n++) {
        shake(t, n, radius, &x);
        status = one_sample(t, &x, &worst, error);
    }
    fovea_tensor_free(tensor);
    if (status == FOVEA_OK) t->trust->sensitivity = worst;
    return status;
}
