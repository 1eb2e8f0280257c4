// SPDX-License-Identifier: MIT
// Methods that cover the picture: their shortcuts are the whole pass, their limits are known.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/selftest_parts.h"

enum { PLACES = 3 };  // a side

// x with the patch of place (row, column) of the baseline.
static void cover(const fovea_attribution *map, const fovea_view *x, const fovea_view *baseline,
                  int64_t row, int64_t column, const fovea_view *to) {
    int64_t height = x->shape.dim[2], width = x->shape.dim[3];
    int64_t top = row * map->stride[0], left = column * map->stride[1];
    for (int64_t i = 0; i < fovea_shape_count(&x->shape); i++) {
        int64_t v = i / width % height - top, u = i % width - left;
        bool inside = v >= 0 && v < map->patch[0] && u >= 0 && u < map->patch[1];
        fovea__view_set(to, i, fovea__view_number(inside ? baseline : x, i));
    }
}

static fovea_status compare_places(fovea__testing *t, const fovea_attribution *map,
                                   const fovea_view *baseline, const fovea_view *covered,
                                   fovea_identity *found, fovea_error *error) {
    fovea_view heat = fovea_tensor_view(map->map);
    int64_t columns = heat.shape.dim[heat.shape.rank - 1];
    for (int64_t place = 0; place < fovea_shape_count(&heat.shape); place++) {
        double f;
        cover(map, &t->own.x, baseline, place / columns, place % columns, covered);
        FOVEA__TRY(fovea__subject_slope(&t->own, covered, t->target, &f, NULL, error));
        double difference = map->logit - f, number = fovea__view_number(&heat, place);
        if (heat.type == FOVEA_F32) difference = (float)difference;
        fovea__found(found, difference != number, 0, "places");
    }
    return FOVEA_OK;
}

static fovea_status explain_places(fovea__testing *t, const fovea_view *baseline,
                                   fovea_attribution **map, fovea_error *error) {
    fovea_explain_options how;
    FOVEA__TRY(fovea_explain_options_default("occlusion", &how, error));
    how.target = t->target;
    how.baseline = baseline;
    for (int d = 0; d < 2; d++) {
        int64_t side = t->own.x.shape.dim[2 + d];
        how.patch[d] = (int32_t)(side / 8 > 0 ? side / 8 : 1);
        how.stride[d] = (int32_t)(side / PLACES > 0 ? side / PLACES : 1);
    }
    return fovea_explain(t->own.explainer, &t->own.x, &how, map, error);
}

static fovea_status check_occlusion(fovea__testing *t, const fovea__identity *identity,
                                    fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_attribution *map = NULL;
    fovea_tensor *grey, *covered = NULL;
    if (t->own.x.shape.rank != 4) {
        fovea__not_applied(found, "the net takes no pictures");
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea_explain_baseline(t->own.explainer, "grey", &t->own.x, 0, &grey, error));
    fovea_view baseline = fovea_tensor_view(grey);
    fovea_status status = explain_places(t, &baseline, &map, error);
    if (status == FOVEA_OK)
        status = fovea_tensor_create(t->context, t->own.x.type, &t->own.x.shape, &covered, error);
    if (status == FOVEA_OK) {
        fovea_view to = fovea_tensor_view(covered);
        status = compare_places(t, map, &baseline, &to, found, error);
    }
    fovea_attribution_free(map);
    fovea_tensor_free(covered);
    fovea_tensor_free(grey);
    return status;
}

static fovea_status check_rise(fovea__testing *t, const fovea__identity *identity,
                               fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_explain_options how;
    fovea_attribution *map;
    FOVEA__TRY(fovea_explain_options_default("rise", &how, error));
    how.target = t->target;
    how.samples = 2;
    how.keep = 1;
    FOVEA__TRY(fovea_explain(t->own.explainer, &t->own.x, &how, &map, error));
    fovea_view heat = fovea_tensor_view(map->map);
    for (int64_t i = 0; i < fovea_shape_count(&heat.shape); i++)
        fovea__found(
            found, fovea__relative(fovea__view_number(&heat, i), t->own.logit, fabs(t->own.logit)),
            t->own.tolerance, "map");
    fovea_attribution_free(map);
    return FOVEA_OK;
}

const fovea__identity fovea__identities_cover[] = {
    {.name = "occlusion-incremental",
     .formula = "occlusion, computing what a patch can reach = the whole pass, in bits",
     .check = check_occlusion},
    {.name = "rise-everything-kept",
     .formula = "RISE with all cells kept = f(x) everywhere; / |f|",
     .check = check_rise},
    {.name = NULL}};
