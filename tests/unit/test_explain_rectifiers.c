// SPDX-License-Identifier: MIT
// Gradient, deconvnet and guided backpropagation differ at rectifiers alone, and there as their formulas
// say.
#include <string.h>

#include "explain/passes.h"
#include "explain/rectifier_rules.h"
#include "unit/explain_net.h"

enum { PIXELS = 162 };

static const char deep[] =
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3 pad=1, relu, flatten, linear 8, relu, linear 6";

static void map_of(explain_net *net, const char *method, double *map) {
    fovea_explain_options how = explain_how(method, 1);
    fovea_attribution *result = explain_do(net, &how);
    memcpy(map, fovea_tensor_view(result->map).data, PIXELS * sizeof *map);
    fovea_attribution_free(result);
}

// Weights of both signs become positive, so that what is positive above is positive below.
static void make_positive(explain_net *net) {
    fovea_graph *graph = fovea_model_graph(net->model);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view view = fovea_graph_parameter(graph, v);
        for (int64_t i = 0; view.data && i < fovea_shape_count(&view.shape); i++)
            ((double *)view.data)[i] = fabs(((double *)view.data)[i]);
    }
}

static void without_rectifiers_all_three_are_equal(void **state) {
    (void)state;
    explain_net net = explain_open(
        "conv 4 3 pad=1, tanh, maxpool 2, conv 5 3, leaky_relu, flatten, linear 6", 3, NULL);
    double gradient[PIXELS], guided[PIXELS], deconvnet[PIXELS];
    map_of(&net, "gradient", gradient);
    map_of(&net, "guided-backprop", guided);
    map_of(&net, "deconvnet", deconvnet);
    assert_memory_equal(gradient, guided, sizeof gradient);
    assert_memory_equal(gradient, deconvnet, sizeof gradient);
    explain_close(&net);
}

static void where_every_rectifier_is_on_guided_is_deconvnet(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 4 3 pad=1, relu, conv 5 3, relu, flatten, linear 6", 3, NULL);
    static const char *const biases[] = {"conv1.bias", "conv2.bias"};
    for (int b = 0; b < 2; b++)
        assert_int_equal(fovea_graph_set_parameter(fovea_model_graph(net.model), biases[b],
                                                   (const double[]){100}, 1, NULL),
                         FOVEA_OK);
    double gradient[PIXELS], guided[PIXELS], deconvnet[PIXELS];
    map_of(&net, "gradient", gradient);
    map_of(&net, "guided-backprop", guided);
    map_of(&net, "deconvnet", deconvnet);
    assert_memory_equal(guided, deconvnet, sizeof guided);
    assert_true(memcmp(guided, gradient, sizeof guided) != 0);
    explain_close(&net);
}

static void where_nothing_negative_comes_back_guided_is_gradient(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    make_positive(&net);
    double gradient[PIXELS], guided[PIXELS], deconvnet[PIXELS];
    map_of(&net, "gradient", gradient);
    map_of(&net, "guided-backprop", guided);
    map_of(&net, "deconvnet", deconvnet);
    assert_memory_equal(guided, gradient, sizeof guided);
    assert_true(memcmp(deconvnet, gradient, sizeof guided) != 0);
    explain_close(&net);
}

static void guided_and_deconvnet_give_no_rectifier_anything_negative(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 5, NULL);
    const fovea__rules *const rules[] = {&fovea__guided_rules, &fovea__deconvnet_rules};
    static const char *const inputs[] = {"conv1", "conv2", "linear1"};
    for (int r = 0; r < 2; r++) {
        fovea__passes passes;
        fovea__passes_options options = {
            .samples = 1, .gradients = true, .leaf = FOVEA_NO_VALUE, .rules = rules[r]};
        assert_int_equal(fovea__passes_open(net.explainer, &options, &passes, NULL), FOVEA_OK);
        assert_int_equal(fovea__passes_run(&passes, &net.view, 1, NULL), FOVEA_OK);
        assert_int_equal(fovea__passes_back(&passes, 1, NULL), FOVEA_OK);
        for (int i = 0; i < 3; i++) {
            fovea_tensor *gradient;
            assert_int_equal(
                fovea__passes_gradient(&passes, explain_value(&net, inputs[i]), &gradient, NULL),
                FOVEA_OK);
            fovea_view view = fovea_tensor_view(gradient);
            int64_t positive = 0;
            for (int64_t k = 0; k < fovea_shape_count(&view.shape); k++) {
                assert_true(fovea__view_number(&view, k) >= 0);
                positive += fovea__view_number(&view, k) > 0;
            }
            assert_true(positive > 0);
            fovea_tensor_free(gradient);
        }
        fovea__passes_close(&passes);
    }
    explain_close(&net);
}

// The last linear layer gives every unit of the rectifier before it a negative weight: nothing comes
// through, unless that rectifier, which is in the classifier, were forgotten.
static void rectifiers_of_the_classifier_count_too(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 5, NULL);
    fovea_view weight =
        fovea_graph_parameter(fovea_model_graph(net.model), explain_value(&net, "linear2.weight"));
    for (int64_t i = 0; i < fovea_shape_count(&weight.shape); i++)
        ((double *)weight.data)[i] = -fabs(((double *)weight.data)[i]);
    static const char *const methods[] = {"guided-backprop", "deconvnet"};
    double map[PIXELS], nothing[PIXELS] = {0};
    for (int m = 0; m < 2; m++) {
        map_of(&net, methods[m], map);
        assert_memory_equal(map, nothing, sizeof map);
    }
    explain_close(&net);
}

// One rectifier node reads what a sum of two branches makes, another reads the same value again.
static void a_value_rectified_twice_counts_twice(void **state) {
    (void)state;
    explain_net net = explain_open(
        "conv 4 3 pad=1, as a, relu, as b, from a, relu, add b, flatten, linear 3", 5, NULL);
    explain_net once =
        explain_open("conv 4 3 pad=1, relu, as b, add b, flatten, linear 3", 5, NULL);
    double twice[PIXELS], shared[PIXELS];
    map_of(&net, "guided-backprop", twice);
    map_of(&once, "guided-backprop", shared);
    for (int i = 0; i < PIXELS; i++) assert_true(fabs(twice[i] - shared[i]) < 1e-12);
    explain_close(&net);
    explain_close(&once);
}

static void a_clip_from_0_is_a_rectifier(void **state) {
    (void)state;
    explain_net clip =
        explain_open("conv 4 3 pad=1, clip min=0 max=1000, flatten, linear 3", 5, NULL);
    explain_net relu = explain_open("conv 4 3 pad=1, relu, flatten, linear 3", 5, NULL);
    static const char *const methods[] = {"guided-backprop", "deconvnet"};
    double a[PIXELS], b[PIXELS];
    for (int m = 0; m < 2; m++) {
        map_of(&clip, methods[m], a);
        map_of(&relu, methods[m], b);
        assert_memory_equal(a, b, sizeof a);
    }
    explain_close(&clip);
    explain_close(&relu);
}

// All of a window is equal: the first cell is the winner, and what came is neither lost nor doubled.
static void max_pooling_gives_ties_to_the_first_cell_and_keeps_the_sum(void **state) {
    (void)state;
    explain_net net = explain_open("maxpool 3, relu, flatten, linear 3", 5, NULL);
    double map[PIXELS], sum = 0, given = 0;
    for (int i = 0; i < PIXELS; i++) ((double *)net.view.data)[i] = 2;
    map_of(&net, "deconvnet", map);
    fovea_view weight =
        fovea_graph_parameter(fovea_model_graph(net.model), explain_value(&net, "linear1.weight"));
    for (int k = 0; k < 18; k++) given += fmax(0, ((double *)weight.data)[18 + k]);
    for (int i = 0; i < PIXELS; i++) {
        bool first = i / 9 % 3 == 0 && i % 3 == 0;
        assert_true(first || map[i] == 0);
        sum += map[i];
    }
    assert_true(given > 0 && fabs(sum - given) < 1e-12);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rectifiers_all_three_are_equal),
        cmocka_unit_test(where_every_rectifier_is_on_guided_is_deconvnet),
        cmocka_unit_test(where_nothing_negative_comes_back_guided_is_gradient),
        cmocka_unit_test(guided_and_deconvnet_give_no_rectifier_anything_negative),
        cmocka_unit_test(rectifiers_of_the_classifier_count_too),
        cmocka_unit_test(a_value_rectified_twice_counts_twice),
        cmocka_unit_test(a_clip_from_0_is_a_rectifier),
        cmocka_unit_test(max_pooling_gives_ties_to_the_first_cell_and_keeps_the_sum),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
