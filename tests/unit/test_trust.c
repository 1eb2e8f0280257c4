// SPDX-License-Identifier: MIT
// The numbers of trust: their laws, and known values.
#include "explain/trust_parts.h"
#include "unit/explain_net.h"

static const char *const net_text =
    "conv 6 3 pad=1, relu, conv 8 3 pad=1, relu, maxpool 2, flatten, linear 5";

static fovea_trust trust_of(explain_net *net, const fovea_explain_options *how, uint32_t which,
                            const fovea_view *baseline) {
    fovea_trust_options options;
    fovea_trust trust;
    fovea_error error;
    fovea_trust_options_default(&options);
    options.which = which;
    options.baseline = baseline;
    fovea_attribution *map = explain_do(net, how);
    if (fovea_trust_compute(net->explainer, &net->view, how, map, &options, &trust, &error))
        fail_msg("%s", error.text);
    fovea_attribution_free(map);
    return trust;
}

static void curves_end_at_picture_and_baseline(void **state) {
    (void)state;
    explain_net net = explain_open(net_text, 4, NULL);
    fovea_explain_options how = explain_how("gradient-x-input", 2);
    fovea_tensor *noise;
    assert_int_equal(fovea_explain_baseline(net.explainer, "noise", &net.view, 9, &noise, NULL),
                     FOVEA_OK);
    fovea_view base = fovea_tensor_view(noise);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_DELETION | FOVEA_TRUST_CONTROL, &base);
    double f = explain_logit(&net, &net.view, 2), f0 = explain_logit(&net, &base, 2);
    assert_true(trust.deletion_logits[0] == f && trust.insertion_logits[trust.steps] == f);
    assert_true(trust.deletion_logits[trust.steps] == f0 && trust.insertion_logits[0] == f0);
    assert_true(trust.deletion_curve[0] == trust.insertion_curve[trust.steps]);
    assert_true(trust.deletion >= 0 && trust.deletion <= 1);
    assert_true(!isnan(trust.random_deletion) && trust.random_deletion != trust.deletion);
    fovea_tensor_free(noise);
    explain_close(&net);
}

static explain_net open_linear(int64_t height, int64_t width) {
    explain_net net = {.model = NULL};
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.precision = "f64";
    options.seed = 12;
    options.input = fovea_shape_make(3, (const int64_t[]){1, height, width});
    assert_int_equal(fovea_model_open(context, "flatten, linear 2", &options, &net.model, NULL),
                     FOVEA_OK);
    assert_int_equal(fovea_explainer_create(net.model, NULL, &net.explainer, NULL), FOVEA_OK);
    fovea_shape shape = fovea_shape_make(4, (const int64_t[]){1, 1, height, width});
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &net.x, NULL), FOVEA_OK);
    net.view = fovea_tensor_view(net.x);
    golden_fill(net.view, 3, 1);
    return net;
}

// Sum over i = 0 ... n of what is left of the parts when i of them are gone, the ends by half.
static double area_of(const double *part, const int *order, int n) {
    double left = 0, sum = 0;
    for (int i = 0; i < n; i++) left += part[i];
    for (int i = 0; i <= n; i++) {
        sum += i == 0 || i == n ? left / 2 : left;
        if (i < n) left -= part[order[i]];
    }
    return sum / n;
}

// Smallest area over all orders of the last n - at places.
static double best_of(const double *part, int *order, int at, int n) {
    double best = INFINITY;
    if (at == n) return area_of(part, order, n);
    for (int k = at; k < n; k++) {
        int kept = order[at];
        order[at] = order[k], order[k] = kept;
        best = fmin(best, best_of(part, order, at + 1, n));
        order[k] = order[at], order[at] = kept;
    }
    return best;
}

static void a_linear_net_s_true_parts_are_the_best_order_of_all(void **state) {
    (void)state;
    explain_net net = open_linear(2, 3);
    fovea_explain_options how = explain_how("gradient-x-input", 0);
    fovea_attribution *map = explain_do(&net, &how);
    fovea_tensor *zero;
    fovea_trust_options options;
    fovea_trust trust;
    int order[6] = {0, 1, 2, 3, 4, 5};
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &net.view.shape, &zero, NULL),
                     FOVEA_OK);
    fovea_view base = fovea_tensor_view(zero);
    fovea_trust_options_default(&options);
    options.which = FOVEA_TRUST_DELETION;
    options.steps = 6;
    options.baseline = &base;
    assert_int_equal(
        fovea_trust_compute(net.explainer, &net.view, &how, map, &options, &trust, NULL), FOVEA_OK);
    double f0 = trust.deletion_logits[6], area = 0, f = trust.deletion_logits[0];
    for (int i = 0; i <= 6; i++)
        area += (trust.deletion_logits[i] - f0) / (i == 0 || i == 6 ? 12 : 6);
    double best = best_of(fovea_tensor_view(map->map).data, order, 0, 6);
    assert_true(fabs(area - best) < 1e-12);
    assert_true(fabs(trust.deletion_logit - area / (f - f0)) < 1e-12);
    fovea_tensor_free(zero);
    fovea_attribution_free(map);
    explain_close(&net);
}

// Of a linear net, whatever the order: what deletion leaves is what insertion has not brought yet.
static void deletion_and_insertion_of_a_linear_net_make_one(void **state) {
    (void)state;
    explain_net net = open_linear(5, 4);
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_tensor *zero;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &net.view.shape, &zero, NULL),
                     FOVEA_OK);
    fovea_view base = fovea_tensor_view(zero);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_DELETION | FOVEA_TRUST_CONTROL, &base);
    assert_true(fabs(trust.deletion_logit + trust.insertion_logit - 1) < 1e-12);
    assert_true(fabs(trust.random_deletion_logit + trust.random_insertion_logit - 1) < 1e-12);
    fovea_tensor_free(zero);
    explain_close(&net);
}

// The mean over many random orders; a single one scatters.
static void random_orders_delete_as_they_insert(void **state) {
    (void)state;
    explain_net net = open_linear(6, 6);
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_trust_options options;
    fovea_trust trust;
    fovea_attribution *map = explain_do(&net, &how);
    double deletion = 0, insertion = 0;
    fovea_trust_options_default(&options);
    options.which = FOVEA_TRUST_CONTROL;
    fovea_tensor *zero;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &net.view.shape, &zero, NULL),
                     FOVEA_OK);
    fovea_view base = fovea_tensor_view(zero);
    options.baseline = &base;
    for (options.seed = 0; options.seed < 200; options.seed++) {
        assert_int_equal(
            fovea_trust_compute(net.explainer, &net.view, &how, map, &options, &trust, NULL),
            FOVEA_OK);
        deletion += trust.random_deletion / 200;
        insertion += trust.random_insertion / 200;
    }
    assert_true(fabs(deletion - insertion) < 0.02);
    fovea_tensor_free(zero);
    fovea_attribution_free(map);
    explain_close(&net);
}

static void gini_is_0_for_the_same_and_1_less_1_of_n_for_one(void **state) {
    (void)state;
    double one[10] = {0}, same[10], mixed[4] = {1, -3, 2, 0}, gini;
    for (int i = 0; i < 10; i++) same[i] = -2.5;
    one[7] = -4;
    assert_int_equal(fovea_gini(context, one, 10, &gini, NULL), FOVEA_OK);
    assert_true(fabs(gini - 0.9) < 1e-15);
    assert_int_equal(fovea_gini(context, same, 10, &gini, NULL), FOVEA_OK);
    assert_true(fabs(gini) < 1e-15);
    assert_int_equal(fovea_gini(context, mixed, 4, &gini, NULL), FOVEA_OK);
    assert_true(fabs(gini - 10.0 / 24) < 1e-15);
    one[7] = 0;
    assert_int_equal(fovea_gini(context, one, 10, &gini, NULL), FOVEA_OK);
    assert_true(isnan(gini));
}

static void spearman_is_the_correlation_of_ranks(void **state) {
    (void)state;
    const double a[] = {1, 2, 3, 4, 5}, up[] = {-9, 0, 1e3, 1e4, 1e9}, down[] = {5, 4, 3, 2, 1};
    const double ties[] = {1, 2, 2, 4, 4}, flat[] = {3, 3, 3, 3, 3}, some[] = {2, 1, 4, 3, 5};
    double r;
    assert_int_equal(fovea_spearman(context, a, up, 5, &r, NULL), FOVEA_OK);
    assert_true(fabs(r - 1) < 1e-15);
    assert_int_equal(fovea_spearman(context, a, down, 5, &r, NULL), FOVEA_OK);
    assert_true(fabs(r + 1) < 1e-15);
    assert_int_equal(fovea_spearman(context, a, some, 5, &r, NULL), FOVEA_OK);
    assert_true(fabs(r - 0.8) < 1e-15);
    // Ranks 0, 1.5, 1.5, 3.5, 3.5: covariance 9, variances 10 and 9.
    assert_int_equal(fovea_spearman(context, a, ties, 5, &r, NULL), FOVEA_OK);
    assert_true(fabs(r - 9 / sqrt(90)) < 1e-15);
    assert_int_equal(fovea_spearman(context, a, flat, 5, &r, NULL), FOVEA_OK);
    assert_true(isnan(r));
}

static void ssim_is_1_for_the_same_and_closed_for_the_constant(void **state) {
    (void)state;
    double a[15 * 13], b[15 * 13], ssim;
    for (int i = 0; i < 15 * 13; i++) a[i] = (double)(i * 37 % 101) / 101;
    assert_int_equal(fovea_ssim(context, a, a, 15, 13, &ssim, NULL), FOVEA_OK);
    assert_true(fabs(ssim - 1) < 1e-12);
    for (int i = 0; i < 15 * 13; i++) a[i] = 0.25, b[i] = 0.75;
    assert_int_equal(fovea_ssim(context, a, b, 15, 13, &ssim, NULL), FOVEA_OK);
    assert_true(fabs(ssim - (2 * 0.25 * 0.75 + 1e-4) / (0.0625 + 0.5625 + 1e-4)) < 1e-12);
    // Smaller than any window.
    assert_int_equal(fovea_ssim(context, a, b, 1, 2, &ssim, NULL), FOVEA_OK);
    assert_true(fabs(ssim - (2 * 0.25 * 0.75 + 1e-4) / (0.0625 + 0.5625 + 1e-4)) < 1e-12);
}

static void the_slope_of_a_linear_net_is_not_sensitive(void **state) {
    (void)state;
    explain_net net = open_linear(5, 4);
    fovea_explain_options how = explain_how("gradient", 1);
    assert_true(trust_of(&net, &how, FOVEA_TRUST_SENSITIVITY, NULL).sensitivity == 0);
    how = explain_how("gradient-x-input", 1);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_SENSITIVITY, NULL);
    assert_true(trust.sensitivity > 0 && trust.sensitivity < 0.2);
    explain_close(&net);
}

// A bright square on dark ground, what edges there are to keep.
static void draw_square(explain_net *net) {
    double *x = net->view.data;
    for (int64_t i = 0; i < 162; i++) {
        int64_t row = i / 9 % 9, column = i % 9;
        x[i] = row > 2 && row < 7 && column > 1 && column < 6 ? 1 : 0.1 + 0.01 * (double)(i % 7);
    }
}

static void gradients_forget_and_guided_backpropagation_does_not(void **state) {
    (void)state;
    double slope = 0, guided = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        explain_net net = explain_open(
            "conv 16 3 pad=1, relu, conv 16 3 pad=1, relu, conv 16 3 pad=1, relu, flatten, linear "
            "5",
            seed, NULL);
        draw_square(&net);
        fovea_explain_options how = explain_how("gradient", 0);
        slope += trust_of(&net, &how, FOVEA_TRUST_RANDOMISED, NULL).spearman / 5;
        how = explain_how("guided-backprop", 0);
        guided += trust_of(&net, &how, FOVEA_TRUST_RANDOMISED, NULL).spearman / 5;
        explain_close(&net);
    }
    print_message("rank correlation after randomisation: gradient %.3f, guided %.3f\n", slope,
                  guided);
    assert_true(fabs(slope) < 0.3);
    assert_true(guided > slope + 0.2);
}

static void the_cascade_ends_with_all_layers_and_is_nested(void **state) {
    (void)state;
    explain_net net = explain_open(net_text, 4, NULL);
    fovea_explain_options how = explain_how("gradient", 2);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_CASCADE, NULL);
    assert_int_equal(trust.depth_count, 4);
    assert_int_equal(trust.depth[0].layers, 1);
    assert_string_equal(trust.depth[0].lowest, "linear1");
    assert_int_equal(trust.depth[3].layers, 3);
    assert_string_equal(trust.depth[3].lowest, "conv1");
    fovea_trust all = trust_of(&net, &how, FOVEA_TRUST_RANDOMISED, NULL);
    assert_true(all.spearman == trust.spearman && all.ssim == trust.ssim);
    explain_close(&net);
}

static void the_model_s_weights_stay(void **state) {
    (void)state;
    explain_net net = explain_open(net_text, 4, NULL);
    fovea_explain_options how = explain_how("gradient", 2);
    double before = explain_logit(&net, &net.view, 2);
    trust_of(&net, &how, FOVEA_TRUST_ALL, NULL);
    assert_true(explain_logit(&net, &net.view, 2) == before);
    explain_close(&net);
}

static void the_same_seed_gives_the_same_bits_in_any_chunks(void **state) {
    (void)state;
    fovea_explainer_options little;
    fovea_explainer_options_default(&little);
    little.memory = 1;
    explain_net net = explain_open(net_text, 4, NULL), other = explain_open(net_text, 4, &little);
    fovea_explain_options how = explain_how("gradient-x-input", 2);
    fovea_trust a = trust_of(&net, &how, FOVEA_TRUST_ALL, NULL);
    fovea_trust b = trust_of(&other, &how, FOVEA_TRUST_ALL, NULL);
    a.seconds = b.seconds = 0;
    assert_memory_equal(&a, &b, sizeof a);
    explain_close(&net);
    explain_close(&other);
}

// Linear imputation of a ramp is the ramp; what is imputed of everything but a frame is flat.
static void road_of_an_even_picture_takes_nothing_away(void **state) {
    (void)state;
    explain_net net = open_linear(8, 8);
    double *x = net.view.data;
    for (int i = 0; i < 64; i++) x[i] = 0.5;
    fovea_explain_options how = explain_how("gradient", 1);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_ROAD | FOVEA_TRUST_DELETION, NULL);
    double p = trust.deletion_curve[0];
    assert_true(fabs(trust.road_morf - p) < 0.02 && fabs(trust.road_lerf - p) < 0.02);
    explain_close(&net);
}

static void road_prefers_the_true_order(void **state) {
    (void)state;
    explain_net net = open_linear(8, 8);
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    fovea_trust trust = trust_of(&net, &how, FOVEA_TRUST_ROAD, NULL);
    assert_true(trust.road > 0 && trust.road == (trust.road_lerf - trust.road_morf) / 2);
    explain_close(&net);
}

static void the_map_points_at_its_largest_cell(void **state) {
    (void)state;
    explain_net net = open_linear(6, 5);
    fovea_explain_options how = explain_how("gradient-x-input", 1);
    fovea_attribution *map = explain_do(&net, &how);
    fovea_view view = fovea_tensor_view(map->map);
    int64_t at[2], best = 0;
    int inside;
    for (int64_t i = 1; i < 30; i++)
        if (fovea__view_number(&view, i) > fovea__view_number(&view, best)) best = i;
    const int64_t box[] = {best / 5, best % 5, best / 5, best % 5}, off[] = {7, 0, 9, 4};
    assert_int_equal(fovea_trust_points_at(map, 6, 5, box, &inside, at, NULL), FOVEA_OK);
    assert_true(inside && at[0] == best / 5 && at[1] == best % 5);
    assert_int_equal(fovea_trust_points_at(map, 6, 5, off, &inside, NULL, NULL), FOVEA_OK);
    assert_false(inside);
    fovea_attribution_free(map);
    explain_close(&net);
}

static int stop(void *user, double share) {
    double *last = user;
    assert_true(share >= *last && share <= 1);
    *last = share;
    return share > 0.5;
}

static void the_caller_can_stop_it(void **state) {
    (void)state;
    explain_net net = explain_open(net_text, 4, NULL);
    fovea_explain_options how = explain_how("gradient", 2);
    fovea_attribution *map = explain_do(&net, &how);
    fovea_trust_options options;
    fovea_trust trust;
    fovea_error error;
    double last = 0;
    fovea_trust_options_default(&options);
    options.progress = stop;
    options.user = &last;
    assert_int_equal(
        fovea_trust_compute(net.explainer, &net.view, &how, map, &options, &trust, &error),
        FOVEA_INTERRUPTED);
    options.progress = NULL;
    options.steps = 0;
    assert_int_equal(
        fovea_trust_compute(net.explainer, &net.view, &how, map, &options, &trust, &error),
        FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "steps"));
    fovea_attribution_free(map);
    explain_close(&net);
}

static void what_costs_too_much_is_left_out_and_said(void **state) {
    (void)state;
    explain_net net = explain_open(net_text, 4, NULL);
    fovea_explain_options how = explain_how("gradient", 2);
    fovea_attribution *map = explain_do(&net, &how);
    fovea_trust_options options;
    fovea_trust trust;
    fovea_trust_options_default(&options);
    options.most_passes = 1;
    assert_int_equal(
        fovea_trust_compute(net.explainer, &net.view, &how, map, &options, &trust, NULL), FOVEA_OK);
    assert_int_equal(trust.left_out, FOVEA_TRUST_SENSITIVITY | FOVEA_TRUST_RANDOMISED);
    assert_true(isnan(trust.sensitivity) && isnan(trust.spearman));
    fovea_attribution_free(map);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_end_at_picture_and_baseline),
        cmocka_unit_test(a_linear_net_s_true_parts_are_the_best_order_of_all),
        cmocka_unit_test(deletion_and_insertion_of_a_linear_net_make_one),
        cmocka_unit_test(random_orders_delete_as_they_insert),
        cmocka_unit_test(gini_is_0_for_the_same_and_1_less_1_of_n_for_one),
        cmocka_unit_test(spearman_is_the_correlation_of_ranks),
        cmocka_unit_test(ssim_is_1_for_the_same_and_closed_for_the_constant),
        cmocka_unit_test(the_slope_of_a_linear_net_is_not_sensitive),
        cmocka_unit_test(gradients_forget_and_guided_backpropagation_does_not),
        cmocka_unit_test(the_cascade_ends_with_all_layers_and_is_nested),
        cmocka_unit_test(the_model_s_weights_stay),
        cmocka_unit_test(the_same_seed_gives_the_same_bits_in_any_chunks),
        cmocka_unit_test(road_of_an_even_picture_takes_nothing_away),
        cmocka_unit_test(road_prefers_the_true_order),
        cmocka_unit_test(the_map_points_at_its_largest_cell),
        cmocka_unit_test(the_caller_can_stop_it),
        cmocka_unit_test(what_costs_too_much_is_left_out_and_said),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
