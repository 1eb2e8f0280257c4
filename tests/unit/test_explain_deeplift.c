// SPDX-License-Identifier: MIT
// DeepLIFT's rescale rule: what it hands out is the difference of the logits, to the last digit.
#include <string.h>

#include "unit/explain_net.h"

enum { PIXELS = 162 };

static fovea_attribution *lift(explain_net *net, const double *baseline, int64_t target) {
    fovea_view view = net->view;
    view.data = (void *)baseline;
    fovea_explain_options how = explain_how("deeplift", target);
    if (baseline) how.baseline = &view;
    return explain_do(net, &how);
}

static void contributions_sum_to_the_difference_of_the_logits(void **state) {
    (void)state;
    static const char *const nets[] = {
        "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6",
        "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, avgpool 2, flatten, linear "
        "4",
        "conv 6 3 pad=1, tanh, maxpool 3 stride=2, conv 5 3, sigmoid, gap, flatten, linear 3",
        "conv 4 3 as a, conv 3 1, gelu, as b, from a, elu, concat b, maxpool 2 stride=1, flatten, "
        "linear 5, leaky_relu, linear 3",
    };
    double baseline[PIXELS];
    for (int i = 0; i < PIXELS; i++) baseline[i] = 0.01 * ((i * 29) % 83) - 0.3;
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        explain_net net = explain_open(nets[n], 11 + n, NULL);
        fovea_attribution *black = lift(&net, NULL, 1), *other = lift(&net, baseline, 2);
        assert_string_equal(black->law, "completeness");
        assert_true(black->expected == black->logit - black->baseline_logit);
        print_message("    %s: %.2g and %.2g off\n", nets[n], black->residual, other->residual);
        assert_true(black->residual < 1e-10);
        assert_true(other->residual < 1e-10);
        fovea_attribution_free(black);
        fovea_attribution_free(other);
        explain_close(&net);
    }
}

static void a_linear_net_gives_weights_times_the_difference(void **state) {
    (void)state;
    explain_net net = explain_open("flatten, linear 3", 5, NULL);
    double baseline[PIXELS];
    for (int i = 0; i < PIXELS; i++) baseline[i] = 0.01 * (i % 7);
    fovea_attribution *result = lift(&net, baseline, 1);
    const double *map = fovea_tensor_view(result->map).data;
    const double *x = net.view.data;
    const double *w =
        fovea_graph_parameter(fovea_model_graph(net.model), explain_value(&net, "linear1.weight"))
            .data;
    for (int i = 0; i < PIXELS; i++)
        assert_true(fabs(map[i] - w[PIXELS + i] * (x[i] - baseline[i])) < 1e-14);
    fovea_attribution_free(result);
    explain_close(&net);
}

// The baseline is so near that no rectifier and no winner changes.
static void where_nothing_switches_it_is_gradient_times_difference(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6", 5, NULL);
    double baseline[PIXELS];
    const double *x = net.view.data;
    for (int i = 0; i < PIXELS; i++) baseline[i] = x[i] + 1e-6 * (i % 5 - 2);
    fovea_attribution *result = lift(&net, baseline, 1);
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_attribution *gradient = explain_do(&net, &how);
    const double *map = fovea_tensor_view(result->map).data;
    const double *slope = fovea_tensor_view(gradient->map).data;
    for (int i = 0; i < PIXELS; i++)
        assert_true(fabs(map[i] - slope[i] * (x[i] - baseline[i])) < 1e-14);
    fovea_attribution_free(result);
    fovea_attribution_free(gradient);
    explain_close(&net);
}

static void a_pixel_that_equals_the_baseline_gets_nothing(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6", 5, NULL);
    double baseline[PIXELS];
    const double *x = net.view.data;
    for (int i = 0; i < PIXELS; i++) baseline[i] = i % 2 ? x[i] : 0;
    fovea_attribution *result = lift(&net, baseline, 1);
    const double *map = fovea_tensor_view(result->map).data;
    for (int i = 1; i < PIXELS; i += 2) assert_true(map[i] == 0);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void a_product_of_two_values_is_refused_by_name(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 4 3 pad=1, as a, conv 4 1, sigmoid, mul a, flatten, linear 3", 5, NULL);
    fovea_explain_options how = explain_how("deeplift", 1);
    fovea_attribution *result = NULL;
    fovea_error error;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_UNSUPPORTED);
    assert_string_equal(error.where, "mul1");
    assert_non_null(strstr(error.text, "Mul"));
    assert_null(result);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contributions_sum_to_the_difference_of_the_logits),
        cmocka_unit_test(a_linear_net_gives_weights_times_the_difference),
        cmocka_unit_test(where_nothing_switches_it_is_gradient_times_difference),
        cmocka_unit_test(a_pixel_that_equals_the_baseline_gets_nothing),
        cmocka_unit_test(a_product_of_two_values_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
