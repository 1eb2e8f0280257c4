// SPDX-License-Identifier: MIT
// Methods whose sums are known. The size that an error is relative to is the larger of |f| and the
// magnitudes that are added up: where f hardly depends on x its parts cancel.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "explain/cause.h"
#include "explain/selftest_parts.h"

enum { STEPS = 16 };

static double magnitude(const fovea_attribution *map) {
    fovea_view view = fovea_tensor_view(map->before_relu ? map->before_relu : map->map);
    double sum = 0;
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        sum += fabs(fovea__view_number(&view, i));
    return sum;
}

// Exact laws on the copy in doubles; those of rules that approach their sum on the net itself.
static fovea_status check_law(fovea__testing *t, const fovea__identity *identity,
                              fovea_identity *found, fovea_error *error) {
    bool exact = identity->tolerance == 0;
    fovea_attribution *map;
    const fovea__subject *s = exact ? &t->exact : &t->own;
    fovea_explain_options how;
    if (!fovea_explain_method_find(identity->method))
        return fovea__fail(error, FOVEA_UNSUPPORTED, "there is no %s", identity->method);
    FOVEA__TRY(fovea_explain_options_default(identity->method, &how, error));
    how.target = t->target;
    how.steps = STEPS;
    FOVEA__TRY(fovea_explain(s->explainer, &s->x, &how, &map, error));
    // Relevance divides by sums that nearly cancel, and multiplies again.
    double looser = strcmp(map->method->family, "relevance") == 0 ? 10 : 1;
    if (!map->law)
        fovea__not_applied(found, "%s knows no sum on this net", identity->method);
    else
        fovea__found(
            found, fovea__relative(map->sum, map->expected, fmax(fabs(map->logit), magnitude(map))),
            exact ? looser * t->exact.tolerance : identity->tolerance, map->law);
    fovea_attribution_free(map);
    return FOVEA_OK;
}

// The slopes along the way add up to f(x) - f(x') where f does not jump.
static fovea_status check_path_sum(fovea__testing *t, const fovea__identity *identity,
                                   fovea_identity *found, fovea_error *error) {
    const fovea_graph *graph = t->own.explainer->graph;
    for (size_t n = 0; n < graph->node_count; n++)
        if (fovea__is_staircase(&graph->node[n])) {
            fovea__not_applied(found, "'%.80s' (%s) jumps", graph->node[n].name,
                               graph->node[n].op->name);
            return FOVEA_OK;
        }
    return check_law(t, identity, found, error);
}

// clang-format off
#define LAW(of, what) {.name = of "-sum", .formula = what, .check = check_law, .method = of}
#define SLOW(of, what) {.name = of "-sum", .formula = what, .check = check_law, .method = of, .slow = true}
// clang-format on
const fovea__identity fovea__identities_law[] = {
    LAW("fullgrad", "sum of FullGrad's input and bias terms = f; / size"),
    LAW("deeplift", "sum of DeepLIFT = f(x) - f(x'); / size"),
    LAW("lrp-0", "sum of LRP-0 + what biases took = f; / size"),
    SLOW("lrp-epsilon", "sum of LRP-epsilon + what biases and epsilon took = f; / size"),
    SLOW("lrp-gamma", "sum of LRP-gamma + what biases took = f; / size"),
    LAW("lrp", "sum of the composite + what biases took = f; / size"),
    LAW("cam", "sum of CAM = Z (f - bias); / size"),
    LAW("hirescam", "sum of HiResCAM = f - f(A := 0) where the rest is affine; / size"),
    LAW("xgrad-cam", "sum of XGrad-CAM = f - f(A := 0) where the rest is affine; / size"),
    {.name = "integrated-gradients-sum",
     .formula = "sum of IG, 16 steps = f(x) - f(x'); / size",
     .check = check_path_sum,
     .method = "integrated-gradients",
     .tolerance = 0.05},
    {.name = NULL}};
