// SPDX-License-Identifier: MIT
// Which worker does an item changes no bit: steps that dawdle, so that other workers take items over.
#include <stdatomic.h>
#include <time.h>

#include "unit/training.h"

enum { MOST_STEPS = 256 };

// Every step of a plan runs through `dawdle`, which keeps the step's own function here.
static struct {
    fovea__step *first;
    fovea_status (*run[MOST_STEPS])(const fovea__step *, const fovea__bound *, int64_t, int32_t,
                                    fovea_error *);
    int32_t threads;
    atomic_int calls, taken;
} slow;

static fovea_status dawdle(const fovea__step *step, const fovea__bound *bound, int64_t item,
                           int32_t worker, fovea_error *error) {
    uint32_t hash = ((uint32_t)(step - slow.first) * 40503u + (uint32_t)item) * 2654435761u +
                    (uint32_t)atomic_fetch_add(&slow.calls, 1) * 97u;
    if (hash >> 29 == 0) nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    // Slots of one group and parts: item i is worker i's own.
    if (step->kind != FOVEA__STEP_ONCE && item % slow.threads != worker) slow.taken++;
    return slow.run[step - slow.first](step, bound, item, worker, error);
}

static void slow_down(training *t, int32_t threads) {
    fovea__steps *steps = &t->trainer->session->plan->steps;
    assert_in_range(steps->count, 1, MOST_STEPS);
    slow.first = steps->step;
    slow.threads = threads;
    for (size_t s = 0; s < steps->count; s++) {
        slow.run[s] = steps->step[s].run;
        steps->step[s].run = dawdle;
    }
}

static void train(const char *net, const char *plan, int threads, bool slowly, training *t) {
    training_wish wish = training_usual();
    wish.net = net;
    wish.threads = threads;
    wish.options.plan = plan;
    wish.options.batch = 37;
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    assert_true(training_open(&wish, t));
    if (slowly) slow_down(t, threads);
    for (int step = 0; step < 12; step++) {
        fovea_error error;
        double loss;
        if (training_step(t, step, step % 3 ? 37 : 20, &loss, &error)) fail_msg("%s", error.text);
    }
}

static void same_bits_whoever_does_it(const char *net, const char *plan) {
    training want, got;
    train(net, plan, 1, false, &want);
    for (int threads = 2; threads <= 5; threads++) {
        train(net, plan, threads, true, &got);
        training_same(&want, &got, plan);
        training_close(&got);
    }
    training_close(&want);
}

static void items_taken_over_have_the_same_bits(void **state) {
    (void)state;
    static const char *const nets[] = {
        TRAINING_NET,
        ("conv 20 3 pad=1 as a, batchnorm, relu as b, conv 20 3 pad=1, batchnorm, add b, relu, "
         "concat a, maxpool 2, dropout 0.3, flatten, linear 10"),
        "flatten, linear 300, relu, dropout 0.5, linear 300, tanh, linear 10",
    };
    for (size_t n = 0; n < sizeof nets / sizeof nets[0]; n++) {
        same_bits_whoever_does_it(nets[n], "n16");
        same_bits_whoever_does_it(nets[n], "plain");
    }
    assert_true(slow.taken > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(items_taken_over_have_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
