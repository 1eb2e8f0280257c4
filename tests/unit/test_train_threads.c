// SPDX-License-Identifier: MIT
// A whole run gives the same bits with any number of threads, plan and kernel set.
#include "unit/training.h"

static const struct {
    const char *plan, *cpu;
    int threads;
} ways[] = {{"n16", NULL, 1},        {"n16", NULL, 2},         {"n16", NULL, 3},
            {"n16", NULL, 5},        {"plain", NULL, 1},       {"plain", NULL, 3},
            {"n16", "avx2", 2},      {"n16", "avx512", 2},     {"n16", "neon", 2},
            {"n16", "reference", 1}, {"plain", "reference", 2}};

static void same_with_all_ways(const training_wish *wish) {
    training first, other;
    training_wish way = *wish;
    way.options.plan = ways[0].plan;
    assert_true(training_open(&way, &first));
    training_finish(&first);
    for (size_t i = 1; i < sizeof ways / sizeof ways[0]; i++) {
        char why[64];
        snprintf(why, sizeof why, "plan %s, cpu %s, %d threads", ways[i].plan,
                 ways[i].cpu ? ways[i].cpu : "-", ways[i].threads);
        way.options.plan = ways[i].plan;
        way.cpu = ways[i].cpu;
        way.threads = ways[i].threads;
        if (!training_open(&way, &other)) continue;  // a kernel set this processor lacks
        training_finish(&other);
        training_same(&first, &other, why);
        training_close(&other);
    }
    training_close(&first);
}

static void adam_with_everything_random(void **state) {
    (void)state;
    training_wish wish = training_usual();
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.01;
    wish.options.augmentation.shift = 1;
    wish.options.augmentation.flip = 1;
    wish.options.label_smoothing = 0.1;
    wish.options.epochs = 2;
    same_with_all_ways(&wish);
}

static void sgd_of_a_net_with_branches(void **state) {
    (void)state;
    training_wish wish = training_usual();
    wish.net =
        "conv 4 3 pad=1 as a, relu, conv 4 3 pad=1, add a, concat a, gelu, flatten, linear 20, "
        "silu, linear 10";
    wish.options.momentum = 0.9;
    wish.options.nesterov = 1;
    wish.options.weight_decay = 1e-3;
    wish.options.schedule = FOVEA_SCHEDULE_ONE_CYCLE;
    wish.options.batch = 33;
    wish.options.epochs = 2;
    same_with_all_ways(&wish);
}

// A weight too big for partial sums is summed tile by tile.
static void adamw_with_a_weight_in_tiles(void **state) {
    (void)state;
    training_wish wish = training_usual();
    wish.net = "flatten, linear 400, relu, linear 400, tanh, linear 10";
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAMW;
    wish.options.weight_decay = 0.1;
    wish.options.learning_rate = 0.002;
    wish.options.loss = FOVEA_LOSS_SQUARED;
    wish.options.batch = 36;
    wish.options.epochs = 1;
    same_with_all_ways(&wish);
}

// The environment chooses where the program does not.
static void the_environment_changes_no_bit(void **state) {
    (void)state;
    training first, other;
    training_wish wish = training_usual();
    wish.options.epochs = 1;
    assert_true(training_open(&wish, &first));
    training_finish(&first);
    setenv("FOVEA_CPU", "reference", 1);
    setenv("FOVEA_PLAN", "plain", 1);
    wish.threads = 0;
    assert_true(training_open(&wish, &other));
    assert_string_equal(fovea_context_cpu(other.context), "reference");
    training_finish(&other);
    unsetenv("FOVEA_CPU");
    unsetenv("FOVEA_PLAN");
    training_same(&first, &other, "FOVEA_CPU=reference FOVEA_PLAN=plain");
    training_close(&other);
    training_close(&first);
}

// A net learns what the pictures show; whatever else holds, numbers that agree but never improve
// are wrong.
static void the_net_learns(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    wish.net = "conv 8 3 pad=1, relu, flatten, linear 10";
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.01;
    wish.options.epochs = 40;
    wish.threads = 2;
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    const fovea_epoch *last = &fovea_trainer_history(t.trainer)[39];
    assert_true(last->loss < 0.2 * fovea_trainer_history(t.trainer)[0].loss);
    assert_true(last->training.accuracy >= 0.95);
    assert_int_equal(last->training.count, TRAINING_COUNT);
    assert_int_equal(last->validation.count, TRAINING_VALIDATION);
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(adam_with_everything_random),
        training_test(sgd_of_a_net_with_branches),
        training_test(adamw_with_a_weight_in_tiles),
        training_test(the_environment_changes_no_bit),
        training_test(the_net_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
