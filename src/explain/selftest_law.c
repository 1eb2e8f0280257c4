// SPDX-License-Identifier: MIT
// Methods whose sums are known.
#include <math.h>

#include "base/fail.h"
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
    if (!map->law)
        fovea__not_applied(found, "%s knows no sum on this net", identity->method);
    else
        fovea__found(
            found,
            fovea__relative(map->sum, map->expected, fmax(fabs(map->expected), magnitude(map))),
            exact ? t->exact.tolerance : identity->tolerance, map->law);
    fovea_attribution_free(map);
    return FOVEA_OK;
}

// clang-format off
#define LAW(of, what) {.name = of "-sum", .formula = what, .check = check_law, .method = of}
#define SLOW(of, what) {.name = of "-sum", .formula = what, .check = check_law, .method = of, .slow = true}
// clang-format on
const fovea__identity fovea__identities_law[] = {
    LAW("fullgrad", "sum of FullGrad's input and bias terms = f; / sum of magnitudes"),
    LAW("deeplift", "sum of DeepLIFT = f(x) - f(x'); / sum of magnitudes"),
    LAW("lrp-0", "sum of LRP-0 + what biases took = f; / sum of magnitudes"),
    SLOW("lrp-epsilon",
         "sum of LRP-epsilon + what biases and epsilon took = f; / sum of magnitudes"),
    SLOW("lrp-gamma", "sum of LRP-gamma + what biases took = f; / sum of magnitudes"),
    LAW("lrp", "sum of the composite + what biases took = f; / sum of magnitudes"),
    LAW("cam", "sum of CAM = Z (f - bias); / sum of magnitudes"),
    LAW("hirescam",
        "sum of HiResCAM = f - f(A := 0) where the rest is affine; / sum of magnitudes"),
    LAW("xgrad-cam", "sum of XGrad-CAM = f - f(A := 0) where the rest is affine; / magnitudes"),
    {.name = "integrated-gradients-sum",
     .formula = "sum of IG, 16 steps = f(x) - f(x'); / sum of magnitudes",
     .check = check_law,
     .method = "integrated-gradients",
     .tolerance = 0.05},
    {.name = NULL}};
