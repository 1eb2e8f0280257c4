// SPDX-License-Identifier: MIT
// The base of all explanations: the net ends in logits, gradients are slopes, and what cannot be
// explained is refused with a reason.
#include <stdio.h>

#include "unit/explain_net.h"

static const char *const nets[] = {
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6",
    "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, avgpool 2, flatten, linear 4",
    "conv 6 3 pad=1, tanh, conv 5 3 stride=2, sigmoid, flatten, linear 3",
};

static void gradients_are_slopes(void **state) {
    (void)state;
    for (size_t n = 0; n < 3; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_explain_options how = explain_how("gradient", 1);
        fovea_attribution *result = explain_do(&net, &how);
        fovea_view map = fovea_tensor_view(result->map);
        double *x = net.view.data;
        for (int64_t i = 0; i < 162; i += 7) {
            double here = x[i], e = 1e-6;
            x[i] = here + e;
            double above = explain_logit(&net, &net.view, 1);
            x[i] = here - e;
            double below = explain_logit(&net, &net.view, 1);
            x[i] = here;
            assert_true(fabs((above - below) / (2 * e) - fovea__view_number(&map, i)) < 1e-7);
        }
        assert_int_equal(result->target, 1);
        assert_true(result->logit == explain_logit(&net, &net.view, 1));
        fovea_attribution_free(result);
        explain_close(&net);
    }
}

static void a_softmax_at_the_end_changes_nothing(void **state) {
    (void)state;
    static const char *const ends[] = {"", ", softmax"};
    fovea_tensor *map[2];
    explain_net net[2];
    for (int i = 0; i < 2; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s", nets[0], ends[i]);
        net[i] = explain_open(text, 5, NULL);
        fovea_explain_options how = explain_how("gradient", -1);
        fovea_attribution *result = explain_do(&net[i], &how);
        map[i] = result->map;
        result->map = NULL;
        fovea_attribution_free(result);
    }
    assert_null(fovea_explainer_peeled(net[0].explainer));
    assert_string_equal(fovea_explainer_peeled(net[1].explainer), "Softmax");
    assert_memory_equal(fovea_tensor_view(map[0]).data, fovea_tensor_view(map[1]).data,
                        162 * sizeof(double));
    for (int i = 0; i < 2; i++) {
        fovea_tensor_free(map[i]);
        explain_close(&net[i]);
    }
}

static void the_planted_error_is_wrong(void **state) {
    (void)state;
    fovea_explainer_options wrong;
    fovea_explainer_options_default(&wrong);
    wrong.planted_error = 1;
    explain_net right = explain_open(nets[0], 5, NULL), net = explain_open(nets[0], 5, &wrong);
    fovea_explain_options how = explain_how("gradient", 0);
    fovea_attribution *a = explain_do(&right, &how), *b = explain_do(&net, &how);
    fovea_view x = fovea_tensor_view(a->map), y = fovea_tensor_view(b->map);
    for (int64_t i = 0; i < 162; i++)
        assert_true(fovea__view_number(&y, i) == 4 * fovea__view_number(&x, i));
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&right);
    explain_close(&net);
}

static void what_cannot_be_explained_is_refused(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 5, NULL);
    fovea_attribution *result = NULL;
    fovea_error error;
    fovea_explain_options how = explain_how("gradient", 6);
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "0"));
    how.target = 0;
    how.method = "gradiant";
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "'gradient'"));
    how.method = "gradient";
    fovea_view batch = net.view;
    batch.shape.dim[0] = 2;
    assert_int_equal(fovea_explain(net.explainer, &batch, &how, &result, &error),
                     FOVEA_SHAPE_MISMATCH);
    how.steps = 0;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "steps"));
    assert_null(result);
    explain_close(&net);
}

static void the_standard_layer_is_the_last_with_cells(void **state) {
    (void)state;
    explain_net net = explain_open(nets[1], 5, NULL);
    fovea_value layer = fovea_explainer_layer(net.explainer);
    assert_string_equal(fovea_graph_value(fovea_model_graph(net.model), layer).name, "avgpool1");
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_slopes),
        cmocka_unit_test(a_softmax_at_the_end_changes_nothing),
        cmocka_unit_test(the_planted_error_is_wrong),
        cmocka_unit_test(what_cannot_be_explained_is_refused),
        cmocka_unit_test(the_standard_layer_is_the_last_with_cells),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
