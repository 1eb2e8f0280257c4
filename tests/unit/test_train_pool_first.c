// SPDX-License-Identifier: MIT
// Pooling before a monotone activation changes no answer, and no gradient where no two values of a
// window round to one; it is left where something else looks at the activation.
#include <stdio.h>
#include <string.h>

#include "unit/training.h"

static training_wish wish_of(const char *net, const char *plan) {
    training_wish wish = training_usual();
    wish.net = net;
    wish.options.plan = plan;
    return wish;
}

static bool exchanged(const char *net, const char *plan) {
    char alone[64];
    snprintf(alone, sizeof alone, "%s,-fuse", plan);
    training_wish wish = wish_of(net, alone);
    training t;
    assert_true(training_open(&wish, &t));
    bool changed = t.trainer->session->plan->rewritten != NULL;
    training_close(&t);
    return changed;
}

static void only_a_monotone_activation_read_by_one_pooling_changes_places(void **state) {
    (void)state;
    assert_true(exchanged("conv 4 3 pad=1, relu, maxpool 2, flatten, linear 10", "n16"));
    assert_true(exchanged("conv 4 3 pad=1, tanh, maxpool 2, flatten, linear 10", "plain"));
    assert_false(
        exchanged("conv 4 3 pad=1, relu, maxpool 2, flatten, linear 10", "n16,-pool-first"));
    assert_false(exchanged("conv 4 3 pad=1, silu, maxpool 2, flatten, linear 10", "n16"));
    assert_false(exchanged("conv 4 3 pad=1, relu, avgpool 2, flatten, linear 10", "n16"));
    assert_false(
        exchanged("conv 4 3 pad=1, relu as a, conv 4 3 pad=1, maxpool 2 as b, from a, "
                  "maxpool 2, add b, flatten, linear 10",
                  "n16"));
}

// Trains the same net with and without the exchange; everything the trainers hold must be equal.
static void same_training(const char *net) {
    for (int plan = 0; plan < 2; plan++) {
        training_wish with = wish_of(net, plan ? "n16" : "plain");
        training_wish without = wish_of(net, plan ? "n16,-pool-first" : "plain,-pool-first");
        training a, b;
        assert_true(training_open(&with, &a));
        assert_true(training_open(&without, &b));
        assert_non_null(a.trainer->session->plan->rewritten);
        training_finish(&a);
        training_finish(&b);
        training_same(&a, &b, net);
        training_close(&a);
        training_close(&b);
    }
}

static void relu_trains_the_same_bits_either_way(void **state) {
    (void)state;
    same_training("conv 4 3 pad=1, batchnorm, relu, maxpool 2, flatten, linear 10");
    same_training(
        "conv 4 3 pad=1, relu, dropout 0.25, conv 4 3 pad=1, relu, maxpool 2 stride=1, "
        "maxpool 2, flatten, linear 10");
}

static void what_lies_between_is_not_handed_out(void **state) {
    (void)state;
    training_wish wish = wish_of("conv 4 3 pad=1, relu, maxpool 2, flatten, linear 10", "-share");
    training t;
    fovea_error error;
    fovea_tensor *tensor = NULL;
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    fovea_session *session = fovea_trainer_session(t.trainer);
    const fovea_graph *graph = fovea_model_graph(t.model);
    fovea_value between = fovea_graph_find_value(graph, "relu1");
    assert_int_equal(fovea_session_value(session, between, &tensor, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "pooling"));
    assert_int_equal(fovea_session_gradient(session, between, &tensor, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(
        fovea_session_value(session, fovea_graph_find_value(graph, "maxpool1"), &tensor, &error),
        FOVEA_OK);
    fovea_tensor_free(tensor);
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(only_a_monotone_activation_read_by_one_pooling_changes_places),
        training_test(relu_trains_the_same_bits_either_way),
        training_test(what_lies_between_is_not_handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
