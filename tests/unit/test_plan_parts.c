// SPDX-License-Identifier: MIT
// The parts of the plain plan give the bits of the operators' own functions, with any number of
// threads and any kernel set, and see every change of the weights.
#include "net_bits.h"

static const way ways[] = {
    {"plain,-parts", NULL, 1}, {"plain", NULL, 1},   {"plain,-chains", NULL, 2},
    {"plain", NULL, 2},        {"plain", NULL, 3},   {"plain", NULL, 8},
    {"plain", "avx512", 2},    {"plain", "avx2", 2}, {"plain", "reference", 2}};

#ifdef __SANITIZE_THREAD__
enum { WAYS = 5 };
#else
enum { WAYS = sizeof ways / sizeof ways[0] };
#endif

static void compare(const char *net, int32_t c, int32_t h, int32_t w, int64_t samples) {
    compare_ways(net, c, h, w, samples, samples + 2, ways, WAYS);
}

static void nets_give_the_bits_of_the_operators(void **state) {
    (void)state;
    compare(
        "conv 40 3 pad=1, relu, maxpool 2, conv 36 3 stride=2 pad=1, tanh, avgpool 2, flatten, "
        "linear 33, relu, linear 10",
        3, 33, 29, 1);
    compare(
        "conv 64 5x3 stride=2x1 pad=2x1 dilation=1x2 bias=0, gelu, batchnorm, "
        "maxpool 3 stride=2 pad=1, silu, conv 48 1 groups=2, sigmoid, gap, flatten, linear 3",
        3, 37, 22, 3);
}

static void transposed_convolutions_give_the_bits_of_the_operator(void **state) {
    (void)state;
    compare(
        "conv 12 3 stride=2 pad=1, groupnorm 3, relu as a, convtranspose 20 2 stride=2, "
        "instancenorm, relu, convtranspose 34 3 stride=3x2 pad=1 output_padding=2x1 groups=2 "
        "name=wide, leaky_relu, from a, convtranspose 5 3x2 dilation=2 bias=0, lrn 3, "
        "global_maxpool, flatten, layernorm, linear 4",
        3, 23, 21, 2);
}

// Whole groups of samples and more, in the plan that takes few.
static void batches_give_the_bits_of_the_operators(void **state) {
    (void)state;
    const char *net =
        "conv 24 3 pad=1 stride=2 bias=0, batchnorm, relu, conv 48 1, conv 48 3 pad=1 groups=48, "
        "relu, "
        "conv 40 3 pad=1 groups=8, gap, flatten, linear 3";
    compare(net, 3, 15, 13, 11);
    compare(net, 3, 9, 8, 37);
}

static void gradients_that_meet_are_added(void **state) {
    (void)state;
    compare(
        "conv 32 3 pad=1 as a, relu as b, conv 32 3 pad=1, add a, concat b, conv 33 1, "
        "leaky_relu, pad 1, from b, conv 32 3 stride=2 pad=1, gap, flatten, linear 4",
        2, 20, 23, 2);
    compare("flatten, linear 290 as f, tanh, linear 140 as g, from f, linear 140, add g, linear 3",
            2, 11, 13, 2);
}

static float first_output(fovea_session *session, const fovea_view *x, fovea_value y) {
    fovea_tensor *out;
    assert_int_equal(fovea_session_forward(session, x, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, y, &out, NULL), FOVEA_OK);
    float number = ((float *)fovea_tensor_view(out).data)[0];
    fovea_tensor_free(out);
    return number;
}

// Packed weights are kept from one forward pass to the next: not beyond a change of the weights,
// through set_parameter or the memory fovea_graph_parameter gave long ago.
static void changed_weights_are_seen(void **state) {
    (void)state;
    fovea_context *context;
    fovea_model *model;
    fovea_session *session;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model_options options;
    fovea_model_options_default(&options);
    const int64_t dims[] = {1, 4, 9, 9};
    options.input = fovea_shape_make(3, dims + 1);
    assert_int_equal(fovea_model_open(context, "conv 32 3 pad=1", &options, &model, NULL),
                     FOVEA_OK);
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_session_create(graph, NULL, &session, NULL), FOVEA_OK);
    float ones[4 * 9 * 9];
    for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++) ones[i] = 1;
    fovea_view x = {FOVEA_F32, fovea_shape_make(4, dims), ones};
    fovea_value y = fovea_graph_output(graph, 0);
    const fovea_value *in = fovea_graph_node(graph, 0).inputs;
    const char *weight = fovea_graph_value(graph, in[1]).name;
    const char *bias = fovea_graph_value(graph, in[2]).name;
    const double zero = 0, one = 1;
    first_output(session, &x, y);
    assert_int_equal(fovea_graph_set_parameter(graph, bias, &zero, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_set_parameter(graph, weight, &one, 1, NULL), FOVEA_OK);
    assert_true(first_output(session, &x, y) == 16);  // a corner: four pixels of four channels
    assert_true(first_output(session, &x, y) == 16);
    fovea_view w = fovea_graph_parameter(graph, in[1]);
    assert_true(first_output(session, &x, y) == 16);
    ((float *)w.data)[4] = 3;  // the middle of the kernel of the first channel
    assert_true(first_output(session, &x, y) == 18);
    ((float *)w.data)[4] = 5;
    assert_true(first_output(session, &x, y) == 20);
    fovea_session_free(session);
    fovea_model_free(model);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_give_the_bits_of_the_operators),
        cmocka_unit_test(transposed_convolutions_give_the_bits_of_the_operator),
        cmocka_unit_test(batches_give_the_bits_of_the_operators),
        cmocka_unit_test(gradients_that_meet_are_added),
        cmocka_unit_test(changed_weights_are_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
