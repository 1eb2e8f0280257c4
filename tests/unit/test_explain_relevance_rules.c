// SPDX-License-Identifier: MIT
// What each rule of relevance does, and how it becomes another at the ends of its parameter.
#include <string.h>

#include "unit/explain_net.h"

enum { PIXELS = 162 };

static const char deep[] =
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3 pad=1, relu, flatten, linear 8, relu, linear 6";

static const double *numbers(const fovea_attribution *result) {
    return fovea_tensor_view(result->map).data;
}

static int64_t positive_target(explain_net *net) {
    for (int64_t k = 0; k < fovea_explainer_outputs(net->explainer); k++)
        if (explain_logit(net, &net->view, k) > 0) return k;
    fail_msg("no logit is above 0");
    return -1;
}

static void map_of(explain_net *net, fovea_explain_options how, double *map) {
    fovea_attribution *result = explain_do(net, &how);
    memcpy(map, numbers(result), PIXELS * sizeof *map);
    fovea_attribution_free(result);
}

static double distance(const double *a, const double *b) {
    double off = 0, most = 0;
    for (int i = 0; i < PIXELS; i++) {
        off = fmax(off, fabs(a[i] - b[i]));
        most = fmax(most, fmax(fabs(a[i]), fabs(b[i])));
    }
    return off / most;
}

static void z_plus_is_never_negative_for_a_logit_above_0(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed < 5; seed++) {
        explain_net net = explain_open(deep, seed, NULL);
        double map[PIXELS], sum = 0;
        map_of(&net, explain_how("lrp-zplus", positive_target(&net)), map);
        for (int i = 0; i < PIXELS; i++) {
            assert_true(map[i] >= 0);
            sum += map[i];
        }
        assert_true(sum > 0);
        explain_close(&net);
    }
}

static void alpha_1_is_z_plus(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 5, NULL);
    double alpha[PIXELS], plus[PIXELS];
    fovea_explain_options how = explain_how("lrp-alpha-beta", 1);
    how.alpha = 1;
    map_of(&net, how, alpha);
    map_of(&net, explain_how("lrp-zplus", 1), plus);
    assert_memory_equal(alpha, plus, sizeof plus);
    explain_close(&net);
}

static void gamma_goes_from_lrp_0_to_z_plus(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 5, NULL);
    double zero[PIXELS], plus[PIXELS], map[PIXELS];
    fovea_explain_options how = explain_how("lrp-gamma", positive_target(&net));
    how.gamma = 0;
    map_of(&net, how, map);
    map_of(&net, explain_how("lrp-0", how.target), zero);
    assert_true(distance(map, zero) < 1e-12);
    map_of(&net, explain_how("lrp-zplus", how.target), plus);
    double before = distance(zero, plus);
    for (how.gamma = 1e2; how.gamma <= 1e6; how.gamma *= 100) {
        map_of(&net, how, map);
        assert_true(distance(map, plus) < before / 10);
        before = distance(map, plus);
    }
    assert_true(before < 1e-4);
    explain_close(&net);
}

// A layer that reads the picture alone, so that the map is the rule.
static void z_b_keeps_the_sum_and_is_not_negative(void **state) {
    (void)state;
    static const double lowest[] = {-3, -4}, highest[] = {3, 4};
    explain_net net = explain_open(deep, 5, NULL);
    fovea_explain_options how = explain_how("lrp-zb", positive_target(&net));
    how.lowest = lowest;
    how.highest = highest;
    fovea_attribution *result = explain_do(&net, &how);
    const fovea_layer_sum *first = &result->layers[result->layer_count - 1];
    const fovea_layer_sum *above = &result->layers[result->layer_count - 2];
    assert_string_equal(first->name, "conv1");
    assert_true(first->bias == 0 && fabs(first->sum - above->sum) < 1e-12);
    for (int i = 0; i < PIXELS; i++) assert_true(numbers(result)[i] >= 0);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void z_b_of_one_layer_is_its_formula(void **state) {
    (void)state;
    static const double lowest[] = {-2.5, -3}, highest[] = {2, 4};
    explain_net net = explain_open("flatten, linear 3", 5, NULL);
    fovea_explain_options how = explain_how("lrp-zb", 1);
    how.lowest = lowest;
    how.highest = highest;
    fovea_attribution *result = explain_do(&net, &how);
    const double *w =
        fovea_graph_parameter(fovea_model_graph(net.model), explain_value(&net, "linear1.weight"))
            .data;
    const double *x = net.view.data;
    double part[PIXELS], z = 0;
    for (int i = 0; i < PIXELS; i++) {
        double v = w[PIXELS + i];
        part[i] = x[i] * v - lowest[i / 81] * fmax(v, 0) - highest[i / 81] * fmin(v, 0);
        z += part[i];
    }
    for (int i = 0; i < PIXELS; i++)
        assert_true(fabs(numbers(result)[i] - part[i] / z * result->logit) < 1e-12);
    fovea_attribution_free(result);
    explain_close(&net);
}

// Padding that is a layer of its own has the bounds of its zeros.
static void z_b_sees_through_what_only_moves_pixels(void **state) {
    (void)state;
    explain_net inside = explain_open("conv 4 3 pad=1, relu, flatten, linear 3", 5, NULL);
    explain_net outside = explain_open("pad 1, conv 4 3, relu, flatten, linear 3", 5, NULL);
    double a[PIXELS], b[PIXELS];
    map_of(&inside, explain_how("lrp-zb", 1), a);
    map_of(&outside, explain_how("lrp-zb", 1), b);
    assert_true(distance(a, b) < 1e-12);
    explain_close(&inside);
    explain_close(&outside);
}

static void a_picture_outside_the_bounds_is_refused(void **state) {
    (void)state;
    static const double lowest[] = {-9, -9}, highest[] = {9, 0.01};
    explain_net net = explain_open(deep, 5, NULL);
    fovea_explain_options how = explain_how("lrp", 1);
    how.lowest = lowest;
    how.highest = highest;
    fovea_attribution *result = NULL;
    fovea_error error;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "highest of channel 1 is 0.01"));
    explain_close(&net);
}

static void flat_spreads_evenly_over_what_a_number_is_made_of(void **state) {
    (void)state;
    explain_net whole = explain_open("flatten, linear 3", 5, NULL);
    fovea_explain_options how = explain_how("lrp-flat", 1);
    fovea_attribution *result = explain_do(&whole, &how);
    for (int i = 0; i < PIXELS; i++)
        assert_true(fabs(numbers(result)[i] - result->logit / PIXELS) < 1e-15);
    fovea_attribution_free(result);
    explain_close(&whole);
    // Windows of 3×3 side by side: each has one number.
    explain_net windows = explain_open("conv 4 3 stride=3, relu, flatten, linear 3", 5, NULL);
    result = explain_do(&windows, &how);
    for (int i = 0; i < PIXELS; i++) {
        int cell = i % 81, corner = cell / 27 * 27 + cell % 9 / 3 * 3;
        assert_true(numbers(result)[i] == numbers(result)[corner]);
    }
    fovea_attribution_free(result);
    explain_close(&windows);
}

static void threads_change_no_bit(void **state) {
    (void)state;
    static const char *const methods[] = {"lrp", "lrp-alpha-beta", "deeplift", "guided-backprop"};
    fovea_context *shared = context;
    for (int m = 0; m < 4; m++) {
        double map[2][PIXELS];
        for (int t = 0; t < 2; t++) {
            fovea_context_options options;
            fovea_context_options_default(&options);
            options.threads = t + 1;
            assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
            explain_net net = explain_open(deep, 5, NULL);
            map_of(&net, explain_how(methods[m], 1), map[t]);
            explain_close(&net);
            fovea_context_free(context);
        }
        assert_memory_equal(map[0], map[1], sizeof map[0]);
    }
    context = shared;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(z_plus_is_never_negative_for_a_logit_above_0),
        cmocka_unit_test(alpha_1_is_z_plus),
        cmocka_unit_test(gamma_goes_from_lrp_0_to_z_plus),
        cmocka_unit_test(z_b_keeps_the_sum_and_is_not_negative),
        cmocka_unit_test(z_b_of_one_layer_is_its_formula),
        cmocka_unit_test(z_b_sees_through_what_only_moves_pixels),
        cmocka_unit_test(a_picture_outside_the_bounds_is_refused),
        cmocka_unit_test(flat_spreads_evenly_over_what_a_number_is_made_of),
        cmocka_unit_test(threads_change_no_bit),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
