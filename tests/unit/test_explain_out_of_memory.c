// SPDX-License-Identifier: MIT
// Explanations that run out of memory end with that error and leave nothing.
#include "fovea/explain.h"
#include "unit/failing_sweep.h"

enum { PIXELS = 162 };

static const char *swept;

static fovea_status explain_with(fovea_model *model, fovea_error *error) {
    double x[PIXELS];
    for (int i = 0; i < PIXELS; i++) x[i] = 0.02 * ((i * 31) % 97) - 0.9;
    fovea_view view = {FOVEA_F64, fovea_shape_make(4, (const int64_t[]){1, 2, 9, 9}), x};
    fovea_explain_options how;
    fovea_explainer *explainer = NULL;
    fovea_attribution *result = NULL;
    fovea_status status = fovea_explain_options_default(swept, &how, error);
    if (status == FOVEA_OK) status = fovea_explainer_create(model, NULL, &explainer, error);
    if (status == FOVEA_OK) status = fovea_explain(explainer, &view, &how, &result, error);
    fovea_attribution_free(result);
    fovea_explainer_free(explainer);
    return status;
}

static fovea_status work(fovea_context *context, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model = NULL;
    fovea_model_options_default(&options);
    options.precision = "f64";
    options.input = fovea_shape_make(3, (const int64_t[]){2, 9, 9});
    fovea_status status = fovea_model_open(
        context,
        "pad 1, conv 3 3, batchnorm, relu, as a, conv 3 1, add a, maxpool 3, flatten, linear 2",
        &options, &model, error);
    if (status == FOVEA_OK) status = explain_with(model, error);
    fovea_model_free(model);
    return status;
}

static void running_out_of_memory_leaves_nothing(void **state) {
    (void)state;
    static const char *const methods[] = {"lrp", "lrp-alpha-beta", "deeplift", "deconvnet"};
    for (int m = 0; m < 4; m++) {
        swept = methods[m];
        failing_sweep(work);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
