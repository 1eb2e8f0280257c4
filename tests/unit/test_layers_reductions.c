// SPDX-License-Identifier: MIT
// Reductions of integers, places of extreme values, what is exact, and what is refused.
#include "layer_call.h"

static fovea_status run(const char *name, const char *attributes, fovea_type type,
                        const char *shape, const void *numbers, fovea_type out_type, void *out,
                        fovea__signature *made) {
    const fovea__op *op = fovea__op_find_text(name);
    fovea__attributes values;
    fovea_error error = {0};
    assert_non_null(op);
    layer_attributes(op, attributes, &values);
    fovea__signature in = {type, layer_shape(shape)};
    fovea_status status = op->shape(&values, &in, 1, made, &error);
    if (status != FOVEA_OK) return status;
    assert_int_equal(made->type, out_type);
    fovea_view x = {type, in.shape, (void *)(uintptr_t)numbers}, y = {out_type, made->shape, out};
    fovea__call call = {.attributes = &values,
                        .cpu = fovea__cpu_best(),
                        .in = &x,
                        .in_count = 1,
                        .out = &y,
                        .out_count = 1};
    assert_int_equal(op->forward(&call, &error), FOVEA_OK);
    return FOVEA_OK;
}

static void integers_are_reduced_as_integers(void **state) {
    (void)state;
    const int64_t x[6] = {3, -4, INT64_C(9007199254740993), 5, 7, -2};
    int64_t y[3];
    fovea__signature made;
    run("reduce_sum", "axes=0 keepdims=0", FOVEA_I64, "2x3", x, FOVEA_I64, y, &made);
    assert_int_equal(made.shape.rank, 1);
    assert_true(y[0] == 8 && y[1] == 3 && y[2] == INT64_C(9007199254740991));
    run("reduce_prod", "axes=1", FOVEA_I64, "3x2", x, FOVEA_I64, y, &made);
    assert_true(y[0] == -12 && y[2] == -14);
    run("reduce_max", "axes=-1", FOVEA_I64, "2x3", x, FOVEA_I64, y, &made);
    assert_true(y[0] == x[2] && y[1] == 7);
    run("reduce_min", "", FOVEA_I64, "2x3", x, FOVEA_I64, y, &made);
    assert_true(made.shape.rank == 2 && y[0] == -4);
    run("reduce_l1", "keepdims=0", FOVEA_I64, "2", x, FOVEA_I64, y, &made);
    assert_true(made.shape.rank == 0 && y[0] == 7);
    const uint8_t bytes[4] = {200, 7, 255, 0};
    uint8_t byte[2];
    run("reduce_max", "axes=1", FOVEA_U8, "2x2", bytes, FOVEA_U8, byte, &made);
    assert_true(byte[0] == 200 && byte[1] == 255);
    assert_int_equal(run("reduce_l2", "", FOVEA_I64, "2", x, FOVEA_I64, y, &made),
                     FOVEA_UNSUPPORTED);
}

static void sums_of_floats_are_rounded_once(void **state) {
    (void)state;
    enum { COUNT = 100001 };
    static float x[COUNT];
    for (int i = 0; i < COUNT; i++) x[i] = i % 2 ? 0.1f : 1e7f;
    float sum;
    fovea__signature made;
    double exact = 50001.0 * 1e7 + 50000.0 * (double)0.1f;
    run("reduce_sum", "", FOVEA_F32, "100001", x, FOVEA_F32, &sum, &made);
    assert_true(sum == (float)exact);
    run("reduce_sum", "axes=0", FOVEA_F32, "100001x1", x, FOVEA_F32, &sum, &made);
    assert_true(sum == (float)exact);
}

static void what_has_no_number_is_seen(void **state) {
    (void)state;
    const float x[6] = {1, NAN, 3, -INFINITY, -INFINITY, -INFINITY};
    float y[2];
    int64_t at[2];
    fovea__signature made;
    run("reduce_max", "axes=1", FOVEA_F32, "2x3", x, FOVEA_F32, y, &made);
    assert_true(isnan(y[0]) && y[1] == -INFINITY);
    run("reduce_log_sum_exp", "axes=1", FOVEA_F32, "2x3", x, FOVEA_F32, y, &made);
    assert_true(isnan(y[0]) && y[1] == -INFINITY);
    run("argmin", "axis=1", FOVEA_F32, "2x3", x, FOVEA_I64, at, &made);
    assert_true(at[0] == 1 && at[1] == 0);
    run("argmax", "axis=1 last=1 keepdims=0", FOVEA_F32, "2x3", x, FOVEA_I64, at, &made);
    assert_true(made.shape.rank == 1 && at[0] == 1 && at[1] == 2);
}

static void no_axes_are_all_or_none(void **state) {
    (void)state;
    const float x[4] = {1, -2, 3, -4};
    float y[4];
    fovea__signature made;
    run("reduce_sum_square", "keepdims=0", FOVEA_F32, "2x2", x, FOVEA_F32, y, &made);
    assert_true(made.shape.rank == 0 && y[0] == 30);
    run("reduce_sum_square", "noop=1 keepdims=0", FOVEA_F32, "2x2", x, FOVEA_F32, y, &made);
    assert_true(made.shape.rank == 2 && y[0] == 1 && y[1] == 4 && y[3] == 16);
}

static void refuses(const char *name, const char *attributes, const char *inputs,
                    fovea_status status, const char *word) {
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    fovea_error error = {0};
    assert_int_equal(layer_infer(name, attributes, inputs, out, &error), status);
    if (!strstr(error.text, word)) fail_msg("%s: '%s' lacks '%s'", name, error.text, word);
}

static void makes(const char *name, const char *attributes, const char *inputs, const char *shape) {
    fovea__signature out[FOVEA__MAX_OUTPUTS];
    fovea_error error = {0};
    fovea_shape wanted = layer_shape(shape);
    if (layer_infer(name, attributes, inputs, out, &error)) fail_msg("%s: %s", name, error.text);
    assert_true(fovea_shape_equal(&out[0].shape, &wanted));
}

static void the_batch_stays_where_it_is(void **state) {
    (void)state;
    makes("reduce_mean", "axes=2,3 keepdims=0", "Nx3x4x5", "Nx3");
    makes("argmax", "axis=1", "Nx10", "Nx1");
    makes("matmul", "", "Nx3x4 4x5", "Nx3x5");
    makes("matmul", "", "Nx3x4 Nx4x5", "Nx3x5");
    makes("matmul", "", "2x3 Nx3x5", "Nx2x5");
    makes("matmul", "", "3 Nx3x5", "Nx5");
    makes("gemm", "", "Nx3 3x5 1x5", "Nx5");
    makes("convtranspose", "stride=2 padding=1 output_padding=1", "Nx3x7x8 3x2x3x3", "Nx2x14x16");
    refuses("reduce_mean", "", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("argmax", "axis=0", "Nx3", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("matmul", "", "Nx3 2x3x5", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("matmul", "", "5x2 Nx5", FOVEA_SHAPE_MISMATCH, "columns of the first");
    refuses("gemm", "turn_a=1", "Nx3 4x5", FOVEA_SHAPE_MISMATCH, "batch");
    refuses("layernorm", "axis=0", "Nx3 3", FOVEA_SHAPE_MISMATCH, "batch");
}

static void wrong_shapes_are_refused(void **state) {
    (void)state;
    refuses("reduce_sum", "axes=1,-1", "2x3", FOVEA_INVALID_ARGUMENT, "twice");
    refuses("reduce_sum", "axes=2", "2x3", FOVEA_INVALID_ARGUMENT, "2 dimensions");
    refuses("matmul", "", "2x3 4x5", FOVEA_SHAPE_MISMATCH, "2×3 times 4×5");
    refuses("matmul", "", "2x3x4 5x4x6", FOVEA_SHAPE_MISMATCH, "equal or 1");
    refuses("gemm", "", "2x3 3x4 5", FOVEA_SHAPE_MISMATCH, "addend");
    refuses("groupnorm", "groups=3", "Nx4x5 4 4", FOVEA_SHAPE_MISMATCH, "3 groups");
    refuses("layernorm", "axis=1", "Nx4x5 5", FOVEA_SHAPE_MISMATCH, "dimensions from 1");
    refuses("instancenorm", "", "Nx4x5 5", FOVEA_SHAPE_MISMATCH, "wants 4");
    refuses("convtranspose", "", "Nx3x4 4x2x3", FOVEA_SHAPE_MISMATCH, "4 channels");
    refuses("convtranspose", "padding=9", "Nx3x4 3x2x3", FOVEA_SHAPE_MISMATCH, "leave no");
    refuses("convtranspose", "stride=2147483647", "Nx3x2147483647 3x2x3", FOVEA_SHAPE_MISMATCH,
            "leave no");
}

static void the_places_of_the_largest_values(void **state) {
    (void)state;
    const float x[8] = {1, 5, 2, 9, 9, 0, 3, NAN};
    int64_t at[2];
    fovea__signature made;
    run("maxpool_indices", "kernel=2", FOVEA_F32, "1x2x2x2", x, FOVEA_I64, at, &made);
    assert_true(at[0] == 3 && at[1] == 7);
    run("maxpool_indices", "kernel=1,2 by_columns=1", FOVEA_F32, "1x1x2x2", x, FOVEA_I64, at,
        &made);
    assert_true(at[0] == 2 && at[1] == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_reduced_as_integers),
        cmocka_unit_test(sums_of_floats_are_rounded_once),
        cmocka_unit_test(what_has_no_number_is_seen),
        cmocka_unit_test(no_axes_are_all_or_none),
        cmocka_unit_test(the_batch_stays_where_it_is),
        cmocka_unit_test(wrong_shapes_are_refused),
        cmocka_unit_test(the_places_of_the_largest_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
