// SPDX-License-Identifier: MIT
// Integrated and expected gradients: what they add up to, what must not change them, and that the way
// they are computed – behind the net's affine beginning, in chunks – is not seen in the numbers.
#include <string.h>

#include "explain/gauss_legendre.h"
#include "explain/prefix.h"
#include "unit/explain_net.h"

static const char *const nets[] = {
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6",
    "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, avgpool 2, flatten, linear 4",
    "conv 6 3 pad=1, tanh, conv 5 3 stride=2, sigmoid, flatten, linear 3",
};
enum { NETS = 3, PIXELS = 162 };
#define LINEAR_NET "conv 3 3 pad=1, batchnorm, avgpool 3, flatten, linear 4"
// A polynomial of degree 3 in x.
#define CUBIC_NET                                                                             \
    "as x, conv 3 3, as a, from x, conv 3 3, mul a, as b, from x, conv 3 3, mul b, flatten, " \
    "linear 2"
#define QUADRATIC_NET "as x, conv 3 3, as a, from x, conv 3 3, mul a, flatten, linear 2"

static double at(const fovea_attribution *result, int64_t i) {
    fovea_view map = fovea_tensor_view(result->map);
    return fovea__view_number(&map, i);
}

static int64_t numbers(const fovea_attribution *result) {
    fovea_view map = fovea_tensor_view(result->map);
    return fovea_shape_count(&map.shape);
}

static fovea_attribution *integrate(explain_net *net, int steps, int gauss) {
    fovea_explain_options how = explain_how("integrated-gradients", 1);
    how.steps = steps;
    how.gauss_legendre = gauss;
    return explain_do(net, &how);
}

static void gradient_at(explain_net *net, const fovea_view *x, double *gradient) {
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_attribution *result = NULL;
    assert_int_equal(fovea_explain(net->explainer, x, &how, &result, NULL), FOVEA_OK);
    for (int64_t i = 0; i < PIXELS; i++) gradient[i] = at(result, i);
    fovea_attribution_free(result);
}

static void integrated_gradients_add_up_within_1_percent_at_50_steps(void **state) {
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        for (int gauss = 0; gauss < 2; gauss++) {
            fovea_attribution *result = integrate(&net, 50, gauss);
            assert_string_equal(result->law, "completeness");
            assert_true(result->expected == result->logit - result->baseline_logit);
            assert_true(fabs(result->sum - result->expected) < 0.01 * fabs(result->expected));
            assert_true(result->residual < 0.01);
            assert_int_equal(result->backward_passes, 50);
            fovea_attribution_free(result);
        }
        explain_close(&net);
    }
}

static void integrated_gradients_of_a_linear_net_are_exact_for_any_number_of_steps(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 7, NULL);
    double gradient[PIXELS];
    gradient_at(&net, &net.view, gradient);
    for (int steps = 1; steps < 70; steps += 17) {
        fovea_attribution *result = integrate(&net, steps, steps % 2);
        for (int64_t i = 0; i < PIXELS; i++)  // the baseline, black, is 0 here
            assert_true(fabs(at(result, i) - ((double *)net.view.data)[i] * gradient[i]) < 1e-13);
        assert_true(result->residual < 1e-11);
        fovea_attribution_free(result);
    }
    explain_close(&net);
}

static fovea_tensor *other_picture(explain_net *net, uint32_t seed) {
    fovea_tensor *other;
    assert_int_equal(fovea_tensor_create(context, net->view.type, &net->view.shape, &other, NULL),
                     FOVEA_OK);
    golden_fill(fovea_tensor_view(other), seed, 1);
    return other;
}

static void integrated_gradients_change_sign_with_the_direction(void **state) {
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_tensor *other = other_picture(&net, 99);
        fovea_view view = fovea_tensor_view(other);
        fovea_explain_options how = explain_how("integrated-gradients", 1);
        how.baseline = &view;
        fovea_attribution *there = explain_do(&net, &how), *back = NULL;
        how.baseline = &net.view;
        assert_int_equal(fovea_explain(net.explainer, &view, &how, &back, NULL), FOVEA_OK);
        for (int64_t i = 0; i < PIXELS; i++) assert_true(fabs(at(there, i) + at(back, i)) < 1e-13);
        assert_true(there->expected == -back->expected);
        fovea_attribution_free(there);
        fovea_attribution_free(back);
        fovea_tensor_free(other);
        explain_close(&net);
    }
}

static void a_pixel_as_in_the_baseline_gets_nothing(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 3, NULL);
    fovea_tensor *other = other_picture(&net, 99);
    fovea_view view = fovea_tensor_view(other);
    double *x = net.view.data, *from = view.data;
    for (int64_t i = 0; i < PIXELS; i += 5) from[i] = x[i];
    static const char *const methods[] = {"integrated-gradients", "expected-gradients"};
    for (size_t m = 0; m < 2; m++) {
        fovea_explain_options how = explain_how(methods[m], 1);
        how.baseline = how.references = &view;
        fovea_attribution *result = explain_do(&net, &how);
        for (int64_t i = 0; i < PIXELS; i++)
            assert_true(i % 5 == 0 ? at(result, i) == 0 : at(result, i) != 0);
        fovea_attribution_free(result);
    }
    fovea_tensor_free(other);
    explain_close(&net);
}

// conv1 of `from`, and what follows it, as the same function written as a flatten and a matrix.
static void copy_conv_as_matrix(explain_net *from, explain_net *to) {
    fovea_graph *a = fovea_model_graph(from->model), *b = fovea_model_graph(to->model);
    static const char *const same[][2] = {{"linear1.weight", "linear2.weight"},
                                          {"linear1.bias", "linear2.bias"}};
    for (size_t k = 0; k < 2; k++) {
        fovea_view source = fovea_graph_parameter(a, fovea_graph_find_value(a, same[k][0]));
        fovea_view target = fovea_graph_parameter(b, fovea_graph_find_value(b, same[k][1]));
        assert_int_equal(fovea_shape_count(&source.shape), fovea_shape_count(&target.shape));
        memcpy(target.data, source.data, (size_t)fovea_shape_count(&source.shape) * sizeof(double));
    }
    const double *w = fovea_graph_parameter(a, fovea_graph_find_value(a, "conv1.weight")).data;
    const double *bias = fovea_graph_parameter(a, fovea_graph_find_value(a, "conv1.bias")).data;
    double *m = fovea_graph_parameter(b, fovea_graph_find_value(b, "linear1.weight")).data;
    double *v = fovea_graph_parameter(b, fovea_graph_find_value(b, "linear1.bias")).data;
    for (int o = 0; o < 3 * 49; o++) {
        int k = o / 49, y = o / 7 % 7, x = o % 7;
        v[o] = bias[k];
        for (int i = 0; i < PIXELS; i++) {
            int c = i / 81, dy = i / 9 % 9 - y, dx = i % 9 - x;
            bool inside = dy >= 0 && dy < 3 && dx >= 0 && dx < 3;
            m[o * PIXELS + i] = inside ? w[((k * 2 + c) * 3 + dy) * 3 + dx] : 0;
        }
    }
}

static void the_same_function_written_twice_has_the_same_map(void **state) {
    (void)state;
    explain_net conv = explain_open("conv 3 3, relu, flatten, linear 4", 5, NULL);
    explain_net matrix = explain_open("flatten, linear 147, relu, linear 4", 6, NULL);
    copy_conv_as_matrix(&conv, &matrix);
    golden_fill(matrix.view, 5, 1);
    static const char *const methods[] = {"integrated-gradients", "smoothgrad", "vargrad",
                                          "expected-gradients",   "fullgrad",   "occlusion"};
    for (size_t k = 0; k < sizeof methods / sizeof methods[0]; k++) {
        if (!fovea_explain_method_find(methods[k])) continue;
        fovea_explain_options how = explain_how(methods[k], 1);
        fovea_attribution *a = explain_do(&conv, &how), *b = explain_do(&matrix, &how);
        if (strcmp(methods[k], "fullgrad") == 0)
            assert_true(fabs(a->sum - b->sum) < 1e-12);
        else
            for (int64_t i = 0; i < numbers(a); i++) assert_true(fabs(at(a, i) - at(b, i)) < 1e-12);
        fovea_attribution_free(a);
        fovea_attribution_free(b);
    }
    explain_close(&conv);
    explain_close(&matrix);
}

static void folding_the_batch_normalisation_changes_no_integrated_gradient(void **state) {
    (void)state;
    explain_net net = explain_open(nets[1], 5, NULL);
    fovea_explainer *folded;
    assert_int_equal(fovea__explainer_folded(net.explainer, &folded, NULL), FOVEA_OK);
    fovea_attribution *a = integrate(&net, 20, 0), *b = NULL;
    fovea_explain_options how = explain_how("integrated-gradients", 1);
    how.steps = 20;
    assert_int_equal(fovea_explain(folded, &net.view, &how, &b, NULL), FOVEA_OK);
    for (int64_t i = 0; i < PIXELS; i++) assert_true(fabs(at(a, i) - at(b, i)) < 1e-12);
    fovea_attribution_free(a);
    fovea_attribution_free(b);
    explain_close(&net);
}

static void gauss_legendre_nodes_integrate_polynomials(void **state) {
    (void)state;
    static double node[300], weight[300];
    static const int counts[] = {1, 2, 3, 7, 20, 50, 255, 300};
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        int n = counts[k];
        fovea__gauss_legendre(n, node, weight);
        for (int power = 0; power < 2 * n; power += power < 40 ? 1 : 37) {
            double sum = 0;
            for (int i = 0; i < n; i++) sum += weight[i] * pow(node[i], power);
            assert_true(fabs(sum - 1.0 / (power + 1)) < 1e-13);
        }
        for (int i = 0; i < n; i++) {
            assert_true(node[i] > (i ? node[i - 1] : 0) && node[i] < 1);
            assert_true(fabs(node[i] + node[n - 1 - i] - 1) < 1e-15);
        }
    }
}

static void two_gauss_legendre_steps_are_exact_for_a_cubic_net(void **state) {
    (void)state;
    explain_net net = explain_open(CUBIC_NET, 4, NULL);
    fovea_attribution *gauss = integrate(&net, 2, 1), *middle = integrate(&net, 2, 0);
    fovea_attribution *fine = integrate(&net, 9, 1);
    assert_true(gauss->residual < 1e-12);
    assert_true(middle->residual > 1e-6);
    for (int64_t i = 0; i < PIXELS; i++) assert_true(fabs(at(gauss, i) - at(fine, i)) < 1e-13);
    fovea_attribution_free(gauss);
    fovea_attribution_free(middle);
    fovea_attribution_free(fine);
    explain_close(&net);
}

static void one_midpoint_is_exact_for_a_quadratic_net(void **state) {
    (void)state;
    explain_net net = explain_open(QUADRATIC_NET, 4, NULL);
    fovea_attribution *result = integrate(&net, 1, 0);
    assert_true(result->residual < 1e-12);
    fovea_attribution_free(result);
    explain_close(&net);
}

// Steps behind the affine beginning against gradients at the pixels, one after the other.
static void steps_behind_the_affine_beginning_are_steps_from_the_pixels(void **state) {
    (void)state;
    for (size_t n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + n, NULL);
        fovea_tensor *copy = other_picture(&net, 1);
        fovea_view step = fovea_tensor_view(copy);
        double sum[PIXELS] = {0}, gradient[PIXELS];
        const double *x = net.view.data;
        for (int k = 0; k < 13; k++) {
            for (int64_t i = 0; i < PIXELS; i++) ((double *)step.data)[i] = x[i] * (k + 0.5) / 13;
            gradient_at(&net, &step, gradient);
            for (int64_t i = 0; i < PIXELS; i++) sum[i] += gradient[i] / 13;
        }
        fovea_attribution *result = integrate(&net, 13, 0);
        for (int64_t i = 0; i < PIXELS; i++)
            assert_true(fabs(at(result, i) - x[i] * sum[i]) < 1e-12);
        fovea_attribution_free(result);
        fovea_tensor_free(copy);
        explain_close(&net);
    }
}

static void the_affine_beginning_ends_where_the_net_bends_or_branches(void **state) {
    (void)state;
    const struct {
        const char *text, *end;
    } cases[] = {
        {nets[0], "conv1"},           {nets[1], "batchnorm1"},
        {"relu, conv 3 3, gap", "x"}, {QUADRATIC_NET, "x"},
        {LINEAR_NET, "flatten1"},     {"conv 3 3, as a, relu, add a, flatten, linear 2", "conv1"}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        explain_net net = explain_open(cases[k].text, 3, NULL);
        fovea__prefix prefix;
        assert_int_equal(fovea__prefix_open(net.explainer, &prefix, NULL), FOVEA_OK);
        const char *name =
            prefix.end == net.explainer->input ? "x" : net.explainer->graph->value[prefix.end].name;
        assert_string_equal(name, cases[k].end);
        fovea__prefix_close(&prefix);
        explain_close(&net);
    }
}

static void expected_gradients_come_near_what_they_expect(void **state) {
    (void)state;
    explain_net net = explain_open(nets[1], 5, NULL);
    fovea_explain_options how = explain_how("expected-gradients", 1);
    double far[2];
    for (int k = 0; k < 2; k++) {
        how.samples = k ? 6400 : 100;
        double worst = 0;
        for (how.seed = 1; how.seed < 5; how.seed++) {
            fovea_attribution *result = explain_do(&net, &how);
            assert_string_equal(result->law, "completeness in expectation");
            worst = fmax(worst, fabs(result->sum - result->expected));
            fovea_attribution_free(result);
        }
        far[k] = worst;
    }
    assert_true(far[1] < far[0] / 2);
    explain_close(&net);
}

static void expected_gradients_of_one_reference_are_those_of_a_path_to_it(void **state) {
    (void)state;
    explain_net net = explain_open(LINEAR_NET, 7, NULL);
    fovea_tensor *other = other_picture(&net, 9);
    fovea_view view = fovea_tensor_view(other);
    fovea_explain_options how = explain_how("expected-gradients", 1);
    how.references = &view;
    how.samples = 3;
    fovea_attribution *expected = explain_do(&net, &how);
    how = explain_how("integrated-gradients", 1);
    how.baseline = &view;
    fovea_attribution *integrated = explain_do(&net, &how);
    assert_true(expected->expected == integrated->expected);
    for (int64_t i = 0; i < PIXELS; i++)
        assert_true(fabs(at(expected, i) - at(integrated, i)) < 1e-13);
    fovea_attribution_free(expected);
    fovea_attribution_free(integrated);
    fovea_tensor_free(other);
    explain_close(&net);
}

static void what_a_path_cannot_take_is_refused(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 5, NULL);
    fovea_explain_options how = explain_how("integrated-gradients", 0);
    fovea_attribution *result = NULL;
    fovea_error error;
    how.gauss_legendre = 1;
    how.steps = 5000;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "4096"));
    fovea_view wrong = net.view;
    wrong.shape.dim[2] = 3;
    how = explain_how("integrated-gradients", 0);
    how.baseline = &wrong;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_SHAPE_MISMATCH);
    how = explain_how("expected-gradients", 0);
    how.references = &wrong;
    assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "references"));
    assert_null(result);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integrated_gradients_add_up_within_1_percent_at_50_steps),
        cmocka_unit_test(integrated_gradients_of_a_linear_net_are_exact_for_any_number_of_steps),
        cmocka_unit_test(integrated_gradients_change_sign_with_the_direction),
        cmocka_unit_test(a_pixel_as_in_the_baseline_gets_nothing),
        cmocka_unit_test(the_same_function_written_twice_has_the_same_map),
        cmocka_unit_test(folding_the_batch_normalisation_changes_no_integrated_gradient),
        cmocka_unit_test(gauss_legendre_nodes_integrate_polynomials),
        cmocka_unit_test(two_gauss_legendre_steps_are_exact_for_a_cubic_net),
        cmocka_unit_test(one_midpoint_is_exact_for_a_quadratic_net),
        cmocka_unit_test(steps_behind_the_affine_beginning_are_steps_from_the_pixels),
        cmocka_unit_test(the_affine_beginning_ends_where_the_net_bends_or_branches),
        cmocka_unit_test(expected_gradients_come_near_what_they_expect),
        cmocka_unit_test(expected_gradients_of_one_reference_are_those_of_a_path_to_it),
        cmocka_unit_test(what_a_path_cannot_take_is_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
