// SPDX-License-Identifier: MIT
#include "fovea/layer_advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/explainer.h"
#include "explain/upsample.h"

// A fifth of the pixels is taken away.
enum { PARTS = 5 };

typedef struct ranked {
    double heat;
    int64_t pixel;
} ranked;

typedef struct advising {
    fovea_explainer *explainer;
    const fovea_view *x;
    fovea_shape picture;  // height and width of x
    int64_t pixels;
    fovea_view blurred;  // x blurred, of its shape
    fovea_tensor *mixed;
    double *large;  // a map at the picture's size
    ranked *order;
    double *logits;
} advising;

static int by_heat(const void *a, const void *b) {
    const ranked *p = a, *q = b;
    if (p->heat != q->heat) return p->heat > q->heat ? -1 : 1;
    return (p->pixel > q->pixel) - (p->pixel < q->pixel);
}

static const fovea_tensor *raw_map(const fovea_attribution *map) {
    return map->before_relu ? map->before_relu : map->map;
}

// The picture's pixels, most of the map first.
static fovea_status put_in_order(advising *a, const fovea_attribution *map, fovea_error *error) {
    fovea_view raw = fovea_tensor_view(raw_map(map));
    int64_t count = fovea_shape_count(&raw.shape);
    double *small = fovea__new(a->explainer->context, (size_t)count, sizeof *small, error);
    if (!small) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < count; i++) small[i] = fovea__view_number(&raw, i);
    fovea_status status =
        fovea__upsample(a->explainer->context, small, &raw.shape, &a->picture, a->large, error);
    fovea__free(a->explainer->context, small);
    for (int64_t i = 0; i < a->pixels; i++)
        a->order[i] = (ranked){isnan(a->large[i]) ? -INFINITY : a->large[i], i};
    qsort(a->order, (size_t)a->pixels, sizeof *a->order, by_heat);
    return status;
}

// The logit with pixels first ... end-1 of the order blurred.
static fovea_status logit_without(advising *a, int64_t first, int64_t end, int64_t target,
                                  double *logit, fovea_error *error) {
    fovea_view mixed = fovea_tensor_view(a->mixed);
    int64_t channels = a->x->shape.dim[1];
    memcpy(mixed.data, a->x->data,
           (size_t)fovea_shape_count(&mixed.shape) * fovea_type_size(mixed.type));
    for (int64_t i = first; i < end; i++)
        for (int64_t c = 0; c < channels; c++) {
            int64_t at = c * a->pixels + a->order[i].pixel;
            fovea__view_set(&mixed, at, fovea__view_number(&a->blurred, at));
        }
    FOVEA__TRY(fovea_explainer_logits(a->explainer, &mixed, a->logits, error));
    *logit = a->logits[target];
    return FOVEA_OK;
}

static double positive_share(const fovea_attribution *map) {
    fovea_view raw = fovea_tensor_view(raw_map(map));
    double above = 0, all = 0;
    for (int64_t i = 0; i < fovea_shape_count(&raw.shape); i++) {
        double number = fovea__view_number(&raw, i);
        above += fmax(number, 0);
        all += fabs(number);
    }
    return all > 0 ? above / all : NAN;
}

static fovea_status advise_one(advising *a, const fovea_attribution *map,
                               fovea_layer_advice *advice, fovea_error *error) {
    fovea_view raw = fovea_tensor_view(raw_map(map));
    if (raw.shape.rank != 2 || map->layer == FOVEA_NO_VALUE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "advice is for maps of layers with height and width");
    double without;
    int64_t part = a->pixels / PARTS;
    advice->cells[0] = raw.shape.dim[0];
    advice->cells[1] = raw.shape.dim[1];
    advice->positive = positive_share(map);
    FOVEA__TRY(put_in_order(a, map, error));
    FOVEA__TRY(logit_without(a, 0, part, map->target, &without, error));
    advice->drop = map->logit - without;
    FOVEA__TRY(logit_without(a, a->pixels - part, a->pixels, map->target, &without, error));
    advice->kept = map->logit - without;
    advice->score = advice->drop - advice->kept;
    return FOVEA_OK;
}

static fovea_status read_fields(const fovea_explainer *explainer, fovea_attribution *const *maps,
                                int32_t count, fovea_layer_advice *advice, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(explainer->model);
    fovea_summary *summary;
    FOVEA__TRY(fovea_graph_summary(graph, 1, &summary, error));
    for (int32_t i = 0; i < count; i++)
        for (int32_t r = 0; r < summary->rows; r++) {
            const fovea_summary_row *row = &summary->row[r];
            if (row->node != fovea_graph_value(graph, maps[i]->layer).node) continue;
            memcpy(advice[i].stride, row->stride, sizeof advice[i].stride);
            memcpy(advice[i].field, row->receptive_field, sizeof advice[i].field);
        }
    fovea_summary_free(summary);
    return FOVEA_OK;
}

static void mark_best(fovea_layer_advice *advice, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++)
        if (advice[i].score >= advice[best].score || isnan(advice[best].score)) best = i;
    if (count) advice[best].best = 1;
}

static fovea_status advise_all(advising *a, fovea_attribution *const *maps, int32_t count,
                               fovea_layer_advice *advice, fovea_error *error) {
    fovea_context *context = a->explainer->context;
    if (a->x->shape.rank != 4)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "advice is for pictures of C×H×W");
    a->picture = fovea_shape_make(2, a->x->shape.dim + 2);
    a->pixels = fovea_shape_count(&a->picture);
    a->large = fovea__new(context, (size_t)a->pixels, sizeof *a->large, error);
    a->order = fovea__new(context, (size_t)a->pixels, sizeof *a->order, error);
    a->logits = fovea__new(context, (size_t)a->explainer->outputs, sizeof *a->logits, error);
    if (!a->large || !a->order || !a->logits) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea_tensor_create(context, a->x->type, &a->x->shape, &a->mixed, error));
    for (int32_t i = 0; i < count; i++) FOVEA__TRY(advise_one(a, maps[i], &advice[i], error));
    mark_best(advice, count);
    return read_fields(a->explainer, maps, count, advice, error);
}

fovea_status fovea_layer_advise(fovea_explainer *explainer, const fovea_view *x,
                                fovea_attribution *const *maps, int32_t count,
                                fovea_layer_advice *advice, fovea_error *error) {
    advising a = {.explainer = explainer, .x = x};
    fovea_tensor *blurred;
    memset(advice, 0, (size_t)count * sizeof *advice);
    FOVEA__TRY(fovea_explain_baseline(explainer, "blur", x, 0, &blurred, error));
    a.blurred = fovea_tensor_view(blurred);
    fovea_status status = advise_all(&a, maps, count, advice, error);
    fovea__free(explainer->context, a.large);
    fovea__free(explainer->context, a.order);
    fovea__free(explainer->context, a.logits);
    fovea_tensor_free(a.mixed);
    fovea_tensor_free(blurred);
    return status;
}
