// SPDX-License-Identifier: MIT
// Numbers that are not finite, and options, nets and steps that cannot be: training stops, says
// where, and has changed nothing.
#include <math.h>

#include "unit/training.h"

static void set_number(training *t, const char *name, int64_t index, double number) {
    fovea_value v = fovea_graph_find_value(t->model->graph, name);
    if (v < 0) fail_msg("no value is called %s", name);
    fovea_view view = fovea_graph_parameter(t->model->graph, v);
    if (view.type == FOVEA_F32)
        ((float *)view.data)[index] = (float)number;
    else
        ((double *)view.data)[index] = number;
}

// The next step must be NOT_FINITE, name `layer` and `step`, and change nothing.
static void stops_at(training *t, int64_t step, const char *layer) {
    double loss;
    fovea_error error = {0};
    char named[32];
    snprintf(named, sizeof named, "step %lld ", (long long)step + 1);
    uint64_t before = training_hash(t);
    fovea_status status = training_step(t, step, 16, &loss, &error);
    if (status != FOVEA_NOT_FINITE || !strstr(error.text, named) || !strstr(error.where, layer))
        fail_msg("expected %sand %s, got %s: %s", named, layer, fovea_status_name(status),
                 error.text);
    assert_true(training_hash(t) == before);
}

static void a_huge_learning_rate_stops_before_the_weights_change(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        training t;
        training_wish wish = training_usual();
        wish.net = "conv 4 3 pad=1, flatten, linear 10";
        wish.options.learning_rate = 1e6;
        wish.options.plan = plans[p];
        assert_true(training_open(&wish, &t));
        int64_t step = 0;
        double loss;
        fovea_error error;
        uint64_t before;
        fovea_status status;
        do {
            before = training_hash(&t);
            status = training_step(&t, step++, 16, &loss, &error);
        } while (status == FOVEA_OK && step < 100);
        assert_int_equal(status, FOVEA_NOT_FINITE);
        assert_true(step > 1);
        assert_true(training_hash(&t) == before);
        char named[32];
        snprintf(named, sizeof named, "step %lld ", (long long)step);
        assert_non_null(strstr(error.text, named));
        assert_true(strstr(error.where, "conv1") || strstr(error.where, "linear1"));
        // Whoever tries again is told the same.
        assert_int_equal(training_step(&t, step - 1, 16, &loss, &error), FOVEA_NOT_FINITE);
        training_close(&t);
    }
}

static void an_epoch_stops_too_and_counts_nothing(void **state) {
    (void)state;
    training t;
    fovea_epoch epoch;
    fovea_error error;
    training_wish wish = training_usual();
    assert_true(training_open(&wish, &t));
    training_run_steps(&t, 4);
    set_number(&t, "linear1.bias", 2, NAN);
    uint64_t before = training_hash(&t);
    assert_int_equal(fovea_trainer_epoch(t.trainer, &epoch, &error), FOVEA_NOT_FINITE);
    assert_non_null(strstr(error.text, "step 5 (epoch 2)"));
    assert_string_equal(error.where, "linear1");
    assert_true(training_hash(&t) == before);
    training_close(&t);
}

static void the_first_layer_that_spoils_is_named(void **state) {
    (void)state;
    const struct {
        const char *weight, *layer;
        double number;
    } cases[] = {{"conv1.weight", "conv1", NAN},
                 {"conv1.bias", "conv1", INFINITY},
                 {"batchnorm1.weight", "batchnorm1", NAN},
                 {"conv2.weight", "conv2", -INFINITY},
                 {"linear1.weight", "linear1", NAN}};
    for (size_t c = 0; c < 2 * sizeof cases / sizeof cases[0]; c++) {
        training t;
        training_wish wish = training_usual();
        wish.options.plan = c % 2 ? "n16" : "plain";
        assert_true(training_open(&wish, &t));
        set_number(&t, cases[c / 2].weight, 0, cases[c / 2].number);
        stops_at(&t, 0, cases[c / 2].layer);
        training_close(&t);
    }
}

static void an_infinite_loss_is_called_so(void **state) {
    (void)state;
    training t;
    double loss;
    fovea_error error;
    training_wish wish = training_usual();
    wish.net = "flatten, linear 10";
    wish.options.loss = FOVEA_LOSS_SQUARED;
    assert_true(training_open(&wish, &t));
    set_number(&t, "linear1.bias", 9, INFINITY);
    assert_int_equal(training_step(&t, 0, 16, &loss, &error), FOVEA_NOT_FINITE);
    assert_non_null(strstr(error.text, "is infinite"));
    training_close(&t);
}

// All numbers of the net are finite here, and so is the loss, but a gradient is not.
static void a_gradient_that_is_not_finite_is_named(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    for (int p = 0; p < 2; p++) {
        training t;
        training_wish wish = training_usual();
        wish.net = "flatten, linear 8, linear 10";
        wish.options.plan = plans[p];
        assert_true(training_prepare(&wish, &t));
        const double mean[] = {0}, deviation[] = {1e-4};
        assert_int_equal(fovea_model_set_normalization(t.model, mean, deviation, NULL), FOVEA_OK);
        assert_int_equal(
            fovea_trainer_create(t.model, t.set, NULL, NULL, &wish.options, &t.trainer, NULL),
            FOVEA_OK);
        for (int i = 0; i < 160; i++) set_number(&t, "linear1.weight", i, 0);
        for (int i = 0; i < 8; i++) set_number(&t, "linear1.bias", i, 0);
        for (int i = 0; i < 80; i++) set_number(&t, "linear2.weight", i, i < 8 ? 3e38 : 0);
        stops_at(&t, 0, "linear1.weight");
        training_close(&t);
    }
}

static void statistics_of_a_refused_step_are_not_kept(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    double loss;
    assert_true(training_open(&wish, &t));
    assert_int_equal(training_step(&t, 0, 16, &loss, NULL), FOVEA_OK);
    fovea_value tracked = fovea_graph_find_value(t.model->graph, "batchnorm1.num_batches_tracked");
    assert_int_equal(*(int64_t *)fovea_graph_parameter(t.model->graph, tracked).data, 1);
    set_number(&t, "linear1.bias", 0, NAN);
    stops_at(&t, 1, "linear1");
    assert_int_equal(*(int64_t *)fovea_graph_parameter(t.model->graph, tracked).data, 1);
    training_close(&t);
}

static void refuse_create(training *t, const fovea_train_options *options, fovea_status status,
                          const char *text) {
    fovea_error error = {0};
    fovea_status got =
        fovea_trainer_create(t->model, t->set, t->validation, NULL, options, &t->trainer, &error);
    if (got != status || !strstr(error.text, text))
        fail_msg("expected %s with '%s', got %s: %s", fovea_status_name(status), text,
                 fovea_status_name(got), error.text);
}

static void options_that_cannot_be_are_refused(void **state) {
    (void)state;
#define OPTION(name) offsetof(fovea_train_options, name)
    const struct {
        size_t offset;
        char type;  // double, int32, long int64
        double value;
        const char *text;
    } cases[] = {
        {OPTION(learning_rate), 'd', -1, "learning rate"},
        {OPTION(learning_rate), 'd', NAN, "learning rate"},
        {OPTION(learning_rate), 'd', INFINITY, "learning rate"},
        {OPTION(momentum), 'd', 1.5, "momentum"},
        {OPTION(weight_decay), 'd', -0.1, "weight decay"},
        {OPTION(beta1), 'd', 1, "beta1"},
        {OPTION(beta2), 'd', NAN, "beta2"},
        {OPTION(epsilon), 'd', 0, "epsilon"},
        {OPTION(step_gamma), 'd', NAN, "step gamma"},
        {OPTION(label_smoothing), 'd', 1.01, "label smoothing"},
        {OPTION(batch), 'l', 0, "batch"},
        {OPTION(batch), 'l', 1e18, "batch"},
        {OPTION(epochs), 'i', 0, "epochs"},
        {OPTION(warmup), 'l', -1, "warm-up"},
        {OPTION(step_epochs), 'i', 0, "epochs of a step"},
        {OPTION(nesterov), 'i', 1, "momentum above 0"},
        {OPTION(augmentation.shift), 'i', -1, "shift"},
        {OPTION(optimizer), 'i', 3, "optimizer 3"},
        {OPTION(schedule), 'i', -1, "schedule -1"},
    };
#undef OPTION
    training t;
    training_wish wish = training_usual();
    assert_true(training_prepare(&wish, &t));
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        fovea_train_options options = wish.options;
        char *at = (char *)&options + cases[c].offset;
        if (cases[c].type == 'd') memcpy(at, &cases[c].value, sizeof(double));
        if (cases[c].type == 'i') memcpy(at, &(int32_t){(int32_t)cases[c].value}, sizeof(int32_t));
        if (cases[c].type == 'l') memcpy(at, &(int64_t){(int64_t)cases[c].value}, sizeof(int64_t));
        refuse_create(&t, &options, FOVEA_INVALID_ARGUMENT, cases[c].text);
    }
    wish.options.plan = "n61";
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "plan 'n61' is unknown");
    training_close(&t);
}

static void class_weights_that_cannot_be_are_refused(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    double weight[10] = {0};
    assert_true(training_prepare(&wish, &t));
    wish.options.class_weight = weight;
    wish.options.class_weight_count = 9;
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "9 class weights for a net of 10");
    wish.options.class_weight_count = 10;
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "all class weights are 0");
    weight[3] = -1;
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "class weight 3 is -1");
    weight[3] = NAN;
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "class weight 3");
    weight[3] = 1;
    wish.options.loss = FOVEA_LOSS_SQUARED;
    refuse_create(&t, &wish.options, FOVEA_INVALID_ARGUMENT, "belong to the cross entropy");
    training_close(&t);
}

// A batch of classes that weigh nothing teaches nothing, and stops nothing.
static void a_batch_that_weighs_nothing_changes_nothing(void **state) {
    (void)state;
    training t;
    double loss;
    double weight[10] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    training_wish wish = training_usual();
    wish.net = "flatten, linear 10";
    wish.options.class_weight = weight;
    wish.options.class_weight_count = 10;
    assert_true(training_open(&wish, &t));
    float before[200];
    fovea_value v = fovea_graph_find_value(t.model->graph, "linear1.weight");
    const float *now = fovea_graph_parameter(t.model->graph, v).data;
    memcpy(before, now, sizeof before);
    assert_int_equal(training_step(&t, 0, 1, &loss, NULL), FOVEA_OK);  // label 0
    assert_true(loss == 0);
    assert_memory_equal(before, now, sizeof before);
    assert_int_equal(training_step(&t, 1, 1, &loss, NULL), FOVEA_OK);  // label 1
    assert_true(loss > 0 && memcmp(before, now, sizeof before) != 0);
    training_close(&t);
}

static void nets_that_cannot_train_are_refused(void **state) {
    (void)state;
    const struct {
        const char *net;
        fovea_status status;
        const char *text;
    } cases[] = {{"conv 10 3", FOVEA_SHAPE_MISMATCH, "a loss needs one row of numbers"},
                 {"flatten, linear 9", FOVEA_SHAPE_MISMATCH, "has 10 classes"},
                 {"flatten, relu", FOVEA_INVALID_ARGUMENT, "depends on no parameter"}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        training t;
        training_wish wish = training_usual();
        wish.net = cases[c].net;
        assert_true(training_prepare(&wish, &t));
        refuse_create(&t, &wish.options, cases[c].status, cases[c].text);
        // Nor without any set.
        fovea_dataset_free(t.set);
        fovea_dataset_free(t.validation);
        t.set = t.validation = NULL;
        if (c != 1) refuse_create(&t, &wish.options, cases[c].status, cases[c].text);
        training_close(&t);
    }
}

static void pictures_of_another_size_are_refused(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    assert_true(training_prepare(&wish, &t));
    fovea_model_options options;
    fovea_model_options_default(&options);
    fovea_model *right = t.model;
    assert_int_equal(fovea_model_open(t.context, "tutorial-mnist", &options, &t.model, NULL),
                     FOVEA_OK);
    refuse_create(&t, &wish.options, FOVEA_SHAPE_MISMATCH, "the net wants");
    fovea_model_free(t.model);
    t.model = right;
    training_close(&t);
}

static void steps_that_cannot_be_are_refused(void **state) {
    (void)state;
    training t;
    fovea_error error;
    fovea_epoch epoch;
    double loss;
    training_wish wish = training_usual();
    assert_true(training_open(&wish, &t));
    uint64_t before = training_hash(&t);
    assert_int_equal(training_step(&t, 0, 17, &loss, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "takes 1 to 16"));
    const uint8_t *picture = fovea_dataset_picture(t.set, 0);
    const int32_t labels[] = {-1, 10};
    for (int i = 0; i < 2; i++)
        assert_int_equal(fovea_trainer_step(t.trainer, &picture, &labels[i], 1, &loss, &error),
                         FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_trainer_step(t.trainer, &picture, labels, 0, &loss, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_true(training_hash(&t) == before);
    training_finish(&t);
    assert_int_equal(fovea_trainer_epoch(t.trainer, &epoch, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "all 3 epochs are done"));
    training_close(&t);
}

static void a_trainer_without_a_set_takes_steps_only(void **state) {
    (void)state;
    training t;
    fovea_error error;
    fovea_epoch epoch;
    double first, loss;
    training_wish wish = training_usual();
    wish.options.batch = 64;
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.02;
    assert_true(training_prepare(&wish, &t));
    assert_int_equal(
        fovea_trainer_create(t.model, NULL, NULL, NULL, &wish.options, &t.trainer, &error),
        FOVEA_OK);
    assert_int_equal(fovea_trainer_epoch(t.trainer, &epoch, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(training_step(&t, 0, 37, &first, &error), FOVEA_OK);
    for (int64_t step = 1; step < 60; step++)
        assert_int_equal(training_step(&t, 0, 37, &loss, &error), FOVEA_OK);
    assert_true(loss < first / 2);
    training_close(&t);
}

// The same batch twice must not lose the same numbers twice.
static void dropout_of_own_loops_changes_from_step_to_step(void **state) {
    (void)state;
    training t;
    double loss[3];
    training_wish wish = training_usual();
    wish.net = "flatten, dropout 0.5, linear 10";
    assert_true(training_open(&wish, &t));
    for (int i = 0; i < 3; i++) {
        t.trainer->options.learning_rate = 0;  // the weights stay
        assert_int_equal(training_step(&t, 0, 16, &loss[i], NULL), FOVEA_OK);
    }
    assert_true(loss[0] != loss[1] && loss[1] != loss[2]);
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(a_huge_learning_rate_stops_before_the_weights_change),
        training_test(an_epoch_stops_too_and_counts_nothing),
        training_test(the_first_layer_that_spoils_is_named),
        training_test(an_infinite_loss_is_called_so),
        training_test(a_gradient_that_is_not_finite_is_named),
        training_test(statistics_of_a_refused_step_are_not_kept),
        training_test(options_that_cannot_be_are_refused),
        training_test(class_weights_that_cannot_be_are_refused),
        training_test(a_batch_that_weighs_nothing_changes_nothing),
        training_test(nets_that_cannot_train_are_refused),
        training_test(pictures_of_another_size_are_refused),
        training_test(steps_that_cannot_be_are_refused),
        training_test(a_trainer_without_a_set_takes_steps_only),
        training_test(dropout_of_own_loops_changes_from_step_to_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
