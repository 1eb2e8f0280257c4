// SPDX-License-Identifier: MIT
// The self-test holds on right nets, sees a wrong gradient, and says what does not apply.
#include "explain/selftest_parts.h"
#include "unit/explain_net.h"

static const char *const nets[] = {
    "conv 4 3 pad=1, relu, maxpool 2, conv 5 3, relu, flatten, linear 6, softmax",
    "conv 4 3 bias=0, batchnorm, relu, as a, conv 4 3 pad=1, add a, relu, gap, flatten, linear 4",
    "conv 6 3 pad=1, tanh, conv 5 3 stride=2, sigmoid, flatten, linear 3",
    "conv 4 3 bias=0, relu, avgpool 2, conv 4 3 bias=0, leaky_relu, flatten, linear 3 bias=0",
    "conv 4 3, relu6, dropout, flatten, linear 8, relu, linear 3",
};
enum { NETS = sizeof nets / sizeof nets[0] };

static fovea_selftest *run(explain_net *net) {
    fovea_selftest *selftest = NULL;
    fovea_selftest_options how;
    fovea_error error;
    fovea_selftest_options_default(&how);
    how.all = 1;
    if (fovea_selftest_run(net->explainer, &net->view, &how, &selftest, &error) != FOVEA_OK)
        fail_msg("%s", error.text);
    return selftest;
}

static const fovea_identity *find(const fovea_selftest *selftest, const char *name) {
    for (int32_t i = 0; i < selftest->count; i++)
        if (strcmp(selftest->identity[i].name, name) == 0) return &selftest->identity[i];
    fail_msg("no identity %s", name);
    return NULL;
}

static fovea_verdict verdict(const fovea_selftest *selftest, const char *name) {
    return find(selftest, name)->verdict;
}

static void all_identities_hold_on_small_nets(void **state) {
    (void)state;
    for (int n = 0; n < NETS; n++) {
        explain_net net = explain_open(nets[n], 3 + (uint64_t)n, NULL);
        fovea_selftest *selftest = run(&net);
        for (int32_t i = 0; i < selftest->count; i++)
            if (selftest->identity[i].verdict == FOVEA_VERDICT_FAILS)
                print_message("%s: %s: %g > %g (%s)\n", nets[n], selftest->identity[i].name,
                              selftest->identity[i].error, selftest->identity[i].tolerance,
                              selftest->identity[i].detail);
        assert_int_equal(selftest->failed, 0);
        assert_true(selftest->held > 15);
        assert_int_equal(selftest->held + selftest->skipped, selftest->count);
        fovea_selftest_free(selftest);
        explain_close(&net);
    }
}

static void what_applies_depends_on_the_net(void **state) {
    (void)state;
    explain_net softmax = explain_open(nets[0], 3, NULL), bare = explain_open(nets[3], 3, NULL);
    explain_net curved = explain_open(nets[2], 3, NULL), normed = explain_open(nets[1], 3, NULL);
    fovea_selftest *a = run(&softmax), *b = run(&bare), *c = run(&curved), *d = run(&normed);
    assert_int_equal(verdict(a, "softmax-peeled"), FOVEA_VERDICT_HOLDS);
    assert_int_equal(verdict(a, "output"), FOVEA_VERDICT_DOES_NOT_APPLY);
    assert_int_equal(verdict(b, "euler"), FOVEA_VERDICT_HOLDS);
    assert_int_equal(verdict(a, "euler"), FOVEA_VERDICT_DOES_NOT_APPLY);
    assert_int_equal(verdict(a, "pixels-and-biases"), FOVEA_VERDICT_HOLDS);
    assert_int_equal(verdict(c, "pixels-and-biases"), FOVEA_VERDICT_DOES_NOT_APPLY);
    assert_non_null(strstr(find(c, "pixels-and-biases")->detail, "'tanh1' (Tanh)"));
    assert_int_equal(verdict(d, "batchnorm-folded"), FOVEA_VERDICT_HOLDS);
    assert_int_equal(verdict(d, "cam-grad-cam"), FOVEA_VERDICT_HOLDS);
    fovea_selftest *const all[] = {a, b, c, d};
    for (int i = 0; i < 4; i++) fovea_selftest_free(all[i]);
    explain_net *const opened[] = {&softmax, &bare, &curved, &normed};
    for (int i = 0; i < 4; i++) explain_close(opened[i]);
}

static void a_planted_error_is_found(void **state) {
    (void)state;
    fovea_explainer_options wrong;
    fovea_explainer_options_default(&wrong);
    wrong.planted_error = 1;
    explain_net net = explain_open(nets[0], 3, &wrong);
    fovea_selftest *selftest = run(&net);
    assert_int_equal(verdict(selftest, "central-differences"), FOVEA_VERDICT_FAILS);
    assert_int_equal(verdict(selftest, "pixels-and-biases"), FOVEA_VERDICT_FAILS);
    assert_int_equal(verdict(selftest, "threads"), FOVEA_VERDICT_HOLDS);
    fovea_selftest_free(selftest);
    explain_close(&net);
}

// In floats, its copy in doubles beside it.
static void floats_are_checked_beside_their_doubles(void **state) {
    (void)state;
    for (int planted = 0; planted < 2; planted++) {
        fovea_model *model;
        fovea_explainer *explainer;
        fovea_explainer_options how;
        fovea_selftest *selftest;
        fovea_tensor *x;
        assert_int_equal(fovea_model_open(context, "lenet5", NULL, &model, NULL), FOVEA_OK);
        fovea_explainer_options_default(&how);
        how.planted_error = planted;
        assert_int_equal(fovea_explainer_create(model, &how, &explainer, NULL), FOVEA_OK);
        assert_int_equal(fovea_explain_baseline(explainer, "noise", NULL, 4, &x, NULL), FOVEA_OK);
        fovea_view view = fovea_tensor_view(x);
        assert_int_equal(fovea_selftest_run(explainer, &view, NULL, &selftest, NULL), FOVEA_OK);
        assert_true(selftest->in_double);
        assert_int_equal(verdict(selftest, "single-precision"), FOVEA_VERDICT_HOLDS);
        assert_int_equal(
            selftest->failed > 0,
            planted && verdict(selftest, "central-differences") == FOVEA_VERDICT_FAILS);
        fovea_selftest_free(selftest);
        fovea_tensor_free(x);
        fovea_explainer_free(explainer);
        fovea_model_free(model);
    }
}

static void a_target_that_does_not_exist_is_refused(void **state) {
    (void)state;
    explain_net net = explain_open(nets[0], 3, NULL);
    fovea_selftest *selftest = NULL;
    fovea_selftest_options how;
    fovea_error error;
    fovea_selftest_options_default(&how);
    how.target = 6;
    assert_int_equal(fovea_selftest_run(net.explainer, &net.view, &how, &selftest, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_null(selftest);
    explain_close(&net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_identities_hold_on_small_nets),
        cmocka_unit_test(what_applies_depends_on_the_net),
        cmocka_unit_test(a_planted_error_is_found),
        cmocka_unit_test(floats_are_checked_beside_their_doubles),
        cmocka_unit_test(a_target_that_does_not_exist_is_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
