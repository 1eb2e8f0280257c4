// SPDX-License-Identifier: MIT
// From an ONNX model to a graph: order, names, constants, batch, and what is refused.
#include <math.h>

#include "fovea/run.h"
#include "unit/failing_sweep.h"
#include "unit/onnx_net.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

#define DIMS(...)                                         \
    (sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]) { \
        __VA_ARGS__                                       \
    }
#define N FOVEA_DYNAMIC

static fovea_graph *import(onnx_net *net, const fovea__onnx_import_options *options) {
    static const fovea__onnx_import_options standard = {.type = FOVEA_TYPE_NONE};
    fovea_graph *graph;
    fovea_error error = {0};
    if (fovea__onnx_import(onnx_net_model(net), options ? options : &standard, "net.onnx", &graph,
                           &error))
        fail_msg("%s", error.text);
    onnx_net_clear(net);
    return graph;
}

static void refused(onnx_net *net, fovea_status status, const char *text) {
    static const fovea__onnx_import_options standard = {.type = FOVEA_TYPE_NONE};
    fovea_graph *graph;
    fovea_error error = {0};
    fovea_status got =
        fovea__onnx_import(onnx_net_model(net), &standard, "net.onnx", &graph, &error);
    if (got != status || !strstr(error.text, text))
        fail_msg("%s: %s", fovea_status_name(got), error.text);
    assert_memory_equal(error.text, "net.onnx", 8);
    assert_null(graph);
    onnx_net_clear(net);
}

static void nodes_may_stand_in_any_order(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 3, 8, 8));
    onnx_net_floats(&net, "w", DIMS(4, 3, 3, 3));
    onnx_net_node(&net, "", "Relu", "t", "y");
    onnx_net_node(&net, "first", "Conv", "x w", "t");
    onnx_net_node(&net, "dead", "Tanh", "t", "nobody");
    onnx_net_output(&net, "y");
    fovea_graph *graph = import(&net, NULL);
    assert_int_equal(fovea_graph_node_count(graph), 2);
    assert_string_equal(fovea_graph_node(graph, 0).name, "first");
    assert_string_equal(fovea_graph_node(graph, 1).name, "relu1");
    fovea_value_info y = fovea_graph_value(graph, fovea_graph_output(graph, 0));
    assert_string_equal(y.name, "y");
    assert_int_equal(y.shape.dim[0], FOVEA_DYNAMIC);
    assert_int_equal(y.shape.dim[3], 6);
    fovea_value w = fovea_graph_find_value(graph, "w");
    assert_int_equal(fovea_graph_value(graph, w).kind, FOVEA_VALUE_PARAMETER);
    assert_true(((const float *)fovea_graph_parameter(graph, w).data)[5] ==
                (float)(golden_number(1, 5) * 0.5));
    fovea_graph_free(graph);
}

static void a_cycle_a_missing_value_and_a_second_maker_are_named(void **state) {
    (void)state;
    onnx_net cycle = {.context = context};
    onnx_net_input(&cycle, "x", DIMS(N, 3));
    onnx_net_node(&cycle, "a", "Add", "x c", "b");
    onnx_net_node(&cycle, "b", "Relu", "b", "c");
    onnx_net_output(&cycle, "c");
    refused(&cycle, FOVEA_BAD_FILE, "node 'a' needs 'c', which depends on that node's own result");

    onnx_net itself = {.context = context};
    onnx_net_input(&itself, "x", DIMS(N, 3));
    onnx_net_node(&itself, "a", "Add", "x y", "y");
    onnx_net_output(&itself, "y");
    refused(&itself, FOVEA_BAD_FILE, "node 'a' needs 'y', which depends on that node's own result");

    onnx_net missing = {.context = context};
    onnx_net_input(&missing, "x", DIMS(N, 3));
    onnx_net_node(&missing, "a", "Add", "x lost", "y");
    onnx_net_output(&missing, "y");
    refused(&missing, FOVEA_BAD_FILE, "node 'a' needs 'lost'");

    onnx_net twice = {.context = context};
    onnx_net_input(&twice, "x", DIMS(N, 3));
    onnx_net_node(&twice, "a", "Relu", "x", "y");
    onnx_net_node(&twice, "b", "Tanh", "x", "y");
    onnx_net_output(&twice, "y");
    refused(&twice, FOVEA_BAD_FILE, "the value 'y' is made twice");

    onnx_net none = {.context = context};
    onnx_net_input(&none, "x", DIMS(N, 3));
    onnx_net_output(&none, "z");
    refused(&none, FOVEA_BAD_FILE, "no node makes the output 'z'");
}

static void all_operators_that_are_missing_are_listed_at_once(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 3));
    onnx_net_node(&net, "q1", "QLinearConv", "x", "a");
    onnx_net_node(&net, "q2", "QLinearConv", "a", "b");
    onnx_net_node(&net, "", "QLinearAdd", "b", "c")->domain = "com.microsoft";
    onnx_net_node(&net, "fine", "Relu", "c", "y");
    onnx_net_node(&net, "unused", "Loop", "x", "z");
    onnx_net_output(&net, "y");
    refused(&net, FOVEA_UNSUPPORTED,
            "2 operators are not supported: QLinearConv (2 nodes: 'q1', 'q2'), QLinearAdd of "
            "com.microsoft (1 node: QLinearAdd (which makes 'c'))");
}

static void weights_the_other_way_round_are_turned_and_keep_their_names(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 3));
    onnx_net_floats(&net, "fc.weight", DIMS(3, 5));
    onnx_net_floats(&net, "fc.bias", DIMS(1, 5));
    onnx_net_node(&net, "fc", "Gemm", "x fc.weight fc.bias", "y");
    onnx_net_output(&net, "y");
    fovea_graph *graph = import(&net, NULL);
    fovea_view w = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "fc.weight"));
    fovea_view b = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "fc.bias"));
    assert_non_null(w.data);
    assert_int_equal(w.shape.dim[0], 5);
    assert_int_equal(b.shape.rank, 1);
    for (int64_t o = 0; o < 5; o++)
        for (int64_t i = 0; i < 3; i++)
            assert_true(((const float *)w.data)[o * 3 + i] ==
                        (float)(golden_number(1, i * 5 + o) * 0.5));
    fovea_graph_free(graph);
}

static void what_depends_on_constants_alone_is_computed(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 4, 2, 2));
    onnx_net_floats(&net, "a", DIMS(1, 4, 1, 1));
    onnx_net_node(&net, "t", "Tanh", "a", "ta");
    onnx_net_node(&net, "r", "Relu", "ta", "rta");
    onnx_net_node(&net, "pool", "GlobalAveragePool", "x", "p");
    onnx_net_node(&net, "c", "Conv", "p k", "y");
    onnx_net_node(&net, "same", "Identity", "rta", "k");
    onnx_net_output(&net, "y");
    fovea_graph *graph = import(&net, NULL);
    assert_int_equal(fovea_graph_node_count(graph), 2);
    assert_int_equal(fovea_graph_find_value(graph, "a"), FOVEA_NO_VALUE);
    fovea_view k = fovea_graph_parameter(graph, fovea_graph_find_value(graph, "rta"));
    double number = tanh(golden_number(1, 0) * 0.5);
    assert_float_equal(((const float *)k.data)[0], number > 0 ? number : 0, 1e-6);
    fovea_graph_free(graph);
}

static void a_declared_batch_is_opened_where_the_net_allows_it(void **state) {
    (void)state;
    for (int fixed = 0; fixed < 2; fixed++) {
        onnx_net net = {.context = context};
        onnx_net_input(&net, "x", DIMS(2, 3, 4, 4));
        onnx_net_node(&net, "f", "Flatten", "x", "y");
        onnx_net_int(&net, "axis", fixed ? 2 : 1);  // 2 joins the batch with the channels
        onnx_net_output(&net, "y");
        fovea_graph *graph = import(&net, NULL);
        fovea_shape shape = fovea_graph_value(graph, fovea_graph_output(graph, 0)).shape;
        assert_int_equal(shape.dim[0], fixed ? 6 : FOVEA_DYNAMIC);
        fovea_graph_free(graph);
    }
}

static void open_sizes_are_asked_for_by_name(void **state) {
    (void)state;
    for (int given = 0; given < 2; given++) {
        onnx_net net = {.context = context};
        onnx_net_input(&net, "x", DIMS(N, 3, N, N));
        net.input[0].symbol[2] = "height";
        onnx_net_node(&net, "r", "Relu", "x", "y");
        onnx_net_output(&net, "y");
        if (!given) {
            refused(&net, FOVEA_INVALID_ARGUMENT,
                    "the input 'x' has the open size 'height' (dimension 2 of 4); give the sizes");
            continue;
        }
        fovea__onnx_import_options options = {.input = {3, {3, 10, 12}}};
        fovea_graph *graph = import(&net, &options);
        fovea_shape shape = fovea_graph_value(graph, fovea_graph_output(graph, 0)).shape;
        assert_int_equal(shape.dim[0], FOVEA_DYNAMIC);
        assert_int_equal(shape.dim[2], 10);
        assert_int_equal(shape.dim[3], 12);
        fovea_graph_free(graph);
    }
}

static void pads_are_as_auto_pad_says(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t begin, end;
    } forms[] = {{"SAME_UPPER", 0, 1}, {"SAME_LOWER", 1, 0}, {"VALID", 0, 0}};
    for (size_t i = 0; i < 3; i++) {
        onnx_net net = {.context = context};
        onnx_net_input(&net, "x", DIMS(N, 1, 6));
        onnx_net_floats(&net, "w", DIMS(1, 1, 3));
        onnx_net_node(&net, "c", "Conv", "x w", "y");
        onnx_net_ints(&net, "strides", DIMS(2));
        onnx_net_attribute(&net, "auto_pad", FOVEA__ONNX_STRING)->s = forms[i].text;
        onnx_net_output(&net, "y");
        fovea_graph *graph = import(&net, NULL);
        fovea_attribute pads;
        assert_int_equal(fovea_graph_attribute(graph, 0, 2, &pads), 1);
        assert_string_equal(pads.name, "pads");
        assert_int_equal(pads.integers[0], forms[i].begin);
        assert_int_equal(pads.integers[1], forms[i].end);
        fovea_graph_free(graph);
    }
}

static void outputs_that_nothing_computes_are_copies(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(2, 3));
    onnx_net_floats(&net, "c", DIMS(4));
    onnx_net_node(&net, "s", "Shape", "x", "shape");
    onnx_net_node(&net, "i", "Identity", "x", "again");
    onnx_net_output(&net, "shape");
    onnx_net_output(&net, "c");
    onnx_net_output(&net, "again");
    onnx_net_output(&net, "x");
    fovea__onnx_import_options options = {.fixed_batch = true};
    fovea_graph *graph = import(&net, &options);
    static const char *const names[] = {"shape", "c", "again", "x.2"};
    assert_int_equal(fovea_graph_output_count(graph), 4);
    for (int32_t i = 0; i < 4; i++)
        assert_string_equal(fovea_graph_value(graph, fovea_graph_output(graph, i)).name, names[i]);
    fovea_session *session;
    fovea_tensor *tensor;
    float numbers[6] = {1, 2, 3, 4, 5, 6};
    fovea_view x = {FOVEA_F32, {2, {2, 3}}, numbers};
    assert_int_equal(fovea_session_create(graph, NULL, &session, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_forward(session, &x, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &tensor, NULL),
                     FOVEA_OK);
    assert_int_equal(((const int64_t *)fovea_tensor_view(tensor).data)[1], 3);
    fovea_tensor_free(tensor);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

static void a_given_input_that_must_be_known_is_a_constant(void **state) {
    (void)state;
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(N, 3));
    onnx_net_input(&net, "size", DIMS(2));
    net.input[1].data_type = 7;
    net.input[1].type = FOVEA_I64;
    onnx_net_node(&net, "fill", "ConstantOfShape", "size", "f");
    onnx_net_node(&net, "fc", "Gemm", "x f", "y");
    onnx_net_output(&net, "y");
    int64_t sizes[] = {3, 5};
    fovea__onnx_given given = {"size", {FOVEA_I64, {1, {2}}, sizes}};
    fovea__onnx_import_options options = {.given = &given, .given_count = 1};
    fovea_graph *graph = import(&net, &options);
    assert_int_equal(fovea_graph_input_count(graph), 1);
    fovea_graph_free(graph);
}

static fovea_status import_all(fovea_context *memory, fovea_error *error) {
    onnx_net net = {.context = memory};
    onnx_net_input(&net, "x", DIMS(2, 3, 4, 4));
    onnx_net_floats(&net, "w", DIMS(2, 3, 3, 3));
    onnx_net_floats(&net, "fc", DIMS(4, 5));
    onnx_net_node(&net, "", "Conv", "x w", "c");
    onnx_net_node(&net, "pool", "MaxPool", "c", "p");
    onnx_net_ints(&net, "kernel_shape", DIMS(2, 2));
    onnx_net_node(&net, "f", "Flatten", "p", "v");
    onnx_net_int(&net, "axis", 2);  // so that there is a second attempt
    onnx_net_node(&net, "t", "Tanh", "fc", "tfc");
    onnx_net_node(&net, "shape", "Shape", "x", "s");
    onnx_net_output(&net, "v");
    onnx_net_output(&net, "tfc");
    onnx_net_output(&net, "s");
    fovea_graph *graph;
    fovea__onnx_import_options options = {.type = FOVEA_F64};
    bool made = net.tensor[0].data && net.tensor[1].data;
    fovea_status status =
        made ? fovea__onnx_import(onnx_net_model(&net), &options, "net.onnx", &graph, error)
             : FOVEA_OUT_OF_MEMORY;
    if (made) fovea_graph_free(graph);
    onnx_net_clear(&net);
    return status;
}

static void importing_gives_back_all_memory_when_there_is_too_little(void **state) {
    (void)state;
    failing_sweep(import_all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_may_stand_in_any_order),
        cmocka_unit_test(a_cycle_a_missing_value_and_a_second_maker_are_named),
        cmocka_unit_test(all_operators_that_are_missing_are_listed_at_once),
        cmocka_unit_test(weights_the_other_way_round_are_turned_and_keep_their_names),
        cmocka_unit_test(what_depends_on_constants_alone_is_computed),
        cmocka_unit_test(a_declared_batch_is_opened_where_the_net_allows_it),
        cmocka_unit_test(open_sizes_are_asked_for_by_name),
        cmocka_unit_test(pads_are_as_auto_pad_says),
        cmocka_unit_test(outputs_that_nothing_computes_are_copies),
        cmocka_unit_test(a_given_input_that_must_be_known_is_a_constant),
        cmocka_unit_test(importing_gives_back_all_memory_when_there_is_too_little),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
