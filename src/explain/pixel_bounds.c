// SPDX-License-Identifier: MIT
// What pixels can be in the net's numbers.
#include <math.h>

#include "base/fail.h"
#include "explain/relevance.h"
#include "run/session.h"

typedef struct {
    int64_t channels, cells;
    fovea_view x, low, high;
} picture;

static void range_of(const picture *p, int64_t c, double *least, double *most) {
    *least = INFINITY;
    *most = -INFINITY;
    for (int64_t i = c * p->cells; i < (c + 1) * p->cells; i++) {
        *least = fmin(*least, fovea__view_number(&p->x, i));
        *most = fmax(*most, fovea__view_number(&p->x, i));
    }
}

static fovea_status outside(int64_t c, double is, const char *bound, double limit,
                            fovea_error *error) {
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "%s of channel %lld is %.9g; the picture has %.9g there", bound,
                       (long long)c, limit, is);
}

// Rounding may take a picture a little over the bound it touches.
static fovea_status bounds_of(const fovea__relevance *relevance, const picture *p, int64_t c,
                              double *low, double *high, fovea_error *error) {
    const fovea_explain_options *options = relevance->job->options;
    const fovea_model *model = relevance->explainer->model;
    double least, most;
    range_of(p, c, &least, &most);
    *low = options->lowest ? options->lowest[c] : (0 - model->mean[c]) / model->deviation[c];
    *high = options->highest ? options->highest[c] : (1 - model->mean[c]) / model->deviation[c];
    double slack = 1e-5 * (fabs(*low) + fabs(*high));
    if (options->lowest && !(least >= *low - slack))
        return outside(c, least, "lowest", *low, error);
    if (options->highest && !(most <= *high + slack))
        return outside(c, most, "highest", *high, error);
    *low = fmin(*low, least);
    *high = fmax(*high, most);
    return FOVEA_OK;
}

static fovea_status fill(const fovea__relevance *relevance, const picture *p, fovea_error *error) {
    for (int64_t c = 0; c < p->channels; c++) {
        double low, high;
        FOVEA__TRY(bounds_of(relevance, p, c, &low, &high, error));
        for (int64_t i = c * p->cells; i < (c + 1) * p->cells; i++) {
            fovea__view_set(&p->low, i, low);
            fovea__view_set(&p->high, i, high);
        }
    }
    return FOVEA_OK;
}

// The part of the net that makes v of the picture, run on one bound.
static fovea_status carry(fovea_session *session, fovea_value v, fovea_tensor **bound,
                          fovea_error *error) {
    fovea_view view = fovea_tensor_view(*bound);
    fovea_tensor *made = NULL;
    FOVEA__TRY(fovea_session_forward(session, &view, 1, error));
    FOVEA__TRY(fovea_session_value(session, v, &made, error));
    fovea_tensor_free(*bound);
    *bound = made;
    return FOVEA_OK;
}

// A negative factor on the way exchanges the two.
static void sort(const fovea_tensor *low, const fovea_tensor *high) {
    fovea_view a = fovea_tensor_view(low), b = fovea_tensor_view(high);
    int64_t count = fovea_shape_count(&a.shape);
    for (int64_t i = 0; i < count; i++) {
        double x = fovea__view_number(&a, i), y = fovea__view_number(&b, i);
        fovea__view_set(&a, i, fmin(x, y));
        fovea__view_set(&b, i, fmax(x, y));
    }
}

static fovea_status carry_both(const fovea__relevance *relevance, fovea_value v, fovea_tensor **low,
                               fovea_tensor **high, fovea_error *error) {
    const fovea_explainer *explainer = relevance->explainer;
    fovea_graph *cut = NULL;
    fovea_session *session = NULL;
    if (v == explainer->input) return FOVEA_OK;
    fovea_status status =
        fovea__graph_cut(explainer->graph, &explainer->input, 1, &v, 1, &cut, error);
    if (status == FOVEA_OK) status = fovea_session_create(cut, NULL, &session, error);
    if (status == FOVEA_OK) status = carry(session, v, low, error);
    if (status == FOVEA_OK) status = carry(session, v, high, error);
    if (status == FOVEA_OK) sort(*low, *high);
    fovea_session_free(session);
    fovea__graph_cut_free(cut);
    return status;
}

static fovea_status make(const fovea__relevance *relevance, fovea_value v, fovea_tensor **low,
                         fovea_tensor **high, fovea_error *error) {
    const fovea_view *x = &relevance->job->x;
    fovea_context *context = relevance->explainer->context;
    FOVEA__TRY(fovea_tensor_create(context, x->type, &x->shape, low, error));
    FOVEA__TRY(fovea_tensor_create(context, x->type, &x->shape, high, error));
    picture p = {.channels = x->shape.dim[1],
                 .x = *x,
                 .low = fovea_tensor_view(*low),
                 .high = fovea_tensor_view(*high)};
    p.cells = fovea_shape_count(&x->shape) / p.channels;
    FOVEA__TRY(fill(relevance, &p, error));
    return carry_both(relevance, v, low, high, error);
}

fovea_status fovea__pixel_bounds(const fovea__relevance *relevance, fovea_value v,
                                 fovea_tensor **low, fovea_tensor **high, fovea_error *error) {
    *low = *high = NULL;
    fovea_status status = make(relevance, v, low, high, error);
    if (status != FOVEA_OK) {
        fovea_tensor_free(*low);
        fovea_tensor_free(*high);
        *low = *high = NULL;
    }
    return status;
}
