// SPDX-License-Identifier: MIT
// Adebayo's sanity check: a map of a net that has forgotten what it learned should be another one.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/trust_parts.h"

enum { DRAWS = 8 };  // until a map is not empty

// |heat| over its maximum; false where it is the same everywhere or not finite.
static bool scale(const double *heat, int64_t count, double *scaled) {
    double low = INFINITY, high = 0;
    for (int64_t i = 0; i < count; i++) {
        scaled[i] = fabs(heat[i]);
        if (!isfinite(scaled[i])) return false;
        low = fmin(low, scaled[i]);
        high = fmax(high, scaled[i]);
    }
    for (int64_t i = 0; i < count; i++) scaled[i] /= high > 0 ? high : 1;
    return high > low;
}

// Spearman and SSIM of two heats of the same shape, `scaled` is room for both.
static fovea_status compare(fovea_context *context, const double *a, const double *b,
                            const fovea_shape *shape, double *scaled, fovea_trust_depth *depth,
                            fovea_error *error) {
    int64_t count = fovea_shape_count(shape);
    if (!scale(a, count, scaled)) return FOVEA_OK;
    depth->spearman = depth->ssim = 0;
    if (!scale(b, count, scaled + count)) return FOVEA_OK;
    FOVEA__TRY(fovea_spearman(context, scaled, scaled + count, count, &depth->spearman, error));
    if (shape->rank > 2) {
        depth->ssim = NAN;
        return FOVEA_OK;
    }
    int64_t width = shape->rank ? shape->dim[shape->rank - 1] : 1;
    return fovea_ssim(context, scaled, scaled + count, count / width, width, &depth->ssim, error);
}

static fovea_status compare_with(fovea__trusting *t, const fovea_attribution *other,
                                 fovea_trust_depth *depth, fovea_error *error) {
    fovea_context *context = t->explainer->context;
    fovea_shape shape;
    double *heat = NULL, *scaled = NULL;
    fovea_status status = fovea__trust_heat(other, &heat, &shape, error);
    if (status != FOVEA_OK) return status;
    scaled = fovea__new(context, 2 * (size_t)fovea_shape_count(&shape), sizeof *scaled, error);
    status = scaled ? compare(context, t->heat, heat, &shape, scaled, depth, error)
                    : FOVEA_OUT_OF_MEMORY;
    fovea__free(context, heat);
    fovea__free(context, scaled);
    return status;
}

// *empty: the drawn net says nothing of the target, as when a last rectifier is shut.
static fovea_status draw_once(fovea__trusting *t, int32_t layers, uint32_t number,
                              fovea_trust_depth *depth, bool *empty, fovea_error *error) {
    fovea__shaken shaken;
    fovea_attribution *other = NULL;
    *depth = (fovea_trust_depth){.layers = layers, .spearman = NAN, .ssim = NAN};
    fovea_status status =
        fovea__shaken_create(t->explainer, layers, t->options.seed, number, &shaken, error);
    if (status == FOVEA_OK) status = fovea_explain(shaken.explainer, t->x, &t->how, &other, error);
    if (status == FOVEA_OK) {
        strncpy(depth->lowest, shaken.lowest, sizeof depth->lowest - 1);
        int64_t passes = other->forward_passes + other->backward_passes;
        *empty = other->state != FOVEA_MAP_FINE;
        status = compare_with(t, other, depth, error);
        if (status == FOVEA_OK) status = fovea__trust_step(t, passes, error);
    }
    fovea_attribution_free(other);
    fovea__shaken_free(&shaken);
    return status;
}

static fovea_status at_depth(fovea__trusting *t, int32_t layers, fovea_trust_depth *depth,
                             fovea_error *error) {
    bool empty = true;
    for (uint32_t number = 0; number < DRAWS && empty; number++)
        FOVEA__TRY(draw_once(t, layers, number, depth, &empty, error));
    return FOVEA_OK;
}

fovea_status fovea__trust_randomise(fovea__trusting *t, bool cascade, fovea_error *error) {
    fovea_trust *trust = t->trust;
    int32_t layers = fovea__shaken_layers(t->explainer), depths = t->options.depths;
    fovea_trust_depth all;
    if (layers == 0) return FOVEA_OK;
    if (!cascade) depths = 1;
    for (int32_t d = 1; d <= depths; d++) {
        int32_t count = (layers * d + depths - 1) / depths;
        FOVEA__TRY(at_depth(t, count, &all, error));
        if (cascade) trust->depth[trust->depth_count++] = all;
    }
    trust->spearman = all.spearman;
    trust->ssim = all.ssim;
    return FOVEA_OK;
}
