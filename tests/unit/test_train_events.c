// SPDX-License-Identifier: MIT
// What an event log is told of training, and the gradients it shows. What the files hold is tested
// in tests/cli/train_tensorboard.sh.
#include <math.h>

#include "base/fail.h"
#include "unit/training.h"

static fovea_view parameter(const training *t, const char *name, fovea_value *value) {
    *value = fovea_graph_find_value(t->model->graph, name);
    assert_true(*value >= 0);
    return fovea_graph_parameter(t->model->graph, *value);
}

static void the_gradient_is_that_of_the_last_step(void **state) {
    (void)state;
    training_wish wish = training_usual();
    training t;
    fovea_value value;
    fovea_view gradient;
    fovea_error error;
    double loss;
    float before[36];
    assert_true(training_open(&wish, &t));
    fovea_view weights = parameter(&t, "conv1.weight", &value);
    assert_int_equal(fovea_shape_count(&weights.shape), 36);
    assert_int_equal(fovea_trainer_gradient(t.trainer, value, &gradient, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "no step yet"));
    assert_int_equal(fovea_trainer_gradient(t.trainer, -1, &gradient, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(
        fovea_trainer_gradient(t.trainer, fovea_graph_find_value(t.model->graph, "relu1"),
                               &gradient, &error),
        FOVEA_INVALID_ARGUMENT);
    for (int64_t step = 0; step < 2; step++) {
        memcpy(before, weights.data, sizeof before);
        assert_int_equal(training_step(&t, step, 16, &loss, &error), FOVEA_OK);
        assert_int_equal(fovea_trainer_updates(t.trainer), step + 1);
        assert_int_equal(fovea_trainer_gradient(t.trainer, value, &gradient, &error), FOVEA_OK);
        assert_true(gradient.type == FOVEA_F32 &&
                    fovea_shape_equal(&gradient.shape, &weights.shape));
        // Plain SGD: the weights moved against it.
        for (int i = 0; i < 36; i++) {
            float moved = before[i] - 0.05f * ((const float *)gradient.data)[i];
            assert_true(fabsf(moved - ((const float *)weights.data)[i]) <= 1e-7f);
        }
    }
    training_close(&t);
}

typedef struct {
    fovea_event_log *log;
    double sum;  // of the samples' losses
    int64_t images;
} teller;

static int tell_step(void *user, const fovea_progress *progress) {
    teller *t = user;
    if (!progress->measuring) {
        t->sum += progress->step_loss * (double)(progress->images - t->images);
        t->images = progress->images;
    }
    return fovea_event_log_progress(t->log, progress, NULL) == FOVEA_OK;
}

static void the_losses_of_steps_make_up_that_of_the_epoch(void **state) {
    training_wish wish = training_usual();
    training t;
    teller told = {0};
    fovea_epoch epoch;
    fovea_error error;
    assert_true(training_open(&wish, &t));
    assert_int_equal(
        fovea_event_log_create(t.context, data_path(*state, "events"), 0, &told.log, &error),
        FOVEA_OK);
    assert_int_equal(fovea_event_log_epoch(told.log, t.trainer, &error), FOVEA_INVALID_ARGUMENT);
    fovea_trainer_on_progress(t.trainer, tell_step, &told);
    assert_int_equal(fovea_trainer_epoch(t.trainer, &epoch, &error), FOVEA_OK);
    assert_int_equal(told.images, TRAINING_COUNT);
    assert_true(fabs(told.sum / TRAINING_COUNT - epoch.loss) < 1e-12);
    assert_int_equal(fovea_trainer_updates(t.trainer), 3);  // 37 samples in batches of 16
    assert_int_equal(fovea_event_log_epoch(told.log, t.trainer, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_look(told.log, t.model, NULL, 3, &error), FOVEA_OK);
    assert_int_equal(fovea_event_log_flush(told.log, &error), FOVEA_OK);
    fovea_event_log_free(told.log);
    training_close(&t);
}

static void a_step_that_fails_has_no_gradient(void **state) {
    (void)state;
    training_wish wish = training_usual();
    training t;
    fovea_value value;
    fovea_view gradient;
    double loss;
    assert_true(training_open(&wish, &t));
    fovea_view weights = parameter(&t, "linear1.bias", &value);
    assert_int_equal(training_step(&t, 0, 16, &loss, NULL), FOVEA_OK);
    ((float *)weights.data)[0] = INFINITY;
    assert_int_equal(training_step(&t, 1, 16, &loss, NULL), FOVEA_NOT_FINITE);
    assert_int_equal(fovea_trainer_gradient(t.trainer, value, &gradient, NULL),
                     FOVEA_INVALID_ARGUMENT);
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(the_gradient_is_that_of_the_last_step),
        training_test(the_losses_of_steps_make_up_that_of_the_epoch),
        training_test(a_step_that_fails_has_no_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
