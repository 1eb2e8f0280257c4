// SPDX-License-Identifier: MIT
// What rules of relevance have in common: sums are kept, and what is lost is what biases took.
#include <string.h>

#include "unit/explain_net.h"

enum { PIXELS = 162 };

static const char deep[] =
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3 pad=1, relu, flatten, linear 8, relu, linear 6";
static const char residual[] =
    "conv 4 3, batchnorm, relu, as a, conv 4 3 pad=1, batchnorm, add a, relu, avgpool 2, flatten, "
    "linear 4";
static const char branches[] =
    "conv 4 3 pad=1, relu, as a, conv 3 1, relu, as b, from a, conv 2 3 pad=1, relu, concat b, "
    "maxpool 3 stride=2, conv 5 3, relu, gap, flatten, linear 4";
static const char *const methods[] = {"lrp-0",     "lrp-epsilon", "lrp-gamma", "lrp-alpha-beta",
                                      "lrp-zplus", "lrp-zb",      "lrp-flat",  "lrp"};
enum { METHODS = sizeof methods / sizeof methods[0] };

static const double *numbers(const fovea_attribution *result) {
    return fovea_tensor_view(result->map).data;
}

static fovea_attribution *relevance(explain_net *net, const char *method, int64_t target) {
    fovea_explain_options how = explain_how(method, target);
    return explain_do(net, &how);
}

static double largest(const double *map) {
    double most = 0;
    for (int i = 0; i < PIXELS; i++) most = fmax(most, fabs(map[i]));
    return most;
}

static void assert_near(const double *a, const double *b, double tolerance) {
    double scale = fmax(largest(a), largest(b));
    for (int i = 0; i < PIXELS; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance * scale))
            fail_msg("pixel %d: %.17g and %.17g", i, a[i], b[i]);
}

static void clear_biases(explain_net *net) {
    fovea_graph *graph = fovea_model_graph(net->model);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (strstr(info.name, ".bias") && info.kind == FOVEA_VALUE_PARAMETER)
            assert_int_equal(
                fovea_graph_set_parameter(graph, info.name, (const double[]){0}, 1, NULL),
                FOVEA_OK);
    }
}

// The index of a target whose logit is above 0.
static int64_t positive_target(explain_net *net) {
    for (int64_t k = 0; k < fovea_explainer_outputs(net->explainer); k++)
        if (explain_logit(net, &net->view, k) > 0) return k;
    fail_msg("no logit is above 0");
    return -1;
}

static void lrp_0_is_gradient_times_input_biases_or_not(void **state) {
    (void)state;
    static const char *const nets[] = {deep, residual, branches,
                                       "batchnorm, conv 4 3, relu, gap, "
                                       "flatten, linear 3"};
    for (size_t n = 0; n < 4; n++) {
        explain_net net = explain_open(nets[n], 21 + n, NULL);
        fovea_attribution *a = relevance(&net, "lrp-0", 2), *b;
        b = relevance(&net, "gradient-x-input", 2);
        assert_near(numbers(a), numbers(b), 1e-10);
        fovea_attribution_free(a);
        fovea_attribution_free(b);
        explain_close(&net);
    }
}

static void epsilon_towards_0_is_lrp_0(void **state) {
    (void)state;
    explain_net net = explain_open(residual, 5, NULL);
    fovea_attribution *zero = relevance(&net, "lrp-0", 1);
    fovea_explain_options how = explain_how("lrp-epsilon", 1);
    double before = INFINITY;
    for (how.epsilon = 1e-3; how.epsilon > 1e-12; how.epsilon *= 1e-3) {
        fovea_attribution *some = explain_do(&net, &how);
        double off = 0;
        for (int i = 0; i < PIXELS; i++) off = fmax(off, fabs(numbers(some)[i] - numbers(zero)[i]));
        assert_true(off < before / 10);
        before = off;
        fovea_attribution_free(some);
    }
    how.epsilon = 0;
    fovea_attribution *none = explain_do(&net, &how);
    assert_memory_equal(numbers(none), numbers(zero), PIXELS * sizeof(double));
    fovea_attribution_free(none);
    fovea_attribution_free(zero);
    explain_close(&net);
}

// A chain: all of the logit goes through every layer.
static void without_biases_every_layer_has_the_whole_logit(void **state) {
    (void)state;
    explain_net net = explain_open(deep, 5, NULL);
    clear_biases(&net);
    int64_t target = positive_target(&net);
    for (int m = 0; m < METHODS; m++) {
        // Shares of alpha and beta are kept together only where there is something of both signs.
        if (!strcmp(methods[m], "lrp-epsilon") || !strcmp(methods[m], "lrp-alpha-beta")) continue;
        // The small epsilon of the mixtures takes its share, too.
        bool mixture = !strcmp(methods[m], "lrp") || !strcmp(methods[m], "lrp-flat");
        double tolerance = mixture ? 1e-4 : 1e-10;
        fovea_attribution *result = relevance(&net, methods[m], target);
        assert_int_equal(result->layer_count, 9);
        assert_string_equal(result->layers[0].name, "linear2");
        assert_string_equal(result->layers[8].name, "conv1");
        for (int l = 0; l < result->layer_count; l++)
            if (!(fabs(result->layers[l].sum / result->logit - 1) < tolerance))
                fail_msg("%s, %s: %.17g of %.17g", methods[m], result->layers[l].name,
                         result->layers[l].sum, result->logit);
        fovea_attribution_free(result);
    }
    explain_close(&net);
}

static void what_is_lost_is_what_biases_and_epsilon_took(void **state) {
    (void)state;
    static const char *const nets[] = {
        deep, residual, branches, "batchnorm, conv 4 3, relu, maxpool 2, gap, flatten, linear 3"};
    for (size_t n = 0; n < 4; n++)
        for (int m = 0; m < METHODS; m++) {
            explain_net net = explain_open(nets[n], 31 + n, NULL);
            fovea_attribution *result = relevance(&net, methods[m], positive_target(&net));
            double taken = 0;
            assert_string_equal(result->law, "conservation");
            for (int l = 0; l < result->layer_count; l++) {
                if (!(result->layers[l].residual < 1e-10))
                    fail_msg("%s: %s at %s is %.2g off", nets[n], methods[m],
                             result->layers[l].name, result->layers[l].residual);
                taken += result->layers[l].bias;
            }
            assert_true(fabs(result->expected + taken - result->logit) < 1e-10);
            double scale = largest(numbers(result)) * PIXELS;
            assert_true(fabs(result->sum - result->expected) < 1e-10 * scale);
            fovea_attribution_free(result);
            explain_close(&net);
        }
}

static void folding_batch_normalisation_changes_no_logit(void **state) {
    (void)state;
    explain_net net = explain_open(residual, 5, NULL);
    fovea_explainer *folded;
    double before[4], after[4];
    assert_int_equal(fovea__explainer_folded(net.explainer, &folded, NULL), FOVEA_OK);
    assert_int_equal(fovea_explainer_logits(net.explainer, &net.view, before, NULL), FOVEA_OK);
    assert_int_equal(fovea_explainer_logits(folded, &net.view, after, NULL), FOVEA_OK);
    for (int k = 0; k < 4; k++) assert_true(fabs(before[k] - after[k]) < 1e-12);
    explain_close(&net);
}

// Sums at the addition: what comes in is what its two branches get together.
static void an_addition_splits_relevance_and_keeps_its_sum(void **state) {
    (void)state;
    explain_net net = explain_open("conv 2 3 pad=1, add x, flatten, linear 3", 5, NULL);
    clear_biases(&net);
    fovea_attribution *result = relevance(&net, "lrp-0", 1);
    assert_string_equal(result->layers[2].name, "add1");
    assert_true(fabs(result->layers[2].sum - result->logit) < 1e-12);
    assert_true(result->layers[2].bias == 0 && result->layers[2].residual < 1e-12);
    assert_true(fabs(result->sum - result->logit) < 1e-12);
    // The convolution gets the share of its term: what it passes on is less than all.
    assert_true(fabs(result->layers[3].sum - result->logit) > 1e-6);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void concatenated_branches_get_what_is_theirs(void **state) {
    (void)state;
    explain_net net =
        explain_open("conv 3 1 as a, from x, conv 2 3 pad=1, concat a, flatten, linear 3", 5, NULL);
    clear_biases(&net);
    fovea_attribution *result = relevance(&net, "lrp-0", 1);
    double branches_got = 0;
    for (int l = 0; l < result->layer_count; l++)
        if (strncmp(result->layers[l].name, "conv", 4) == 0 &&
            strncmp(result->layers[l].name, "concat", 6) != 0)
            branches_got += result->layers[l].sum;
    assert_true(fabs(branches_got - result->logit) < 1e-12);
    fovea_attribution_free(result);
    explain_close(&net);
}

static void what_has_no_rule_is_named(void **state) {
    (void)state;
    static const struct {
        const char *net, *node, *op;
    } refused[] = {
        {"conv 4 3 pad=1, as a, conv 4 1, sigmoid, mul a, flatten, linear 3", "mul1", "Mul"},
        {"conv 4 3, lrn 3, flatten, linear 3", "lrn1", "LRN"},
        {"conv 4 3, softmax, flatten, linear 3", "softmax1", "Softmax"},
        {"conv 4 3, groupnorm 2, relu, flatten, linear 3", "groupnorm1", "GroupNormalization"},
    };
    for (size_t n = 0; n < sizeof refused / sizeof refused[0]; n++) {
        explain_net net = explain_open(refused[n].net, 5, NULL);
        fovea_explain_options how = explain_how("lrp-0", 1);
        fovea_attribution *result = NULL;
        fovea_error error;
        assert_int_equal(fovea_explain(net.explainer, &net.view, &how, &result, &error),
                         FOVEA_UNSUPPORTED);
        assert_string_equal(error.where, refused[n].node);
        assert_non_null(strstr(error.text, refused[n].op));
        assert_null(result);
        explain_close(&net);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lrp_0_is_gradient_times_input_biases_or_not),
        cmocka_unit_test(epsilon_towards_0_is_lrp_0),
        cmocka_unit_test(without_biases_every_layer_has_the_whole_logit),
        cmocka_unit_test(what_is_lost_is_what_biases_and_epsilon_took),
        cmocka_unit_test(folding_batch_normalisation_changes_no_logit),
        cmocka_unit_test(an_addition_splits_relevance_and_keeps_its_sum),
        cmocka_unit_test(concatenated_branches_get_what_is_theirs),
        cmocka_unit_test(what_has_no_rule_is_named),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
