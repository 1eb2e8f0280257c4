// SPDX-License-Identifier: MIT
// What the operators make of shapes, and what they refuse with which words.
#include "layer_call.h"

static void makes(const char *op, const char *attributes, const char *inputs, const char *want) {
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    fovea_error error = {0};
    if (layer_infer(op, attributes, inputs, out, &error)) {
        fail_msg("%s %s on %s: %s", op, attributes, inputs, error.text);
    }
    fovea_shape shape = layer_shape(want);
    char text[128];
    fovea_shape_format(&out[0].shape, text, sizeof text);
    if (!fovea_shape_equal(&out[0].shape, &shape)) {
        fail_msg("%s %s on %s gives %s, wants %s", op, attributes, inputs, text, want);
    }
}

static void refuses(const char *op, const char *attributes, const char *inputs, fovea_status status,
                    const char *words) {
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    fovea_error error = {0};
    fovea_status got = layer_infer(op, attributes, inputs, out, &error);
    if (got != status || !strstr(error.text, words)) {
        fail_msg("%s %s on %s: %s \"%s\", wants %s and \"%s\"", op, attributes, inputs,
                 fovea_status_name(got), error.text, fovea_status_name(status), words);
    }
}

static void pools_have_pytorchs_sizes(void **state) {
    (void)state;
    makes("maxpool", "kernel=2", "Nx16x32x32", "Nx16x16x16");
    makes("maxpool", "kernel=2", "Nx16x7x9", "Nx16x3x4");
    makes("maxpool", "kernel=2 ceil=1", "Nx16x7x9", "Nx16x4x5");
    makes("maxpool", "kernel=3 stride=2", "Nx1x8", "Nx1x3");
    makes("maxpool", "kernel=3 stride=2 padding=1", "Nx64x112x112", "Nx64x56x56");
    makes("maxpool", "kernel=3 dilation=2 stride=1", "Nx1x9x9", "Nx1x5x5");
    // the window that would begin in the end padding is left out
    makes("maxpool", "kernel=2 stride=2 padding=1 ceil=1", "Nx1x2", "Nx1x2");
    makes("avgpool", "kernel=2,3 stride=1", "Nx1x4x5", "Nx1x3x3");
    makes("avgpool", "kernel=2", "2x3x4x4x4", "2x3x2x2x2");
    makes("gap", "", "Nx512x7x7", "Nx512x1x1");
    makes("adaptive_avgpool", "output_size=6", "Nx256x13x13", "Nx256x6x6");
}

static void pools_refuse_with_the_numbers(void **state) {
    (void)state;
    refuses("maxpool", "kernel=5", "Nx1x3x3", FOVEA_SHAPE_MISMATCH, "N×1×3×3");
    refuses("maxpool", "kernel=2", "Nx10", FOVEA_SHAPE_MISMATCH, "N×10");
    refuses("maxpool", "kernel=2 padding=2", "Nx1x8x8", FOVEA_INVALID_ARGUMENT, "as wide as");
    refuses("maxpool", "kernel=2,2,2", "Nx1x8x8", FOVEA_INVALID_ARGUMENT, "3 numbers");
    refuses("adaptive_avgpool", "output_size=1048576", "Nx4x8x8", FOVEA_SHAPE_MISMATCH,
            "more than");
}

static void flatten_keeps_the_batch(void **state) {
    (void)state;
    makes("flatten", "", "Nx8x8x8", "Nx512");
    makes("flatten", "axis=2", "2x3x4x5", "6x20");
    makes("flatten", "axis=0", "2x3", "1x6");
    makes("flatten", "", "7", "7x1");
    refuses("flatten", "axis=2", "Nx8x8", FOVEA_SHAPE_MISMATCH, "N×8×8");
    refuses("flatten", "axis=0", "Nx8", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("flatten", "axis=5", "Nx8", FOVEA_INVALID_ARGUMENT, "2 dimensions");
}

static void batchnorm_wants_a_number_a_channel(void **state) {
    (void)state;
    makes("batchnorm", "", "Nx3x4x4 3 3 3 3", "Nx3x4x4");
    refuses("batchnorm", "", "Nx3x4x4 3 3 4 3", FOVEA_SHAPE_MISMATCH, "input 3 is 4, wants 3");
    refuses("batchnorm", "", "3 3 3 3 3", FOVEA_SHAPE_MISMATCH, "N×C");
}

static void operands_are_broadcast_like_numpy(void **state) {
    (void)state;
    makes("add", "", "Nx3x4x5 3x1x1", "Nx3x4x5");
    makes("add", "", "1 Nx3", "Nx3");
    makes("mul", "", "Nx1x4 3x1", "Nx3x4");
    refuses("add", "", "Nx16x8x8 Nx32x8x8", FOVEA_SHAPE_MISMATCH, "N×16×8×8 and N×32×8×8");
    refuses("add", "", "Nx3 2x3", FOVEA_SHAPE_MISMATCH, "do not fit");
}

static void concat_pad_and_slice_know_their_limits(void **state) {
    (void)state;
    makes("concat", "", "Nx16x8x8 Nx32x8x8", "Nx48x8x8");
    makes("concat", "axis=-1", "Nx2x3 Nx2x4", "Nx2x7");
    refuses("concat", "", "Nx16x8x8 Nx32x4x8", FOVEA_SHAPE_MISMATCH, "N×32×4×8");
    refuses("concat", "axis=0", "Nx3 Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    makes("pad", "pads=2", "Nx1x28x28", "Nx1x32x32");
    makes("pad", "pads=0,8,0,0,0,8,0,0", "Nx16x8x8", "Nx32x8x8");
    refuses("pad", "pads=1,2,3", "Nx1x28x28", FOVEA_INVALID_ARGUMENT, "wants 8");
    refuses("pad", "pads=1,0,0,0", "Nx4", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("pad", "pads=-3", "Nx1x6x6", FOVEA_SHAPE_MISMATCH, "leaves nothing");
    makes("slice", "starts=0,0 ends=99,99 axes=2,3 steps=2,2", "Nx16x32x32", "Nx16x16x16");
    makes("slice", "starts=-2 ends=9223372036854775807 axes=1", "Nx5", "Nx2");
    refuses("slice", "starts=0 ends=1", "Nx5", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("slice", "starts=3 ends=3 axes=1", "Nx5", FOVEA_SHAPE_MISMATCH, "nothing");
    refuses("slice", "starts=0,1 ends=3 axes=1", "Nx5", FOVEA_INVALID_ARGUMENT, "as many");
    refuses("slice", "starts=0,0 ends=2,2 axes=1,1", "Nx5", FOVEA_INVALID_ARGUMENT, "twice");
    refuses("slice", "starts=0 ends=3 axes=1 steps=0", "Nx5", FOVEA_INVALID_ARGUMENT, "step");
}

static void the_open_batch_is_kept_by_what_moves_numbers(void **state) {
    (void)state;
    makes("reshape", "shape=0,-1", "Nx3x4", "Nx12");
    makes("reshape", "shape=-1,2,6", "Nx3x4", "Nx2x6");
    makes("reshape", "shape=0,0,2,-1", "Nx3x4", "Nx3x2x2");
    makes("reshape", "shape=-1,6", "4x3", "2x6");
    makes("reshape", "", "1x1", "");
    refuses("reshape", "shape=-1,6", "Nx3x4", FOVEA_SHAPE_MISMATCH, "-1×6 of N×3×4");
    refuses("reshape", "shape=1,12", "Nx3x4", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("reshape", "shape=-1,-1", "3x4", FOVEA_SHAPE_MISMATCH, "only one");
    refuses("reshape", "shape=5,-1", "3x4", FOVEA_SHAPE_MISMATCH, "whole number");
    refuses("reshape", "shape=0,0,0", "3x4", FOVEA_SHAPE_MISMATCH, "copies");
    makes("squeeze", "axes=2,3", "Nx512x1x1", "Nx512");
    makes("squeeze", "", "1x3x1", "3");
    refuses("squeeze", "", "Nx3x1", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("squeeze", "axes=1", "Nx3x1", FOVEA_SHAPE_MISMATCH, "not 1");
    makes("unsqueeze", "axes=1,-1", "Nx3", "Nx1x3x1");
    makes("unsqueeze", "axes=0", "", "1");
    refuses("unsqueeze", "axes=0", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("unsqueeze", "axes=1,1", "Nx3", FOVEA_INVALID_ARGUMENT, "twice");
    makes("transpose", "perm=0,2,3,1", "Nx3x8x9", "Nx8x9x3");
    makes("transpose", "", "2x3x4", "4x3x2");
    refuses("transpose", "", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("transpose", "perm=0,2", "Nx3", FOVEA_INVALID_ARGUMENT, "axis is 2");
    refuses("transpose", "perm=0,1,1", "Nx3x4", FOVEA_INVALID_ARGUMENT, "twice");
    makes("expand", "shape=3,1", "Nx3x4", "Nx3x4");
    makes("expand", "shape=-1,1,8", "1x1x8", "Nx1x8");
    makes("expand", "shape=-1,3,1", "Nx1x4", "Nx3x4");
    refuses("expand", "shape=2,3", "Nx3", FOVEA_SHAPE_MISMATCH, "N×3 cannot");
    refuses("expand", "shape=2,1,1", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    makes("tile", "repeats=1,2,3", "Nx3x4", "Nx6x12");
    refuses("tile", "repeats=2,1", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("tile", "repeats=2", "Nx3", FOVEA_INVALID_ARGUMENT, "wants 2");
    refuses("tile", "repeats=1,1099511627776", "Nx8", FOVEA_SHAPE_MISMATCH, "more than");
}

static void blocks_of_pixels_become_channels_and_back(void **state) {
    (void)state;
    makes("depth_to_space", "block=2", "Nx8x3x5", "Nx2x6x10");
    makes("space_to_depth", "block=2", "Nx3x8x4", "Nx12x4x2");
    refuses("depth_to_space", "block=2", "Nx6x3x5", FOVEA_SHAPE_MISMATCH, "no multiple of the 4");
    refuses("space_to_depth", "block=2", "Nx3x5x4", FOVEA_SHAPE_MISMATCH, "side 2");
    refuses("space_to_depth", "block=2", "Nx3x5", FOVEA_SHAPE_MISMATCH, "N×C×H×W");
}

static void sizes_come_from_scales_or_are_given(void **state) {
    (void)state;
    makes("resize", "scale=2,2", "Nx3x8x9", "Nx3x16x18");
    makes("resize", "scale=1,1,0.7,0.3", "Nx3x10x10", "Nx3x7x3");
    makes("resize", "size=0,0,5,0", "Nx3x8x9", "Nx3x5x9");
    makes("resize", "size=20", "2x3x8", "2x3x20");
    refuses("resize", "", "Nx3x8x9", FOVEA_INVALID_ARGUMENT, "scales or sizes");
    refuses("resize", "scale=2,2,2", "Nx3x8x9", FOVEA_INVALID_ARGUMENT, "wants 4");
    refuses("resize", "scale=2,1,1,1", "Nx3x8x9", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("resize", "size=2,3,8,9", "Nx3x8x9", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("resize", "scale=0.1,0.1", "Nx3x8x9", FOVEA_SHAPE_MISMATCH, "nothing is left");
    refuses("resize", "scale=1000000000,1000000000", "1x3x8x9", FOVEA_SHAPE_MISMATCH, "more than");
    refuses("resize", "mode=1 antialias=1 size=1,1", "Nx3x4096x9", FOVEA_UNSUPPORTED, "mix");
    refuses("resize", "coordinates=5 scale=2,2", "Nx3x8x9", FOVEA_INVALID_ARGUMENT, "roi");
}

static void softmax_needs_an_axis_that_is_there(void **state) {
    (void)state;
    makes("softmax", "", "Nx10", "Nx10");
    refuses("softmax", "axis=2", "Nx10", FOVEA_INVALID_ARGUMENT, "2 dimensions");
    refuses("softmax", "axis=0", "Nx10", FOVEA_SHAPE_MISMATCH, "batch");
}

static void types_other_than_floats_are_not_computed(void **state) {
    (void)state;
    fovea__attributes attributes;
    fovea__signature in[2] = {{FOVEA_I64, layer_shape("2x3")}, {FOVEA_F32, layer_shape("2x3")}};
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    fovea_error error = {0};
    const fovea__op *relu = fovea__op_find("Relu"), *add = fovea__op_find("Add");
    fovea__attributes_default(relu, &attributes);
    assert_int_equal(relu->shape(&attributes, in, 1, out, &error), FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "I64"));
    in[0].type = FOVEA_F64;
    assert_int_equal(add->shape(&attributes, in, 2, out, &error), FOVEA_UNSUPPORTED);
}

static void every_operator_describes_itself(void **state) {
    (void)state;
    size_t count;
    const fovea__op *const *table = fovea__op_table(&count);
    for (size_t i = 0; i < count; i++) {
        const fovea__op *op = table[i];
        assert_true(op->name && op->text && op->label && op->help && op->shape && op->forward);
        assert_ptr_equal(fovea__op_find(op->name), op);
        assert_ptr_equal(fovea__op_find_text(op->text), op);
        for (int p = 0; p < FOVEA__MAX_PARAMETERS && op->parameter[p].name; p++) {
            const fovea__parameter *parameter = &op->parameter[p];
            assert_non_null(parameter->help);
            if (fovea__is_list(parameter->kind)) continue;  // left out, its numbers are worked out
            assert_true(parameter->minimum <= parameter->standard &&
                        parameter->standard <= parameter->maximum);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_have_pytorchs_sizes),
        cmocka_unit_test(pools_refuse_with_the_numbers),
        cmocka_unit_test(flatten_keeps_the_batch),
        cmocka_unit_test(batchnorm_wants_a_number_a_channel),
        cmocka_unit_test(operands_are_broadcast_like_numpy),
        cmocka_unit_test(concat_pad_and_slice_know_their_limits),
        cmocka_unit_test(the_open_batch_is_kept_by_what_moves_numbers),
        cmocka_unit_test(blocks_of_pixels_become_channels_and_back),
        cmocka_unit_test(sizes_come_from_scales_or_are_given),
        cmocka_unit_test(softmax_needs_an_axis_that_is_there),
        cmocka_unit_test(types_other_than_floats_are_not_computed),
        cmocka_unit_test(every_operator_describes_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
