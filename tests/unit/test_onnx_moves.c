// SPDX-License-Identifier: MIT
// What becomes of the batch, and of names, where ONNX nets move numbers.
#include "fovea/run.h"
#include "unit/onnx_net.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

#define DIMS(...)                                         \
    (sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]) { \
        __VA_ARGS__                                       \
    }
#define N FOVEA_DYNAMIC

static fovea_graph *import(onnx_net *net) {
    const fovea__onnx_import_options standard = {.type = FOVEA_TYPE_NONE};
    fovea_graph *graph;
    fovea_error error = {0};
    if (fovea__onnx_import(onnx_net_model(net), &standard, "net.onnx", &graph, &error))
        fail_msg("%s", error.text);
    onnx_net_clear(net);
    return graph;
}

// Imports the net and compares its output's shape; returns how many nodes there are.
static int32_t gives(onnx_net *net, int32_t rank, const int64_t *dim) {
    fovea_graph *graph = import(net);
    fovea_shape shape = fovea_graph_value(graph, fovea_graph_output(graph, 0)).shape;
    fovea_shape wanted = fovea_shape_make(rank, dim);
    char text[128];
    fovea_shape_format(&shape, text, sizeof text);
    if (!fovea_shape_equal(&shape, &wanted)) fail_msg("the output is %s", text);
    int32_t nodes = fovea_graph_node_count(graph);
    fovea_graph_free(graph);
    return nodes;
}

// "b" is the size of x's dimension 0 as a list of one number.
static void batch_size(onnx_net *net) {
    onnx_net_integers(net, "zero", 1, (int64_t[]){0});
    onnx_net_node(net, "", "Shape", "x", "s");
    onnx_net_node(net, "", "Gather", "s zero", "b");
}

static void shapes_that_begin_with_the_batch_keep_it_open(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 8, 4, 4));
    batch_size(&net);
    onnx_net_integers(&net, "rest", 2, (int64_t[]){2, -1});
    onnx_net_node(&net, "", "Concat", "b rest", "shape");
    onnx_net_int(&net, "axis", 0);
    onnx_net_node(&net, "", "Reshape", "x shape", "y");
    onnx_net_output(&net, "y");
    assert_int_equal(gives(&net, DIMS(N, 2, 64)), 1);
}

static void reshaping_to_the_declared_batch_keeps_it_open(void **state) {
    (void)state;
    static const struct {
        int64_t shape[2], result[2];
    } cases[] = {{{2, -1}, {N, 24}}, {{2, 24}, {N, 24}}, {{-1, 24}, {N, 24}}, {{-1, 12}, {4, 12}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        onnx_net net = {.context = context};
        onnx_net_input(&net, "x", DIMS(2, 6, 4));
        onnx_net_integers(&net, "shape", 2, cases[i].shape);
        onnx_net_node(&net, "", "Reshape", "x shape", "y");
        onnx_net_output(&net, "y");
        gives(&net, 2, cases[i].result);
    }
}

static void whole_slices_of_the_batch_are_nothing(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 6, 4));
    onnx_net_integers(&net, "starts", 2, (int64_t[]){0, 1});
    onnx_net_integers(&net, "ends", 2, (int64_t[]){INT64_MAX, -1});
    onnx_net_node(&net, "", "Slice", "x starts ends", "y");
    onnx_net_output(&net, "y");
    gives(&net, DIMS(N, 4, 4));
}

static void split_makes_the_parts_that_are_used(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 6, 4));
    onnx_net_integers(&net, "parts", 3, (int64_t[]){1, 3, 2});
    onnx_net_node(&net, "cut", "Split", "x parts", "a b c");
    onnx_net_int(&net, "axis", 1);
    onnx_net_output(&net, "b");
    onnx_net_output(&net, "c");
    fovea_graph *graph = import(&net);
    assert_int_equal(fovea_graph_node_count(graph), 2);
    assert_string_equal(fovea_graph_node(graph, 0).name, "cut.1");
    fovea_value b = fovea_graph_find_value(graph, "b"), c = fovea_graph_find_value(graph, "c");
    assert_int_equal(fovea_graph_value(graph, b).shape.dim[1], 3);
    assert_int_equal(fovea_graph_value(graph, c).shape.dim[1], 2);
    fovea_graph_free(graph);
}

static void sizes_that_begin_with_the_batch_keep_it_open(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 3, 4, 5));
    batch_size(&net);
    onnx_net_integers(&net, "rest", 3, (int64_t[]){3, 8, 7});
    onnx_net_node(&net, "", "Concat", "b rest", "sizes");
    onnx_net_int(&net, "axis", 0);
    onnx_net_node(&net, "", "Resize", "x - - sizes", "y");
    onnx_net_output(&net, "y");
    gives(&net, DIMS(N, 3, 8, 7));
}

// A vision transformer's class token: a weight that is repeated for every sample.
static void constants_are_repeated_along_the_open_batch(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 2, 4));
    batch_size(&net);
    onnx_net_floats(&net, "token", DIMS(1, 1, 4));
    onnx_net_integers(&net, "ones", 2, (int64_t[]){1, 4});
    onnx_net_node(&net, "", "Concat", "b ones", "shape");
    onnx_net_int(&net, "axis", 0);
    onnx_net_node(&net, "", "Expand", "token shape", "tokens");
    onnx_net_node(&net, "", "Concat", "tokens x", "y");
    onnx_net_int(&net, "axis", 1);
    onnx_net_output(&net, "y");
    fovea_graph *graph = import(&net);
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = 3;
    options.gradients = 1;
    fovea_session *session;
    fovea_tensor *y, *d_x;
    fovea_error error = {0};
    float numbers[24], d_numbers[36];
    for (int i = 0; i < 24; i++) numbers[i] = (float)i;
    for (int i = 0; i < 36; i++) d_numbers[i] = (float)i;
    const fovea_view x = {FOVEA_F32, {3, {3, 2, 4}}, numbers};
    const fovea_view d_y = {FOVEA_F32, {3, {3, 3, 4}}, d_numbers};
    fovea_value out = fovea_graph_output(graph, 0);
    if (fovea_session_create(graph, &options, &session, &error) ||
        fovea_session_forward(session, &x, 1, &error) ||
        fovea_session_backward(session, out, &d_y, &error) ||
        fovea_session_value(session, out, &y, &error) ||
        fovea_session_gradient(session, fovea_graph_input(graph, 0), &d_x, &error))
        fail_msg("%s", error.text);
    const float *result = fovea_tensor_view(y).data, *gradient = fovea_tensor_view(d_x).data;
    fovea_value token = fovea_graph_find_value(graph, "token");
    for (int n = 0; n < 3; n++) {
        assert_memory_equal(result + n * 12, fovea_graph_parameter(graph, token).data, 16);
        assert_memory_equal(result + n * 12 + 4, numbers + n * 8, 32);
        assert_memory_equal(gradient + n * 8, d_numbers + n * 12 + 4, 32);
    }
    fovea_tensor_free(y);
    fovea_tensor_free(d_x);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_that_begin_with_the_batch_keep_it_open),
        cmocka_unit_test(reshaping_to_the_declared_batch_keeps_it_open),
        cmocka_unit_test(whole_slices_of_the_batch_are_nothing),
        cmocka_unit_test(split_makes_the_parts_that_are_used),
        cmocka_unit_test(sizes_that_begin_with_the_batch_keep_it_open),
        cmocka_unit_test(constants_are_repeated_along_the_open_batch),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
