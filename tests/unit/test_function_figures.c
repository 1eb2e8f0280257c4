// SPDX-License-Identifier: MIT
#include <math.h>

#include "kernels/unary/unary.h"
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

static fovea_context *new_context(void) {
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    return context;
}

static void close_to(double a, double b, double apart) {
    if (!(fabs(a - b) <= apart)) fail_msg("%.17g is not %.17g", a, b);
}

static void test_softmax_of_10_6_4_is_not_what_the_tutorial_prints(void **state) {
    (void)state;
    fovea_context *context = new_context();
    const double values[] = {10, 6, 4}, halves[] = {5, 3, 2};
    double softmax[3], share[3];
    fovea_figure *figure;
    assert_int_equal(fovea_softmax_shares(values, 3, softmax, share, NULL), FOVEA_OK);
    // exp(-4) and exp(-6) to 1: exact to the last digits of double.
    double sum = 1 + exp(-4) + exp(-6);
    for (int i = 0; i < 3; i++) close_to(softmax[i], exp(values[i] - 10) / sum, 1e-15);
    close_to(share[0], 0.5, 1e-15);
    close_to(share[1], 0.3, 1e-15);
    close_to(share[2], 0.2, 1e-15);
    assert_int_equal(fovea_softmax_shares(halves, 3, softmax, share, NULL), FOVEA_OK);
    close_to(softmax[0], 0.8438, 5e-5);
    assert_int_equal(fovea_figure_softmax(context, values, 3, &figure, NULL), FOVEA_OK);
    const char *text = said(context, figure);
    assert_non_null(strstr(text, "0.9796"));
    assert_non_null(strstr(text, "0.0179"));
    assert_non_null(strstr(text, "0.0024"));
    assert_non_null(strstr(text, "(0.8438, 0.1142, 0.0420)"));
    // What is said of the tutorial is said of its values only.
    assert_int_equal(fovea_figure_softmax(context, halves, 3, &figure, NULL), FOVEA_OK);
    assert_null(strstr(said(context, figure), "tutorial"));
    fovea_context_free(context);
}

static void test_plain_normalisation_is_refused_where_it_means_nothing(void **state) {
    (void)state;
    fovea_context *context = new_context();
    const double negative[] = {-1, 2, 3}, zeros[] = {0, 0}, same[] = {0, 5}, wrong[] = {1, NAN};
    double softmax[21], share[21], many[21] = {0};
    fovea_figure *figure;
    assert_int_equal(fovea_softmax_shares(negative, 3, softmax, share, NULL), FOVEA_OK);
    for (int i = 0; i < 3; i++) assert_true(isnan(share[i]));
    close_to(softmax[0] + softmax[1] + softmax[2], 1, 1e-15);
    assert_int_equal(fovea_softmax_shares(zeros, 2, softmax, share, NULL), FOVEA_OK);
    assert_true(isnan(share[0]) && softmax[0] == 0.5);
    assert_int_equal(fovea_softmax_shares(same, 2, softmax, share, NULL), FOVEA_OK);
    assert_true(share[0] == 0 && share[1] == 1);
    assert_int_equal(fovea_figure_softmax(context, negative, 3, &figure, NULL), FOVEA_OK);
    assert_non_null(strstr(said(context, figure), "Plain normalisation gives nothing here"));
    assert_int_equal(fovea_softmax_shares(wrong, 2, softmax, share, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_softmax_shares(many, 1, softmax, share, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_softmax_shares(many, 21, softmax, share, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_softmax_shares(many, 20, softmax, share, NULL), FOVEA_OK);
    fovea_context_free(context);
}

// Slopes against differences of the losses; the gradient of z through p = 1 / (1 + exp(-z)).
static void test_slopes_are_those_of_the_losses(void **state) {
    (void)state;
    for (int target = 0; target < 2; target++)
        for (double p = 0.05; p < 1; p += 0.09) {
            fovea_loss_point at, before, after;
            double h = 1e-6, z = log(p / (1 - p));
            assert_int_equal(fovea_loss_at(p, target, &at, NULL), FOVEA_OK);
            assert_int_equal(fovea_loss_at(p - h, target, &before, NULL), FOVEA_OK);
            assert_int_equal(fovea_loss_at(p + h, target, &after, NULL), FOVEA_OK);
            close_to(at.cross_entropy, target ? -log(p) : -log(1 - p), 1e-12);
            close_to(at.squared, (p - target) * (p - target), 1e-15);
            close_to(at.cross_entropy_slope, (after.cross_entropy - before.cross_entropy) / (2 * h),
                     1e-6);
            close_to(at.squared_slope, (after.squared - before.squared) / (2 * h), 1e-6);
            fovea_loss_at(1 / (1 + exp(-(z - h))), target, &before, NULL);
            fovea_loss_at(1 / (1 + exp(-(z + h))), target, &after, NULL);
            close_to(at.cross_entropy_logit, (after.cross_entropy - before.cross_entropy) / (2 * h),
                     1e-6);
            close_to(at.squared_logit, (after.squared - before.squared) / (2 * h), 1e-6);
        }
}

static void test_losses_at_the_ends(void **state) {
    (void)state;
    fovea_loss_point at;
    assert_int_equal(fovea_loss_at(1, 0, &at, NULL), FOVEA_OK);
    assert_true(isinf(at.cross_entropy) && at.cross_entropy > 0 && at.squared == 1);
    assert_true(at.cross_entropy_logit == 1 && at.squared_logit == 0);
    assert_int_equal(fovea_loss_at(0, 0, &at, NULL), FOVEA_OK);
    assert_true(at.cross_entropy == 0 && at.squared == 0 && at.cross_entropy_logit == 0);
    assert_int_equal(fovea_loss_at(0, 1, &at, NULL), FOVEA_OK);
    assert_true(isinf(at.cross_entropy) && isinf(at.cross_entropy_slope));
    assert_int_equal(fovea_loss_at(1.1, 1, &at, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_loss_at(NAN, 1, &at, NULL), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_loss_at(0.5, 2, &at, NULL), FOVEA_INVALID_ARGUMENT);
}

static void test_the_losses_figure_has_three_plots_and_says_why(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure;
    for (int target = 0; target < 2; target++) {
        assert_int_equal(fovea_figure_losses(context, target, &figure, NULL), FOVEA_OK);
        const char *text = said(context, figure);
        assert_int_equal(times(text, "  cross entropy  501 points"), 3);
        assert_int_equal(times(text, "infinite"), 2);
        assert_non_null(strstr(text, "0.50  0.6931  0.2500"));
    }
    assert_int_equal(fovea_figure_losses(context, 2, &figure, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_context_free(context);
}

static void test_every_activation_has_formulas_and_its_operator_s_numbers(void **state) {
    (void)state;
    fovea_context *context = new_context();
    const double x[] = {-2.5, -0.5, 0, 0.5, 2.5};
    assert_int_equal(fovea_activation_count(), 15);
    for (int32_t i = 0; i < fovea_activation_count(); i++) {
        const char *value_text, *derivative_text, *name = fovea_activation_name(i);
        double value[5], derivative[5], before[5], after[5], shifted[5];
        assert_int_equal(fovea_activation_formula(i, &value_text, &derivative_text, NULL),
                         FOVEA_OK);
        assert_true(value_text[0] && derivative_text[0]);
        assert_int_equal(fovea_activation_at(context, name, x, 5, value, derivative, NULL),
                         FOVEA_OK);
        for (int k = 0; k < 5; k++) shifted[k] = x[k] - 1e-6;
        assert_int_equal(fovea_activation_at(context, name, shifted, 5, before, NULL, NULL),
                         FOVEA_OK);
        for (int k = 0; k < 5; k++) shifted[k] = x[k] + 1e-6;
        assert_int_equal(fovea_activation_at(context, name, shifted, 5, after, NULL, NULL),
                         FOVEA_OK);
        for (int k = 0; k < 5; k++)
            if (x[k] != 0) close_to(derivative[k], (after[k] - before[k]) / 2e-6, 1e-6);
    }
    assert_null(fovea_activation_name(-1));
    assert_null(fovea_activation_name(15));
    assert_int_equal(fovea_activation_formula(15, NULL, NULL, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_context_free(context);
}

static void test_numbers_are_the_kernels_own(void **state) {
    (void)state;
    fovea_context *context = new_context();
    double x[7] = {-6, -1, -1e-3, 0, 1e-3, 1, 6}, value[7], derivative[7], kernel[7];
    assert_int_equal(fovea_activation_at(context, "gelu", x, 7, value, derivative, NULL), FOVEA_OK);
    fovea__unary_forward_f64(FOVEA__UNARY_GELU, 0, 0, 7, x, kernel);
    assert_memory_equal(value, kernel, sizeof value);
    assert_int_equal(
        fovea_activation_at(context, "leaky_relu alpha=0.2", x, 7, value, derivative, NULL),
        FOVEA_OK);
    close_to(value[0], -1.2, 1e-15);
    assert_true(derivative[3] == 0.2 && derivative[4] == 1);
    fovea_context_free(context);
}

static void test_wrong_activations_are_told_what_there_is(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure;
    fovea_error error;
    double x = 1, value;
    assert_int_equal(fovea_figure_activation(context, "rellu", &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "did you mean relu?"));
    assert_non_null(strstr(error.text, "sigmoid"));
    static const char *const wrong[] = {
        "", "relu,", ",", "conv 3 3", "softmax", "dropout 0.5", "leaky_relu slope", "relu 3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(fovea_figure_activation(context, wrong[i], &figure, NULL),
                         FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_activation_at(context, "relu, tanh", &x, 1, &value, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_activation_at(context, "relu", &x, 0, &value, NULL, NULL),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(
        fovea_figure_activation(context,
                                "relu,relu,relu,relu,relu,relu,relu,relu,relu,relu,relu,"
                                "relu,relu,relu,relu,relu,relu",
                                &figure, NULL),
        FOVEA_INVALID_ARGUMENT);
    fovea_context_free(context);
}

static void test_only_derivatives_that_jump_are_cut(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure;
    assert_int_equal(
        fovea_figure_activation(context, "relu, leaky_relu alpha=0.2,tanh,sigmoid,gelu,silu",
                                &figure, NULL),
        FOVEA_OK);
    const char *text = said(context, figure);
    assert_int_equal(times(text, "jumps at 0"), 2);
    assert_non_null(strstr(text, "leaky_relu alpha=0.2 jumps at 0; training takes 0.2 there"));
    assert_non_null(strstr(text, "sigmoid f'(x)  0.1050  0.1966  0.2500  0.1966  0.1050"));
    fovea_context_free(context);
}

static fovea_status make_all(fovea_context *context, fovea_error *error) {
    const double values[] = {10, 6, 4};
    fovea_figure *figure;
    fovea_status status = fovea_figure_softmax(context, values, 3, &figure, error);
    if (status == FOVEA_OK) {
        fovea_figure_free(figure);
        status = fovea_figure_losses(context, 0, &figure, error);
    }
    if (status == FOVEA_OK) {
        fovea_figure_free(figure);
        status = fovea_figure_activation(context, "relu,tanh", &figure, error);
    }
    if (status != FOVEA_OK) return status;
    void *bytes;
    size_t size;
    status = fovea_figure_render(context, figure, FOVEA_PICTURE_SVG, NULL, &bytes, &size, error);
    if (status == FOVEA_OK) fovea_figure_bytes_free(context, bytes);
    fovea_figure_free(figure);
    return status;
}

static void test_without_memory_nothing_leaks(void **state) {
    (void)state;
    failing_sweep(make_all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_softmax_of_10_6_4_is_not_what_the_tutorial_prints),
        cmocka_unit_test(test_plain_normalisation_is_refused_where_it_means_nothing),
        cmocka_unit_test(test_slopes_are_those_of_the_losses),
        cmocka_unit_test(test_losses_at_the_ends),
        cmocka_unit_test(test_the_losses_figure_has_three_plots_and_says_why),
        cmocka_unit_test(test_every_activation_has_formulas_and_its_operator_s_numbers),
        cmocka_unit_test(test_numbers_are_the_kernels_own),
        cmocka_unit_test(test_wrong_activations_are_told_what_there_is),
        cmocka_unit_test(test_only_derivatives_that_jump_are_cut),
        cmocka_unit_test(test_without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
