// SPDX-License-Identifier: MIT
// Memory may run out anywhere in a map's numbers of trust and in the self-test: nothing leaks.
#include "fovea.h"
#include "unit/failing.h"
#include "unit/unit.h"

// A map, its numbers of trust, and the self-test.
static fovea_status use(fovea_explainer *explainer, const fovea_view *x) {
    fovea_selftest *selftest = NULL;
    fovea_attribution *map = NULL;
    fovea_explain_options how;
    fovea_trust_options options;
    fovea_trust trust;
    fovea_trust_options_default(&options);
    options.which = FOVEA_TRUST_ALL;
    options.steps = 2;
    options.samples = 1;
    fovea_status status = fovea_explain_options_default("grad-cam", &how, NULL);
    if (status == FOVEA_OK) status = fovea_explain(explainer, x, &how, &map, NULL);
    if (status == FOVEA_OK)
        status = fovea_trust_compute(explainer, x, &how, map, &options, &trust, NULL);
    fovea_attribution_free(map);
    if (status == FOVEA_OK) status = fovea_selftest_run(explainer, x, NULL, &selftest, NULL);
    fovea_selftest_free(selftest);
    return status;
}

static fovea_status attempt(fovea_context *own) {
    fovea_model *model = NULL;
    fovea_explainer *explainer = NULL;
    fovea_tensor *x = NULL;
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = fovea_shape_make(3, (const int64_t[]){1, 4, 4});
    fovea_status status = fovea_model_open(
        own, "conv 2 3, batchnorm, relu, gap, flatten, linear 2, softmax", &options, &model, NULL);
    if (status == FOVEA_OK) status = fovea_explainer_create(model, NULL, &explainer, NULL);
    if (status == FOVEA_OK) status = fovea_explain_baseline(explainer, "noise", NULL, 4, &x, NULL);
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(x);
        status = use(explainer, &view);
    }
    fovea_tensor_free(x);
    fovea_explainer_free(explainer);
    fovea_model_free(model);
    return status;
}

static void memory_may_run_out_anywhere(void **state) {
    (void)state;
    for (int64_t k = 1;; k++) {
        failing memory = {.fail_at = k};
        fovea_context *own = failing_context(&memory, 1);
        if (!own) continue;
        fovea_status status = attempt(own);
        fovea_context_free(own);
        assert_int_equal(memory.live, 0);
        if (memory.calls < k) {
            assert_int_equal(status, FOVEA_OK);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_may_run_out_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
