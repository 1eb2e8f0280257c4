// SPDX-License-Identifier: MIT
// Training takes its memory once, and running out of it at any moment leaks nothing.
#include "unit/failing.h"
#include "unit/training.h"

typedef struct {
    failing *memory;
    int64_t calls;
    int steps;
} counting;

static int count_allocations(void *user, const fovea_progress *progress) {
    counting *c = user;
    if (progress->measuring) return 1;
    if (c->steps++ > 0) assert_int_equal(c->memory->calls, c->calls);
    c->calls = c->memory->calls;
    return 1;
}

static void a_training_step_allocates_nothing(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 4; p++) {
        failing memory = {.fail_at = 0};
        training t = {.context = failing_context(&memory, 1 + p / 2)};
        training_wish wish = training_usual();
        wish.options.plan = plans[p % 2];
        wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
        wish.options.augmentation.shift = 1;
        assert_non_null(t.context);
        assert_int_equal(fovea_dataset_open(t.context, "mnist:train", NULL, &t.set, NULL),
                         FOVEA_OK);
        t.model = training_model(t.context, &wish);
        assert_int_equal(
            fovea_trainer_create(t.model, t.set, NULL, NULL, &wish.options, &t.trainer, NULL),
            FOVEA_OK);
        for (int e = 0; e < 2; e++) {
            fovea_epoch epoch;
            counting c = {.memory = &memory};
            int64_t before = memory.calls;
            fovea_trainer_on_progress(t.trainer, count_allocations, &c);
            assert_int_equal(fovea_trainer_epoch(t.trainer, &epoch, NULL), FOVEA_OK);
            assert_int_equal(c.steps, 3);
            assert_int_equal(c.calls, before);  // nor did the first step
        }
        int64_t before = memory.calls;
        double loss;
        assert_int_equal(training_step(&t, 0, 16, &loss, NULL), FOVEA_OK);
        assert_int_equal(memory.calls, before);
        training_close(&t);
        assert_int_equal(memory.live, 0);
    }
}

// Trainer, epoch, save, load, answers, history.
static fovea_status do_all(training *t, const training_wish *wish, const char *path) {
    fovea_epoch epoch, *history;
    fovea_answers *answers;
    int32_t count;
    fovea_error error;
    fovea_status status =
        fovea_trainer_create(t->model, t->set, t->set, NULL, &wish->options, &t->trainer, &error);
    if (status == FOVEA_OK) status = fovea_trainer_epoch(t->trainer, &epoch, &error);
    if (status == FOVEA_OK) status = fovea_trainer_save(t->trainer, path, &error);
    if (status == FOVEA_OK) status = fovea_trainer_load(t->trainer, path, &error);
    if (status == FOVEA_OK) {
        status = fovea_answers_create(t->model, t->set, 16, &answers, &error);
        if (status == FOVEA_OK) fovea_answers_free(answers);
    }
    if (status == FOVEA_OK)
        status =
            fovea_history_write(t->context, fovea_trainer_history(t->trainer), 1, path, &error);
    if (status == FOVEA_OK) {
        status = fovea_history_read(t->context, path, &history, &count, &error);
        if (status == FOVEA_OK) fovea_history_free(t->context, history);
    }
    if (status != FOVEA_OK) {
        assert_int_equal(error.status, status);
        assert_true(error.text[0] != 0);
    }
    return status;
}

static void running_out_of_memory_leaks_nothing(void **state) {
    char path[600];
    snprintf(path, sizeof path, "%s", data_path(*state, "sweep"));
    training_wish wish = training_usual();
    wish.net = "conv 2 3, batchnorm, relu, flatten, linear 10";
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.augmentation.flip = 1;
    const double weight[10] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    wish.options.class_weight = weight;
    wish.options.class_weight_count = 10;
    int64_t k = 0;
    for (fovea_status status = FOVEA_OUT_OF_MEMORY; status != FOVEA_OK; k++) {
        failing memory = {.fail_at = 0};
        training t = {.context = failing_context(&memory, 1)};
        assert_int_equal(fovea_dataset_open(t.context, "mnist:train", NULL, &t.set, NULL),
                         FOVEA_OK);
        t.model = training_model(t.context, &wish);
        memory.fail_at = memory.calls + 1 + k;
        status = do_all(&t, &wish, path);
        if (status != FOVEA_OK) assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        if (status == FOVEA_OK) assert_true(memory.calls < memory.fail_at);
        training_close(&t);
        assert_int_equal(memory.live, 0);
    }
    assert_true(k > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(a_training_step_allocates_nothing),
        training_test(running_out_of_memory_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
