// SPDX-License-Identifier: MIT
// The picture of a graph: which blocks are folded, what its boxes say, and running out of memory.
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

static const char *drawn(const char *net, int unfold, int every_node) {
    fovea_context *context;
    fovea_model_options options;
    fovea_graph_figure_options chosen;
    fovea_model *model;
    fovea_figure *figure;
    fovea_error error;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model_options_default(&options);
    options.shapes_only = 1;
    if (strchr(net, ' ')) options.input = fovea_shape_make(3, (int64_t[]){4, 16, 16});
    if (fovea_model_open(context, net, &options, &model, &error)) fail_msg("%s", error.text);
    fovea_graph_figure_options_default(&chosen);
    chosen.unfold = unfold;
    chosen.every_node = every_node;
    if (fovea_figure_graph(context, fovea_model_graph(model), &chosen, &figure, &error))
        fail_msg("%s", error.text);
    const char *text = said(context, figure);
    fovea_model_free(model);
    fovea_context_free(context);
    return text;
}

static void blocks_of_the_known_nets_are_folded(void **state) {
    (void)state;
    const char *text = drawn("resnet50", 0, 0);
    assert_int_equal(times(text, "× 2  layer1.1 … layer1.2\n"), 1);
    assert_int_equal(times(text, "× 3  layer2.1 … layer2.3\n"), 1);
    assert_int_equal(times(text, "× 5  layer3.1 … layer3.5\n"), 1);
    assert_int_equal(times(text, "× 2  layer4.1 … layer4.2\n"), 1);
    assert_int_equal(times(text, "\n× "), 4);
    // What follows a fold comes from the block that stands for its last one.
    assert_int_equal(times(text, "312  <- layer3.1.add\n"), 1);
    text = drawn("squeezenet1_1", 0, 0);
    assert_int_equal(times(text, "\n× 2"), 3);  // 11 and 12 differ: dropout follows the last
    assert_int_equal(times(text, "1040 … 2064"), 1);
    text = drawn("vgg16", 0, 0);
    assert_int_equal(times(text, "× 3  features.10 … features.14\n"), 1);
    text = drawn("lenet5", 0, 0);
    assert_int_equal(times(text, "× "), 0);
}

static void runs_of_several_segments_are_folded(void **state) {
    (void)state;
    // Depthwise and pointwise in turn, three times; the first makes the channels four.
    const char *text = drawn(
        "conv 4 3 pad=1 groups=4 name=a1, relu, conv 4 1 name=b1, relu, conv 4 3 pad=1 groups=4 "
        "name=a2, relu, conv 4 1 name=b2, relu, conv 4 3 pad=1 groups=4 name=a3, relu, conv 4 1 "
        "name=b3, relu, gap, flatten, linear 2",
        0, 0);
    assert_int_equal(times(text, "× 3  a1 … a3\n"), 1);
    assert_int_equal(times(text, "conv2d"), 2);
    // Another activation is another block.
    text = drawn("conv 4 1, relu, conv 4 1, tanh, conv 4 1, relu, gap", 0, 0);
    assert_int_equal(times(text, "× "), 0);
}

static void every_block_and_node_can_be_asked_for(void **state) {
    (void)state;
    const char *text = drawn("resnet50", 1, 0);
    assert_int_equal(times(text, "\n× "), 0);
    assert_int_equal(times(text, ".conv2  conv2d 3×3"), 16);
    text = drawn("lenet5", 1, 1);
    assert_int_equal(times(text, "\nrelu"), 4);
    assert_int_equal(times(text, "flatten1  flatten  400  <- maxpool2\n"), 1);
}

static fovea_status draw_small(fovea_context *context, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model;
    fovea_figure *figure = NULL;
    char *text = NULL;
    fovea_model_options_default(&options);
    options.input = fovea_shape_make(3, (int64_t[]){4, 8, 8});
    const char *net = "conv 4 1 as a, relu, conv 4 1, add a, conv 4 1, conv 4 1, conv 4 1, gap";
    fovea_status status = fovea_model_open(context, net, &options, &model, error);
    if (status != FOVEA_OK) return status;
    status = fovea_figure_graph(context, fovea_model_graph(model), NULL, &figure, error);
    if (status == FOVEA_OK) status = fovea_figure_text(context, figure, &text, error);
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
    fovea_model_free(model);
    return status;
}

static void every_failing_allocation_is_reported(void **state) {
    (void)state;
    failing_sweep(draw_small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_the_known_nets_are_folded),
        cmocka_unit_test(runs_of_several_segments_are_folded),
        cmocka_unit_test(every_block_and_node_can_be_asked_for),
        cmocka_unit_test(every_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
