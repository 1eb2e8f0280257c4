// SPDX-License-Identifier: MIT
// Graphs that are not one batched float input and one output: inputs without a batch, values of
// every type, several inputs and outputs, operators no gradient flows through, named outputs.
#include <stdio.h>

#include "fovea.h"
#include "graph/graph.h"
#include "run/session.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_graph *new_graph(void) {
    fovea_graph *graph;
    assert_int_equal(fovea_graph_create(context, &graph, NULL), FOVEA_OK);
    return graph;
}

static fovea_value fixed_input(fovea_graph *graph, const char *name, fovea_type type, int32_t rank,
                               const int64_t *dim) {
    fovea_value value = FOVEA_NO_VALUE;
    fovea_shape shape = fovea_shape_make(rank, dim);
    assert_int_equal(fovea_graph_add_fixed_input(graph, name, type, &shape, &value, NULL),
                     FOVEA_OK);
    return value;
}

static fovea_value batched_input(fovea_graph *graph, const char *name, fovea_type type,
                                 int32_t rank, const int64_t *dim) {
    fovea_value value = FOVEA_NO_VALUE;
    fovea_shape shape = fovea_shape_make(rank, dim);
    assert_int_equal(fovea_graph_add_input(graph, name, type, &shape, &value, NULL), FOVEA_OK);
    return value;
}

static fovea_value node(fovea_graph *graph, const char *op, const char *name, int32_t count,
                        const fovea_value *inputs) {
    fovea_value out[FOVEA__MAX_OUTPUTS];
    fovea_error error;
    if (fovea_graph_add_node(graph, op, name, inputs, count, NULL, 0, out, &error))
        fail_msg("%s", error.text);
    return out[0];
}

static void output(fovea_graph *graph, fovea_value value) {
    assert_int_equal(fovea_graph_add_output(graph, value, NULL), FOVEA_OK);
}

static fovea_session *new_session(fovea_graph *graph, int64_t samples, int gradients,
                                  const char *plan) {
    fovea_session_options options;
    fovea_session *session;
    fovea_error error;
    fovea_session_options_default(&options);
    options.samples = samples;
    options.gradients = gradients;
    options.plan = plan;
    if (fovea_session_create(graph, &options, &session, &error)) fail_msg("%s", error.text);
    return session;
}

static void forward(fovea_session *session, const fovea_view *inputs, int32_t count) {
    fovea_error error;
    if (fovea_session_forward(session, inputs, count, &error)) fail_msg("%s", error.text);
}

static fovea_tensor *value_of(fovea_session *session, fovea_value value) {
    fovea_tensor *tensor;
    fovea_error error;
    if (fovea_session_value(session, value, &tensor, &error)) fail_msg("%s", error.text);
    return tensor;
}

static void expect_floats(fovea_tensor *tensor, const float *wanted, int64_t count) {
    fovea_view view = fovea_tensor_view(tensor);
    assert_int_equal(view.type, FOVEA_F32);
    assert_int_equal(fovea_shape_count(&view.shape), count);
    for (int64_t i = 0; i < count; i++) assert_float_equal(((float *)view.data)[i], wanted[i], 0);
    fovea_tensor_free(tensor);
}

static void expect_gradient(fovea_session *session, fovea_value value, const float *wanted,
                            int64_t count) {
    fovea_tensor *tensor;
    assert_int_equal(fovea_session_gradient(session, value, &tensor, NULL), FOVEA_OK);
    expect_floats(tensor, wanted, count);
}

// An operator whose result is no float and that has no derivative: x > 0.
static fovea_status positive_shape(fovea__attributes *attributes, const fovea__signature *in,
                                   int32_t count, fovea__signature *out, fovea_error *error) {
    (void)attributes, (void)count, (void)error;
    *out = (fovea__signature){FOVEA_BOOL, in->shape};
    return FOVEA_OK;
}
static fovea_status positive(const fovea__call *call, fovea_error *error) {
    (void)error;
    int64_t count = fovea_shape_count(&call->out->shape);
    for (int64_t i = 0; i < count; i++)
        ((uint8_t *)call->out->data)[i] = ((const float *)call->in->data)[i] > 0;
    return FOVEA_OK;
}
static const fovea__op positive_op = {.name = "Positive",
                                      .text = "positive",
                                      .label = "Positive",
                                      .inputs_required = 1,
                                      .inputs_maximum = 1,
                                      .outputs = 1,
                                      .shape = positive_shape,
                                      .forward = positive};

static fovea_value add_positive(fovea_graph *graph, const char *name, fovea_value x) {
    fovea_value value = node(graph, "Relu", name, 1, &x);
    graph->node[graph->node_count - 1].op = &positive_op;
    graph->value[value].signature.type = FOVEA_BOOL;
    return value;
}

static void an_input_without_a_batch_has_any_rank_and_type(void **state) {
    (void)state;
    static const fovea_type types[] = {FOVEA_F32, FOVEA_F64,  FOVEA_I64, FOVEA_I32,
                                       FOVEA_U8,  FOVEA_BOOL, FOVEA_I8,  FOVEA_U64};
    fovea_graph *graph = new_graph();
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        char name[8];
        const int64_t dim[] = {1, 2, 3, 1, 2, 1, 1, 4};
        snprintf(name, sizeof name, "x%zu", t);
        fovea_value_info info =
            fovea_graph_value(graph, fixed_input(graph, name, types[t], (int32_t)t, dim));
        assert_int_equal(info.type, types[t]);
        assert_int_equal(info.shape.rank, t);
        if (t) assert_int_equal(info.shape.dim[0], 1);
    }
    fovea_value value;
    fovea_shape open = fovea_shape_make(1, (int64_t[]){FOVEA_DYNAMIC});
    assert_int_equal(fovea_graph_add_fixed_input(graph, "y", FOVEA_F32, &open, &value, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(
        fovea_graph_add_fixed_input(graph, "y", FOVEA_F16, &(fovea_shape){0}, &value, NULL),
        FOVEA_UNSUPPORTED);
    fovea_graph_free(graph);
}

static void a_graph_of_scalars_runs_forward_and_backward(void **state) {
    (void)state;
    fovea_graph *graph = new_graph();
    fovea_value x = fixed_input(graph, "x", FOVEA_F32, 0, NULL);
    fovea_value y = fixed_input(graph, "y", FOVEA_F32, 0, NULL);
    fovea_value product = node(graph, "Mul", "product", 2, (fovea_value[]){x, y});
    output(graph, product);
    float a = 3, b = -2, one = 1;
    fovea_view inputs[] = {{FOVEA_F32, {0}, &a}, {FOVEA_F32, {0}, &b}},
               seed = {FOVEA_F32, {0}, &one};
    fovea_session *session = new_session(graph, 7, 1, NULL);
    forward(session, inputs, 2);
    expect_floats(value_of(session, product), (float[]){-6}, 1);
    assert_int_equal(fovea_session_backward(session, product, &seed, NULL), FOVEA_OK);
    expect_gradient(session, x, &b, 1);
    expect_gradient(session, y, &a, 1);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

static void several_inputs_and_outputs_each_have_their_gradient(void **state) {
    (void)state;
    fovea_graph *graph = new_graph();
    fovea_value x = batched_input(graph, "x", FOVEA_F32, 2, (int64_t[]){1, 2});
    fovea_value y = fixed_input(graph, "y", FOVEA_F32, 1, (int64_t[]){2});
    fovea_value sum = node(graph, "Add", "sum", 2, (fovea_value[]){x, y});
    fovea_value product = node(graph, "Mul", "product", 2, (fovea_value[]){x, y});
    fovea_value square = node(graph, "Mul", "square", 2, (fovea_value[]){y, y});
    output(graph, sum);
    output(graph, product);
    output(graph, square);
    float a[] = {1, 2, 3, 4}, b[] = {5, -1}, ones[] = {1, 1, 1, 1};
    fovea_shape two_by_two = fovea_shape_make(2, (int64_t[]){2, 2});
    fovea_shape two = fovea_shape_make(1, (int64_t[]){2});
    fovea_view inputs[] = {{FOVEA_F32, two_by_two, a}, {FOVEA_F32, two, b}};
    fovea_view seed = {FOVEA_F32, two_by_two, ones}, short_seed = {FOVEA_F32, two, ones};
    for (int64_t samples = 2; samples <= 32; samples *= 16) {
        fovea_session *session = new_session(graph, samples, 1, NULL);
        forward(session, inputs, 2);
        expect_floats(value_of(session, product), (float[]){5, -2, 15, -4}, 4);
        expect_floats(value_of(session, square), (float[]){25, 1}, 2);
        assert_int_equal(fovea_session_backward(session, sum, &seed, NULL), FOVEA_OK);
        expect_gradient(session, x, ones, 4);
        expect_gradient(session, y, (float[]){2, 2}, 2);
        assert_int_equal(fovea_session_backward(session, product, &seed, NULL), FOVEA_OK);
        expect_gradient(session, x, (float[]){5, -1, 5, -1}, 4);
        expect_gradient(session, y, (float[]){4, 6}, 2);
        assert_int_equal(fovea_session_backward(session, square, &short_seed, NULL), FOVEA_OK);
        expect_gradient(session, x, (float[]){0, 0, 0, 0}, 4);
        expect_gradient(session, y, (float[]){10, -2}, 2);
        fovea_session_free(session);
    }
    assert_int_equal(fovea_session_create(
                         graph,
                         &(fovea_session_options){
                             .size = sizeof(fovea_session_options), .samples = 16, .plan = "n16"},
                         &(fovea_session *){NULL}, NULL),
                     FOVEA_UNSUPPORTED);
    fovea_graph_free(graph);
}

static void no_gradient_flows_through_an_operator_without_a_derivative(void **state) {
    (void)state;
    fovea_graph *graph = new_graph();
    fovea_value x = batched_input(graph, "x", FOVEA_F32, 2, (int64_t[]){1, 2}), w, unused;
    fovea_shape two = fovea_shape_make(1, (int64_t[]){2});
    assert_int_equal(fovea_graph_add_parameter(graph, "w", FOVEA_F32, &two, 1, 0, &w, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_graph_add_parameter(graph, "u", FOVEA_F32, &two, 1, 0, &unused, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_graph_set_parameter(graph, "w", (double[]){2, -3}, 2, NULL), FOVEA_OK);
    fovea_value scaled = node(graph, "Mul", "scaled", 2, (fovea_value[]){x, w});
    fovea_value is_positive = add_positive(graph, "positive", scaled);
    fovea_value aside = node(graph, "Mul", "aside", 2, (fovea_value[]){x, unused});
    fovea_value aside_positive = add_positive(graph, "aside positive", aside);
    fovea_value out = node(graph, "Relu", "out", 1, &scaled);
    output(graph, out);
    output(graph, is_positive);
    output(graph, aside_positive);
    float a[] = {1, 1, -1, -1}, ones[] = {1, 1, 1, 1};
    fovea_shape shape = fovea_shape_make(2, (int64_t[]){2, 2});
    fovea_view input = {FOVEA_F32, shape, a}, seed = {FOVEA_F32, shape, ones};
    fovea_session *session = new_session(graph, 32, 1, NULL);
    forward(session, &input, 1);
    fovea_tensor *tensor = value_of(session, is_positive);
    fovea_view view = fovea_tensor_view(tensor);
    assert_int_equal(view.type, FOVEA_BOOL);
    assert_memory_equal(view.data, ((uint8_t[]){1, 0, 0, 1}), 4);
    fovea_tensor_free(tensor);
    assert_int_equal(fovea_session_backward(session, out, &seed, NULL), FOVEA_OK);
    expect_gradient(session, x, (float[]){2, 0, 0, -3}, 4);
    expect_gradient(session, w, (float[]){1, -1}, 2);
    expect_gradient(session, unused, (float[]){0, 0}, 2);
    assert_int_equal(fovea_session_gradient(session, is_positive, &tensor, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_session_gradient(session, aside, &tensor, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_error error;
    assert_int_equal(fovea_session_backward(session, is_positive, &seed, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "positive"));
    fovea_session_free(session);
    fovea_graph_free(graph);
}

static void buffers_have_any_type_and_only_floats_are_trained(void **state) {
    (void)state;
    static const fovea_type types[] = {FOVEA_I64, FOVEA_I32, FOVEA_I16, FOVEA_I8,  FOVEA_U64,
                                       FOVEA_U32, FOVEA_U16, FOVEA_U8,  FOVEA_BOOL};
    fovea_graph *graph = new_graph();
    fovea_shape two = fovea_shape_make(1, (int64_t[]){2});
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        fovea_value value;
        const char *name = fovea_type_name(types[t]);
        assert_int_equal(fovea_graph_add_parameter(graph, name, types[t], &two, 1, 0, &value, NULL),
                         FOVEA_UNSUPPORTED);
        assert_int_equal(fovea_graph_add_parameter(graph, name, types[t], &two, 0, 0, &value, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea_graph_set_parameter(graph, name, (double[]){0, 1}, 2, NULL),
                         FOVEA_OK);
        fovea_view view = fovea_graph_parameter(graph, value);
        size_t size = fovea_type_size(types[t]);
        uint8_t wanted[16] = {0};
        wanted[size] = 1;
        assert_memory_equal(view.data, wanted, 2 * size);
        bool is_signed = fovea_type_name(types[t])[0] == 'I';
        assert_int_equal(fovea_graph_set_parameter(graph, name, (double[]){-1}, 1, NULL),
                         is_signed ? FOVEA_OK : FOVEA_INVALID_ARGUMENT);
        assert_int_equal(fovea_graph_set_parameter(graph, name, (double[]){1e30}, 1, NULL),
                         FOVEA_INVALID_ARGUMENT);
    }
    fovea_value value;
    assert_int_equal(fovea_graph_add_parameter(graph, "h", FOVEA_F16, &two, 0, 0, &value, NULL),
                     FOVEA_UNSUPPORTED);
    fovea_graph_free(graph);
}

static void outputs_of_a_node_may_have_names_of_their_own(void **state) {
    (void)state;
    fovea_graph *graph = new_graph();
    fovea_value x = batched_input(graph, "x", FOVEA_F32, 2, (int64_t[]){1, 2}), out;
    const char *name = "relu_out";
    assert_int_equal(
        fovea_graph_add_node_named(graph, "Relu", "x", &x, 1, NULL, 0, &name, &out, NULL),
        FOVEA_OK);
    assert_string_equal(fovea_graph_value(graph, out).name, "relu_out");
    assert_int_equal(fovea_graph_find_node(graph, "x"), 0);
    assert_int_equal(fovea_graph_find_value(graph, "x"), x);
    assert_int_equal(
        fovea_graph_add_node_named(graph, "Relu", "second", &x, 1, NULL, 0, &name, &out, NULL),
        FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_graph_node_count(graph), 1);
    const char *none = NULL;
    assert_int_equal(
        fovea_graph_add_node_named(graph, "Relu", "second", &x, 1, NULL, 0, &none, &out, NULL),
        FOVEA_OK);
    assert_string_equal(fovea_graph_value(graph, out).name, "second");
    fovea_graph_free(graph);
}

// A small net over `samples` pictures that are the batch, or a fixed shape.
static fovea_graph *picture_net(bool fixed, int64_t samples) {
    fovea_graph *graph = new_graph();
    const int64_t in[] = {samples, 2, 6, 7};
    fovea_value x = fixed ? fixed_input(graph, "x", FOVEA_F32, 4, in)
                          : batched_input(graph, "x", FOVEA_F32, 4, in);
    fovea_value w, out;
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){3, 2, 3, 3});
    assert_int_equal(fovea_graph_add_parameter(graph, "w", FOVEA_F32, &shape, 1, 18, &w, NULL),
                     FOVEA_OK);
    fovea_graph_initialize(graph, 3);
    out = node(graph, "Conv", "conv", 2, (fovea_value[]){x, w});
    out = node(graph, "Relu", "relu", 1, &out);
    out = node(graph, "Mul", "square", 2, (fovea_value[]){out, out});
    out = node(graph, "Dropout", "dropout", 1, &out);
    out = node(graph, "GlobalAveragePool", "pool", 1, &out);
    out = node(graph, "Flatten", "flatten", 1, &out);
    output(graph, out);
    return graph;
}

static void a_fixed_batch_gives_the_bits_of_an_open_one(void **state) {
    (void)state;
    enum { SAMPLES = 20 };
    static float x[SAMPLES * 2 * 6 * 7], ones[SAMPLES * 3];
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)((i * 2654435761u >> 20) & 1023) / 512 - 1;
    for (int i = 0; i < SAMPLES * 3; i++) ones[i] = 1;
    fovea_view input = {FOVEA_F32, fovea_shape_make(4, (int64_t[]){SAMPLES, 2, 6, 7}), x};
    fovea_view seed = {FOVEA_F32, fovea_shape_make(2, (int64_t[]){SAMPLES, 3}), ones};
    fovea_tensor *made[2][3];
    for (int fixed = 0; fixed < 2; fixed++) {
        fovea_graph *graph = picture_net(fixed, SAMPLES);
        fovea_session_options options;
        fovea_session *session;
        fovea_session_options_default(&options);
        options.samples = fixed ? 1 : SAMPLES;
        options.gradients = options.training = 1;
        options.plan = "plain";
        assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
        forward(session, &input, 1);
        fovea_value out = fovea_graph_output(graph, 0);
        made[fixed][0] = value_of(session, out);
        assert_int_equal(fovea_session_backward(session, out, &seed, NULL), FOVEA_OK);
        const char *names[] = {"x", "w"};
        for (int i = 0; i < 2; i++)
            assert_int_equal(
                fovea_session_gradient(session, fovea_graph_find_value(graph, names[i]),
                                       &made[fixed][1 + i], NULL),
                FOVEA_OK);
        fovea_session_free(session);
        fovea_graph_free(graph);
    }
    for (int i = 0; i < 3; i++) {
        fovea_view a = fovea_tensor_view(made[0][i]), b = fovea_tensor_view(made[1][i]);
        assert_true(fovea_shape_equal(&a.shape, &b.shape));
        assert_memory_equal(a.data, b.data, (size_t)fovea_shape_count(&a.shape) * sizeof(float));
        fovea_tensor_free(made[0][i]);
        fovea_tensor_free(made[1][i]);
    }
}

static void a_fixed_batch_takes_no_other(void **state) {
    (void)state;
    fovea_graph *graph = picture_net(true, 2);
    fovea_session *session = new_session(graph, 4, 0, NULL);
    static float x[4 * 2 * 6 * 7];
    fovea_view input = {FOVEA_F32, fovea_shape_make(4, (int64_t[]){4, 2, 6, 7}), x};
    fovea_error error;
    assert_int_equal(fovea_session_forward(session, &input, 1, &error), FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "2×2×6×7"));
    input.shape.dim[0] = 2;
    forward(session, &input, 1);
    const uint8_t *picture[4] = {NULL};
    assert_int_equal(fovea__session_forward_pictures(session, picture, NULL, 4, &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_session_free(session);
    fovea_graph_free(graph);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_without_a_batch_has_any_rank_and_type),
        cmocka_unit_test(a_graph_of_scalars_runs_forward_and_backward),
        cmocka_unit_test(several_inputs_and_outputs_each_have_their_gradient),
        cmocka_unit_test(no_gradient_flows_through_an_operator_without_a_derivative),
        cmocka_unit_test(buffers_have_any_type_and_only_floats_are_trained),
        cmocka_unit_test(outputs_of_a_node_may_have_names_of_their_own),
        cmocka_unit_test(a_fixed_batch_gives_the_bits_of_an_open_one),
        cmocka_unit_test(a_fixed_batch_takes_no_other),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
