// SPDX-License-Identifier: MIT
// A map that is empty, constant or not finite names its cause and the mend; each test makes one.
#include "unit/explain_net.h"

static const char *const deep =
    "conv 6 3 pad=1, relu, conv 8 3 pad=1, relu, gap, flatten, linear 5";

static double *numbers_of(explain_net *net, const char *name, int64_t *count) {
    fovea_graph *graph = fovea_model_graph(net->model);
    fovea_value v = fovea_graph_find_value(graph, name);
    if (v == FOVEA_NO_VALUE) fail_msg("no value %s", name);
    fovea_view view = fovea_graph_parameter(graph, v);
    *count = fovea_shape_count(&view.shape);
    return view.data;
}

static void set_all(explain_net *net, const char *name, double number) {
    int64_t count;
    double *numbers = numbers_of(net, name, &count);
    for (int64_t i = 0; i < count; i++) numbers[i] = number;
}

// x, `op`, flatten, linear: of operators that architecture text does not have. One pixel is 0.
static explain_net open_operator(const char *op) {
    explain_net net = {.model = NULL};
    fovea_graph *graph;
    fovea_value v[3], out;
    fovea_shape x = fovea_shape_make(4, (const int64_t[]){1, 2, 3, 3});
    fovea_shape w = fovea_shape_make(2, (const int64_t[]){3, 18});
    const fovea_attribute axis = {.name = "axis", .count = 1, .integers = (const int64_t[]){1}};
    const fovea_attribute turned = {.name = "transB", .count = 1, .integers = (const int64_t[]){1}};
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    fovea_graph_add_input(graph, "x", FOVEA_F64, &x, &out, NULL);
    fovea_graph_add_parameter(graph, "weight", FOVEA_F64, &w, 1, 18, &v[1], NULL);
    fovea_graph_add_node(graph, op, "here", &out, 1, NULL, 0, &out, NULL);
    fovea_graph_add_node(graph, "Flatten", "flatten1", &out, 1, &axis, 1, &v[0], NULL);
    assert_int_equal(fovea_graph_add_node(graph, "Gemm", "linear1", v, 2, &turned, 1, &out, NULL),
                     FOVEA_OK);
    fovea_graph_add_output(graph, out, NULL);
    fovea_graph_initialize(graph, 3);
    assert_int_equal(fovea__model_wrap(context, graph, "", &net.model, NULL), FOVEA_OK);
    assert_int_equal(fovea_explainer_create(net.model, NULL, &net.explainer, NULL), FOVEA_OK);
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &x, &net.x, NULL), FOVEA_OK);
    net.view = fovea_tensor_view(net.x);
    golden_fill(net.view, 3, 1);
    for (int i = 0; i < 18; i++) {
        double *pixel = (double *)net.view.data + i;
        *pixel = i == 4 ? 0 : fabs(*pixel);
    }
    return net;
}

// Explains and checks state and words of the cause; closes the net.
static void expect(explain_net *net, const fovea_explain_options *how, fovea_map_state state,
                   const char *word, const char *other) {
    fovea_attribution *map = explain_do(net, how);
    if (map->state != state || !strstr(map->cause, word) || !strstr(map->cause, other))
        fail_msg("state %d, cause '%s', not %d with '%s' and '%s'", map->state, map->cause, state,
                 word, other);
    fovea_attribution_free(map);
    explain_close(net);
}

static void a_fine_map_has_no_cause(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_attribution *map = explain_do(&net, &how);
    assert_int_equal(map->state, FOVEA_MAP_FINE);
    assert_string_equal(map->cause, "");
    fovea_attribution_free(map);
    explain_close(&net);
}

static void nan_in_the_weights_names_the_parameter(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    int64_t count;
    numbers_of(&net, "conv2.weight", &count)[5] = NAN;
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    expect(&net, &how, FOVEA_MAP_NOT_FINITE, "1 of the 432 of 'conv2.weight'", "checkpoint");
}

static void nan_in_the_picture_is_not_blamed_on_the_net(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    ((double *)net.view.data)[7] = INFINITY;
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    expect(&net, &how, FOVEA_MAP_NOT_FINITE, "the picture holds 1", "deviation");
}

static void the_first_node_that_is_not_finite_is_named(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    set_all(&net, "conv1.weight", 1e200);
    set_all(&net, "conv2.weight", 1e200);
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_NOT_FINITE, "'conv2' (Conv) is the first", "normalised");
}

static void a_slope_that_is_not_finite_is_named(void **state) {
    (void)state;
    explain_net net = open_operator("Sqrt");
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_NOT_FINITE, "slope of 'here' (Sqrt)", "occlusion");
}

static void the_layer_where_a_net_died_is_named(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    set_all(&net, "conv1.bias", -1000);
    set_all(&net, "conv2.weight", 0.1);
    set_all(&net, "conv2.bias", 0.1);
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "'relu1' (Relu) is dead", "normalisation");
}

static void a_dead_layer_of_a_class_map_is_named(void **state) {
    (void)state;
    if (!fovea_explain_method_find("grad-cam")) skip();
    explain_net net = explain_open(deep, 3, NULL);
    set_all(&net, "conv2.bias", -1000);
    fovea_explain_options how = explain_how("grad-cam", 1);
    how.layer = explain_value(&net, "relu2");
    expect(&net, &how, FOVEA_MAP_EMPTY, "'relu2' (Relu) is dead", "weights");
}

static void all_negative_contributions_are_said_with_the_target_to_take(void **state) {
    (void)state;
    if (!fovea_explain_method_find("grad-cam")) skip();
    explain_net net = explain_open(deep, 3, NULL);
    int64_t count;
    double *weight = numbers_of(&net, "linear1.weight", &count);
    set_all(&net, "linear1.bias", 0);
    for (int64_t i = 0; i < count; i++) weight[i] = i / 8 == 3 ? 1 : -1;
    fovea_explain_options how = explain_how("grad-cam", 1);
    how.layer = explain_value(&net, "relu2");
    expect(&net, &how, FOVEA_MAP_CUT, "every contribution is negative", "target 3");
}

static void a_layer_of_one_cell_is_the_wrong_layer(void **state) {
    (void)state;
    if (!fovea_explain_method_find("hirescam")) skip();
    explain_net net = explain_open(deep, 3, NULL);
    fovea_explain_options how = explain_how("hirescam", 1);
    how.layer = explain_value(&net, "gap1");
    fovea_attribution *map = explain_do(&net, &how);
    assert_true(map->state == FOVEA_MAP_CONSTANT || map->state == FOVEA_MAP_CUT);
    if (map->state == FOVEA_MAP_CONSTANT) {
        assert_non_null(strstr(map->cause, "'gap1' has a single cell"));
        assert_non_null(strstr(map->cause, "such as relu2"));
    }
    fovea_attribution_free(map);
    explain_close(&net);
}

static void a_saturated_sigmoid_is_named(void **state) {
    (void)state;
    explain_net net = explain_open("conv 4 3, relu, flatten, linear 3, sigmoid", 3, NULL);
    set_all(&net, "linear1.bias", 1e5);
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "'sigmoid1' (Sigmoid) is saturated", "occlusion");
}

static void a_softmax_inside_that_is_saturated_is_named(void **state) {
    (void)state;
    explain_net net = explain_open("conv 4 3, relu, flatten, linear 4, softmax, linear 3", 3, NULL);
    int64_t count;
    numbers_of(&net, "linear1.bias", &count)[2] = 1e5;
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "'softmax1' (Softmax) is saturated", "slope is 0");
}

static void steps_have_no_slope(void **state) {
    (void)state;
    explain_net net = open_operator("Round");
    fovea_explain_options how = explain_how("gradient", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "'here' (Round) is flat", "occlusion");
}

static void a_picture_without_differences_says_so(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 3, NULL);
    for (int i = 0; i < 162; i++) ((double *)net.view.data)[i] = 0;
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "no differences", "every pixel is the same");
}

static void a_picture_that_is_its_baseline_says_so(void **state) {
    (void)state;
    if (!fovea_explain_method_find("integrated-gradients")) skip();
    explain_net net = explain_open(deep, 3, NULL);
    fovea_explain_options how = explain_how("integrated-gradients", 1);
    how.baseline = &net.view;
    expect(&net, &how, FOVEA_MAP_EMPTY, "the baseline itself", "another --baseline");
}

static void what_has_no_known_cause_is_the_method_s(void **state) {
    (void)state;
    if (!fovea_explain_method_find("deconvnet")) skip();
    // Nothing positive comes back from the logit: deconvnet passes nothing on, the gradient does.
    explain_net net = explain_open("conv 4 3, relu, flatten, linear 3", 3, NULL);
    set_all(&net, "linear1.weight", -1);
    fovea_explain_options how = explain_how("deconvnet", 1);
    expect(&net, &how, FOVEA_MAP_EMPTY, "it is the method", "try another");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fine_map_has_no_cause),
        cmocka_unit_test(nan_in_the_weights_names_the_parameter),
        cmocka_unit_test(nan_in_the_picture_is_not_blamed_on_the_net),
        cmocka_unit_test(the_first_node_that_is_not_finite_is_named),
        cmocka_unit_test(a_slope_that_is_not_finite_is_named),
        cmocka_unit_test(the_layer_where_a_net_died_is_named),
        cmocka_unit_test(a_dead_layer_of_a_class_map_is_named),
        cmocka_unit_test(all_negative_contributions_are_said_with_the_target_to_take),
        cmocka_unit_test(a_layer_of_one_cell_is_the_wrong_layer),
        cmocka_unit_test(a_saturated_sigmoid_is_named),
        cmocka_unit_test(a_softmax_inside_that_is_saturated_is_named),
        cmocka_unit_test(steps_have_no_slope),
        cmocka_unit_test(a_picture_without_differences_says_so),
        cmocka_unit_test(a_picture_that_is_its_baseline_says_so),
        cmocka_unit_test(what_has_no_known_cause_is_the_method_s),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
