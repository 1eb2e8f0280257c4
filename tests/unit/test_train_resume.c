// SPDX-License-Identifier: MIT
// Resuming from a checkpoint is never having stopped, bit for bit.
#include "unit/training.h"

static void same_as_never_stopped(const data_place *place, const training_wish *wish, int steps,
                                  const char *why) {
    training whole, stopped, resumed;
    fovea_error error;
    const char *path = data_path(place, "last.safetensors");
    assert_true(training_open(wish, &whole));
    training_finish(&whole);
    assert_true(training_open(wish, &stopped));
    training_run_steps(&stopped, steps);
    if (fovea_trainer_save(stopped.trainer, path, &error)) fail_msg("%s", error.text);
    // Other weights to begin with: all must come from the file.
    training_wish fresh = *wish;
    fresh.seed = 77;
    assert_true(training_open(&fresh, &resumed));
    if (fovea_trainer_load(resumed.trainer, path, &error)) fail_msg("%s", error.text);
    training_same(&stopped, &resumed, why);
    training_finish(&resumed);
    training_same(&whole, &resumed, why);
    // And whoever was stopped but not ended goes on just so.
    training_finish(&stopped);
    training_same(&whole, &stopped, why);
    training_close(&resumed);
    training_close(&stopped);
    training_close(&whole);
}

typedef struct {
    int left;         // batches of measuring before the stop
    int64_t counted;  // pictures measured when it came
} measuring_stop;

static int stop_in_measuring(void *user, const fovea_progress *progress) {
    measuring_stop *stop = user;
    if (!progress->measuring) return 1;
    assert_int_equal(progress->steps, TRAINING_COUNT + TRAINING_VALIDATION);
    stop->counted = progress->step;
    return --stop->left > 0;
}

// Training part and validation part are one batch each: stop after the first, and after the last.
static void stopping_while_measuring_measures_again(void **state) {
    const char *path = data_path(*state, "measuring.safetensors");
    training_wish wish = training_usual();
    training whole;
    assert_true(training_open(&wish, &whole));
    training_finish(&whole);
    for (int batches = 1; batches <= 2; batches++) {
        training stopped, resumed;
        fovea_epoch epoch;
        fovea_error error;
        measuring_stop stop = {batches, 0};
        assert_true(training_open(&wish, &stopped));
        fovea_trainer_on_progress(stopped.trainer, stop_in_measuring, &stop);
        assert_int_equal(fovea_trainer_epoch(stopped.trainer, &epoch, &error), FOVEA_INTERRUPTED);
        assert_non_null(strstr(error.text, "epoch 1 was measured"));
        assert_int_equal(stop.counted,
                         batches == 1 ? TRAINING_COUNT : TRAINING_COUNT + TRAINING_VALIDATION);
        assert_int_equal(fovea_trainer_epoch_count(stopped.trainer), 0);
        assert_int_equal(fovea_trainer_save(stopped.trainer, path, NULL), FOVEA_OK);
        assert_true(training_open(&wish, &resumed));
        assert_int_equal(fovea_trainer_load(resumed.trainer, path, NULL), FOVEA_OK);
        training_finish(&resumed);
        training_same(&whole, &resumed, "stopped while measuring, resumed");
        fovea_trainer_on_progress(stopped.trainer, NULL, NULL);
        training_finish(&stopped);
        training_same(&whole, &stopped, "stopped while measuring, gone on");
        training_close(&resumed);
        training_close(&stopped);
    }
    training_close(&whole);
}

static void every_optimizer_resumes_anywhere(void **state) {
    const fovea_optimizer optimizers[] = {FOVEA_OPTIMIZER_SGD, FOVEA_OPTIMIZER_ADAM,
                                          FOVEA_OPTIMIZER_ADAMW};
    // An epoch has three steps, the last of five pictures: stop in it, at its end, and later.
    const int stops[] = {1, 2, 3, 4, 6, 8};
    for (int o = 0; o < 3; o++)
        for (size_t s = 0; s < sizeof stops / sizeof stops[0]; s++) {
            training_wish wish = training_usual();
            wish.options.optimizer = optimizers[o];
            wish.options.momentum = o == 0 ? 0.9 : 0;
            wish.options.nesterov = o == 0;
            wish.options.weight_decay = 0.01;
            wish.options.learning_rate = o == 0 ? 0.05 : 0.01;
            wish.options.schedule = (fovea_schedule)(s % 4);
            wish.options.step_epochs = 1;
            wish.options.warmup = s % 2 ? 2 : 0;
            wish.options.augmentation.shift = 1;
            wish.options.augmentation.flip = 1;
            wish.options.augmentation.fill[0] = 9;
            wish.options.plan = s % 2 ? "n16" : "plain";
            char why[64];
            snprintf(why, sizeof why, "optimizer %d stopped after %d steps", o, stops[s]);
            same_as_never_stopped(*state, &wish, stops[s], why);
        }
}

static void double_precision_resumes(void **state) {
    training_wish wish = training_usual();
    wish.precision = "f64";
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.label_smoothing = 0.1;
    same_as_never_stopped(*state, &wish, 4, "double precision");
}

static void plain_sgd_without_moments_resumes(void **state) {
    training_wish wish = training_usual();
    double weight[10] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0.125};
    wish.options.class_weight = weight;
    wish.options.class_weight_count = 10;
    wish.options.measure_training = 0;
    wish.options.shuffle = 0;
    wish.validate = false;
    same_as_never_stopped(*state, &wish, 5, "plain SGD");
}

static void a_run_may_go_on_longer_than_planned(void **state) {
    training whole, first, longer;
    training_wish wish = training_usual();
    const char *path = data_path(*state, "last.safetensors");
    assert_true(training_open(&wish, &whole));
    training_finish(&whole);
    wish.options.epochs = 2;
    assert_true(training_open(&wish, &first));
    training_finish(&first);
    assert_int_equal(fovea_trainer_save(first.trainer, path, NULL), FOVEA_OK);
    wish.options.epochs = 3;
    assert_true(training_open(&wish, &longer));
    assert_int_equal(fovea_trainer_load(longer.trainer, path, NULL), FOVEA_OK);
    training_finish(&longer);
    training_same(&whole, &longer, "three epochs in two runs");
    training_close(&longer);
    training_close(&first);
    training_close(&whole);
}

static void step_some(training *t, int64_t from, int64_t to) {
    double loss;
    fovea_error error;
    for (int64_t step = from; step < to; step++)
        if (training_step(t, step, 13, &loss, &error)) fail_msg("%s", error.text);
}

static void own_loops_resume(void **state) {
    training whole, stopped, resumed;
    training_wish wish = training_usual();
    const char *path = data_path(*state, "own.safetensors");
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.01;
    assert_true(training_open(&wish, &whole));
    step_some(&whole, 0, 7);
    assert_true(training_open(&wish, &stopped));
    step_some(&stopped, 0, 4);
    assert_int_equal(fovea_trainer_save(stopped.trainer, path, NULL), FOVEA_OK);
    assert_true(training_open(&wish, &resumed));
    fovea_error error;
    if (fovea_trainer_load(resumed.trainer, path, &error)) fail_msg("%s", error.text);
    step_some(&resumed, 4, 7);
    training_same(&whole, &resumed, "own loop");
    training_close(&resumed);
    training_close(&stopped);
    training_close(&whole);
}

static void a_checkpoint_is_a_model_file(void **state) {
    training t;
    training_wish wish = training_usual();
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    const char *path = data_path(*state, "last.safetensors");
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    assert_int_equal(fovea_trainer_save(t.trainer, path, NULL), FOVEA_OK);
    fovea_model *model;
    fovea_error error;
    if (fovea_model_open(t.context, path, NULL, &model, &error)) fail_msg("%s", error.text);
    training_same_model(t.model, model, "opened as a model");
    fovea_model_free(model);
    training_close(&t);
}

// Clocks must not run backwards or stand still over a stop: the seconds of both parts are added.
static void seconds_of_both_parts_are_added(void **state) {
    training stopped, resumed;
    training_wish wish = training_usual();
    const char *path = data_path(*state, "last.safetensors");
    assert_true(training_open(&wish, &stopped));
    training_run_steps(&stopped, 2);
    stopped.trainer->at.seconds = 1000;
    assert_int_equal(fovea_trainer_save(stopped.trainer, path, NULL), FOVEA_OK);
    assert_true(training_open(&wish, &resumed));
    assert_int_equal(fovea_trainer_load(resumed.trainer, path, NULL), FOVEA_OK);
    fovea_epoch epoch;
    assert_int_equal(fovea_trainer_epoch(resumed.trainer, &epoch, NULL), FOVEA_OK);
    assert_true(epoch.training_seconds > 1000 && epoch.training_seconds < 1500);
    assert_true(epoch.seconds >= epoch.training_seconds);
    assert_int_equal(strlen(epoch.time), strlen("2026-01-31T12:00:00"));
    training_close(&resumed);
    training_close(&stopped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(every_optimizer_resumes_anywhere),
        training_test(stopping_while_measuring_measures_again),
        training_test(double_precision_resumes),
        training_test(plain_sgd_without_moments_resumes),
        training_test(a_run_may_go_on_longer_than_planned),
        training_test(own_loops_resume),
        training_test(a_checkpoint_is_a_model_file),
        training_test(seconds_of_both_parts_are_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
