// SPDX-License-Identifier: MIT
// Elementwise operators as old ONNX files write them: `axis` and `broadcast`, bounds and types in
// attributes.
#include "fovea/run.h"
#include "unit/onnx_net.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

#define DIMS(...)                                         \
    (sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]) { \
        __VA_ARGS__                                       \
    }

static fovea_status import(onnx_net *net, int64_t opset, fovea_graph **graph, fovea_error *error) {
    static const fovea__onnx_import_options standard = {.type = FOVEA_TYPE_NONE};
    fovea__onnx_model *model = onnx_net_model(net);
    model->opset = opset;
    fovea_status status = fovea__onnx_import(model, &standard, "net.onnx", graph, error);
    onnx_net_clear(net);
    return status;
}

// Runs the net on x and compares its output.
static void gives(onnx_net *net, int64_t opset, const float *x, const float *want) {
    fovea_graph *graph;
    fovea_session *session;
    fovea_tensor *tensor;
    fovea_error error = {0};
    onnx_net_output(net, "y");
    if (import(net, opset, &graph, &error)) fail_msg("%s", error.text);
    fovea_view in = {FOVEA_F32, net->input[0].shape, (void *)(uintptr_t)x};
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = in.shape.dim[0];
    if (fovea_session_create(graph, &options, &session, &error)) fail_msg("%s", error.text);
    if (fovea_session_forward(session, &in, 1, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &tensor, &error),
                     FOVEA_OK);
    fovea_view y = fovea_tensor_view(tensor);
    assert_int_equal(y.type, FOVEA_F32);
    for (int64_t i = 0; i < fovea_shape_count(&y.shape); i++)
        if (((const float *)y.data)[i] != want[i])
            fail_msg("place %lld is %.9g, wants %.9g", (long long)i,
                     (double)((const float *)y.data)[i], (double)want[i]);
    fovea_tensor_free(tensor);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

static void set_floats(onnx_net *net, const char *name, int32_t rank, const int64_t *dim,
                       const float *values) {
    fovea__onnx_tensor *tensor = onnx_net_tensor(net, name, FOVEA_F32, rank, dim);
    memcpy(tensor->data, values, tensor->size);
}

static onnx_net net_of(void) {
    onnx_net net = {.context = context};
    onnx_net_input(&net, "x", DIMS(1, 2, 2));
    return net;
}

static void the_second_operand_stands_at_its_axis(void **state) {
    (void)state;
    const float x[] = {1, 2, 3, 4}, channels[] = {10, 20};
    onnx_net net = net_of();
    set_floats(&net, "b", DIMS(2), channels);
    onnx_net_node(&net, "a", "Add", "x b", "y");
    onnx_net_int(&net, "broadcast", 1);
    onnx_net_int(&net, "axis", 1);
    gives(&net, 6, x, (float[]){11, 12, 23, 24});

    net = net_of();
    set_floats(&net, "b", DIMS(2), channels);
    onnx_net_node(&net, "a", "Sub", "x b", "y");
    onnx_net_int(&net, "broadcast", 1);
    gives(&net, 1, x, (float[]){-9, -18, -7, -16});

    net = net_of();
    set_floats(&net, "b", DIMS(2), channels);
    onnx_net_node(&net, "a", "Mul", "x b", "y");
    onnx_net_int(&net, "broadcast", 1);
    onnx_net_int(&net, "axis", -2);
    gives(&net, 6, x, (float[]){10, 20, 60, 80});

    net = net_of();
    set_floats(&net, "b", DIMS(2), channels);
    onnx_net_node(&net, "a", "Add", "x b", "y");
    gives(&net, 7, x, (float[]){11, 22, 13, 24});

    fovea_graph *graph;
    fovea_error error = {0};
    net = net_of();
    set_floats(&net, "b", DIMS(2), channels);
    onnx_net_node(&net, "a", "Add", "x b", "y");
    onnx_net_int(&net, "broadcast", 1);
    onnx_net_int(&net, "axis", 3);
    onnx_net_output(&net, "y");
    assert_int_equal(import(&net, 6, &graph, &error), FOVEA_BAD_FILE);
    assert_non_null(strstr(error.text, "axis 3"));
}

static void bounds_are_attributes_at_first_then_inputs(void **state) {
    (void)state;
    const float x[] = {-1, 2, 3, 9}, wanted[] = {0, 2, 3, 6};
    onnx_net net = net_of();
    onnx_net_node(&net, "c", "Clip", "x", "y");
    onnx_net_attribute(&net, "min", FOVEA__ONNX_FLOAT)->f = 0;
    onnx_net_attribute(&net, "max", FOVEA__ONNX_FLOAT)->f = 6;
    gives(&net, 6, x, wanted);

    net = net_of();
    set_floats(&net, "low", 0, NULL, (float[]){0});
    set_floats(&net, "high", 0, NULL, (float[]){6});
    onnx_net_node(&net, "c", "Clip", "x low high", "y");
    gives(&net, 11, x, wanted);

    net = net_of();
    set_floats(&net, "high", 0, NULL, (float[]){6});
    onnx_net_node(&net, "c", "Clip", "x - high", "y");
    gives(&net, 13, x, (float[]){-1, 2, 3, 6});

    net = net_of();  // bounds that depend on what goes in
    onnx_net_node(&net, "n", "Neg", "x", "low");
    onnx_net_node(&net, "c", "Clip", "x low", "y");
    gives(&net, 13, x, (float[]){1, 2, 3, 9});
}

static void slopes_of_old_files_are_of_channels(void **state) {
    (void)state;
    const float x[] = {-1, -2, -3, 4}, slopes[] = {0.5f, 2};
    onnx_net net = net_of();
    set_floats(&net, "slope", DIMS(2), slopes);
    onnx_net_node(&net, "p", "PRelu", "x slope", "y");
    gives(&net, 6, x, (float[]){-0.5f, -1, -6, 4});

    net = net_of();
    set_floats(&net, "slope", DIMS(2), slopes);
    onnx_net_node(&net, "p", "PRelu", "x slope", "y");
    gives(&net, 7, x, (float[]){-0.5f, -4, -1.5f, 4});
}

static void the_first_casts_name_their_type(void **state) {
    (void)state;
    const float x[] = {-1.5f, 0, 2.5f, 3};
    onnx_net net = net_of();
    onnx_net_node(&net, "i", "Cast", "x", "whole");
    onnx_net_attribute(&net, "to", FOVEA__ONNX_STRING)->s = "INT32";
    onnx_net_node(&net, "f", "Cast", "whole", "y");
    onnx_net_attribute(&net, "to", FOVEA__ONNX_STRING)->s = "FLOAT";
    gives(&net, 1, x, (float[]){-1, 0, 2, 3});

    fovea_graph *graph;
    fovea_error error = {0};
    net = net_of();
    onnx_net_node(&net, "t", "Cast", "x", "y");
    onnx_net_int(&net, "to", 8);
    onnx_net_output(&net, "y");
    assert_int_equal(import(&net, 9, &graph, &error), FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "element type 8"));
}

static void exponents_may_be_whole_numbers(void **state) {
    (void)state;
    onnx_net net = net_of();
    onnx_net_integers(&net, "e", 2, (int64_t[]){2, 3});
    onnx_net_node(&net, "p", "Pow", "x e", "y");
    gives(&net, 15, (float[]){1, 2, -3, 4}, (float[]){1, 8, 9, 64});
}

static void the_first_selu_has_rounded_constants(void **state) {
    (void)state;
    onnx_net net = net_of();
    onnx_net_node(&net, "s", "Selu", "x", "y");
    gives(&net, 1, (float[]){1, 2, 0, 4}, (float[]){1.0507f, 2 * 1.0507f, 0, 4 * 1.0507f});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_operand_stands_at_its_axis),
        cmocka_unit_test(bounds_are_attributes_at_first_then_inputs),
        cmocka_unit_test(slopes_of_old_files_are_of_channels),
        cmocka_unit_test(the_first_casts_name_their_type),
        cmocka_unit_test(exponents_may_be_whole_numbers),
        cmocka_unit_test(the_first_selu_has_rounded_constants),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
