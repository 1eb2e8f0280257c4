// SPDX-License-Identifier: MIT
// Operators on numbers small enough to be worked out by hand.
#include "kernels/splitting.h"
#include "layer_call.h"

static void set(const fovea_view *view, const double *value) {
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) layer_put(view, i, value[i]);
}
static void assert_values(const fovea_view *view, const double *want, double within) {
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        double got = layer_get(view, i);
        if (!(fabs(got - want[i]) <= within)) {
            fail_msg("place %lld is %.9g, wants %.9g", (long long)i, got, want[i]);
        }
    }
}

static void softmax_of_the_tutorial(void **state) {
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        layer_call *l = layer_make("softmax", "", "1x3", wide ? FOVEA_F64 : FOVEA_F32, false);
        set(&l->in[0], (const double[]){10, 6, 4});
        layer_forward(l);
        assert_values(&l->out[0], (const double[]){0.9796, 0.0179, 0.0024}, 1e-4);
        layer_free(l);
    }
}

static void pooling_a_square_of_sixteen(void **state) {
    (void)state;
    const double x[16] = {1, 3, 2, 1, 4, 6, 5, 0, 7, 2, 9, 8, 1, 0, 3, 4};
    layer_call *l = layer_make("maxpool", "kernel=2", "1x1x4x4", FOVEA_F32, false);
    set(&l->in[0], x);
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){6, 5, 7, 9}, 0);
    layer_free(l);
    l = layer_make("avgpool", "kernel=2", "1x1x4x4", FOVEA_F32, false);
    set(&l->in[0], x);
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){3.5, 2, 2.5, 6}, 0);
    layer_free(l);
    l = layer_make("gap", "", "1x1x4x4", FOVEA_F32, false);
    set(&l->in[0], x);
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){56.0 / 16}, 0);
    layer_free(l);
}

static void padding_of_an_average_counts_unless_told_otherwise(void **state) {
    (void)state;
    const double x[4] = {4, 8, 12, 16};
    layer_call *l = layer_make("avgpool", "kernel=2 padding=1", "1x1x2x2", FOVEA_F32, false);
    set(&l->in[0], x);
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){1, 2, 3, 4}, 0);
    layer_free(l);
    l = layer_make("avgpool", "kernel=2 padding=1 count_include_pad=0", "1x1x2x2", FOVEA_F32,
                   false);
    set(&l->in[0], x);
    layer_forward(l);
    assert_values(&l->out[0], x, 0);
    layer_free(l);
}

static void ceil_mode_adds_the_window_over_the_edge(void **state) {
    (void)state;
    layer_call *l = layer_make("maxpool", "kernel=2 ceil=1", "1x1x5", FOVEA_F32, false);
    set(&l->in[0], (const double[]){1, 2, 3, 4, -5});
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){2, 4, -5}, 0);
    layer_free(l);
}

static void batchnorm_training_normalises_and_moves_its_statistics(void **state) {
    (void)state;
    layer_call *l = layer_make("batchnorm", "eps=0", "4x1 1 1 1 1", FOVEA_F64, true);
    set(&l->in[0], (const double[]){1, 3, 5, 7});  // mean 4, variance 5, unbiased 20/3
    set(&l->in[1], (const double[]){2});
    set(&l->in[2], (const double[]){10});
    set(&l->in[3], (const double[]){0});
    set(&l->in[4], (const double[]){1});
    layer_forward(l);
    double s = 2 / sqrt(5);
    assert_values(&l->out[0], (const double[]){10 - 3 * s, 10 - s, 10 + s, 10 + 3 * s}, 1e-14);
    assert_values(&l->out[1], (const double[]){0.4}, 1e-15);
    assert_values(&l->out[2], (const double[]){0.9 + 0.1 * 20 / 3}, 1e-15);
    l->call.training = false;
    layer_forward(l);
    assert_values(&l->out[0], (const double[]){12, 16, 20, 24}, 1e-14);
    assert_values(&l->out[1], (const double[]){0}, 0);
    assert_values(&l->out[2], (const double[]){1}, 0);
    layer_free(l);
}

static void batchnorm_training_wants_two_values_a_channel(void **state) {
    (void)state;
    layer_call *l = layer_make("batchnorm", "", "1x3 3 3 3 3", FOVEA_F32, true);
    fovea_error error = {0};
    assert_int_equal(l->op->forward(&l->call, &error), FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "more than one value"));
    l->call.training = false;
    assert_int_equal(l->op->forward(&l->call, &error), FOVEA_OK);
    layer_free(l);
}

static void dropout_does_nothing_but_in_training(void **state) {
    (void)state;
    layer_call *l = layer_make("dropout", "", "5x40", FOVEA_F32, false);
    layer_forward(l);
    assert_memory_equal(l->out[0].data, l->in[0].data, 200 * sizeof(float));
    l->call.training = true;
    layer_forward(l);
    int zeros = 0;
    for (int i = 0; i < 200; i++) {
        double y = layer_get(&l->out[0], i), x = layer_get(&l->in[0], i);
        zeros += y == 0;
        assert_true(y == 0 || y == 2 * x);
    }
    assert_in_range(zeros, 70, 130);
    layer_free(l);
}

static void a_repeated_operand_sums_its_gradient_in_the_fixed_order(void **state) {
    (void)state;
    // 40 samples: groups of 16, 16 and 8 in three slots
    layer_call *l = layer_make("add", "", "40x1 1", FOVEA_F32, true);
    layer_forward(l);
    layer_backward(l);
    const float *d = l->d_out[0].data;
    float slot[3], lane[16];
    for (int g = 0; g < 3; g++) {
        for (int n = 0; n < 16; n++) lane[n] = g * 16 + n < 40 ? d[g * 16 + n] : 0;
        slot[g] = fovea__lane_tree_f32(lane);
    }
    float want = (slot[0] + slot[1]) + slot[2];
    assert_memory_equal(l->d_in[1].data, &want, sizeof want);
    layer_free(l);
}

static void slices_run_backwards_and_from_the_end(void **state) {
    (void)state;
    layer_call *l =
        layer_make("slice", "starts=-1 ends=-5 axes=1 steps=-2", "1x5", FOVEA_F32, false);
    set(&l->in[0], (const double[]){0, 1, 2, 3, 4});
    layer_forward(l);
    assert_int_equal(l->out[0].shape.dim[1], 2);
    assert_values(&l->out[0], (const double[]){4, 2}, 0);
    layer_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_of_the_tutorial),
        cmocka_unit_test(pooling_a_square_of_sixteen),
        cmocka_unit_test(padding_of_an_average_counts_unless_told_otherwise),
        cmocka_unit_test(ceil_mode_adds_the_window_over_the_edge),
        cmocka_unit_test(batchnorm_training_normalises_and_moves_its_statistics),
        cmocka_unit_test(batchnorm_training_wants_two_values_a_channel),
        cmocka_unit_test(dropout_does_nothing_but_in_training),
        cmocka_unit_test(a_repeated_operand_sums_its_gradient_in_the_fixed_order),
        cmocka_unit_test(slices_run_backwards_and_from_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
