// SPDX-License-Identifier: MIT
// What a net says about a set: scores, probabilities, confusion and mistakes, whatever the batch;
// and what dropout and augmentation do on the way.
#include <math.h>

#include "data/batch.h"
#include "unit/training.h"

static fovea_answers *ask(const training *t, int64_t batch) {
    fovea_answers *answers;
    fovea_error error;
    if (fovea_answers_create(t->model, t->set, batch, &answers, &error)) fail_msg("%s", error.text);
    return answers;
}

static training trained(void) {
    training t;
    training_wish wish = training_usual();
    wish.threads = 2;
    wish.options.optimizer = FOVEA_OPTIMIZER_ADAM;
    wish.options.learning_rate = 0.01;
    assert_true(training_open(&wish, &t));
    training_finish(&t);
    return t;
}

static void every_batch_size_gives_the_same_bits(void **state) {
    (void)state;
    training t = trained();
    const int64_t batches[] = {1, 2, 16, 17, 256, 0};
    fovea_answers *first = ask(&t, 1);
    assert_int_equal(fovea_answers_outputs(first), 10);
    for (size_t b = 1; b < sizeof batches / sizeof batches[0]; b++) {
        fovea_answers *other = ask(&t, batches[b]);
        assert_memory_equal(fovea_answers_logits(first, 0), fovea_answers_logits(other, 0),
                            TRAINING_COUNT * 10 * sizeof(float));
        for (int64_t i = 0; i < TRAINING_COUNT; i++) {
            assert_int_equal(fovea_answers_class(first, i), fovea_answers_class(other, i));
            assert_true(fovea_answers_loss(first, i) == fovea_answers_loss(other, i));
        }
        fovea_answers_free(other);
    }
    fovea_answers_free(first);
    training_close(&t);
}

// Everything follows from the logits, by the formulas of the header.
static void everything_follows_from_the_logits(void **state) {
    (void)state;
    training t = trained();
    fovea_answers *answers = ask(&t, 16);
    int64_t right = 0, expected[10][10] = {{0}}, matrix[10][10];
    double losses = 0;
    for (int64_t i = 0; i < TRAINING_COUNT; i++) {
        const float *logits = fovea_answers_logits(answers, i);
        int32_t label = fovea_dataset_label(t.set, i), best = 0;
        double sum = 0, total = 0;
        for (int32_t k = 0; k < 10; k++) {
            if (logits[k] > logits[best]) best = k;
            sum += exp((double)logits[k]);
        }
        for (int32_t k = 0; k < 10; k++) {
            double p = fovea_answers_probability(answers, i, k);
            assert_true(fabs(p - exp((double)logits[k]) / sum) < 1e-6);
            total += p;
        }
        assert_true(fabs(total - 1) < 1e-12);
        assert_int_equal(fovea_answers_class(answers, i), best);
        double loss = fovea_answers_loss(answers, i);
        assert_true(fabs(loss - (log(sum) - (double)logits[label])) < 1e-5);
        assert_true(fabs(loss + log(fovea_answers_probability(answers, i, label))) < 1e-5);
        right += best == label;
        losses += loss;
        expected[label][best]++;
    }
    fovea_score score = fovea_answers_score(answers);
    assert_int_equal(score.count, TRAINING_COUNT);
    assert_true(score.accuracy == (double)right / TRAINING_COUNT);
    assert_true(fabs(score.loss - losses / TRAINING_COUNT) < 1e-12);
    fovea_answers_confusion(answers, &matrix[0][0]);
    assert_memory_equal(matrix, expected, sizeof matrix);
    // The epoch's score is this one.
    const fovea_score *epoch = &fovea_trainer_history(t.trainer)[2].training;
    assert_true(epoch->loss == score.loss && epoch->accuracy == score.accuracy);
    fovea_answers_free(answers);
    training_close(&t);
}

static void set_all(const training *t, const char *name, float number) {
    fovea_view view =
        fovea_graph_parameter(t->model->graph, fovea_graph_find_value(t->model->graph, name));
    assert_non_null(view.data);
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++) ((float *)view.data)[i] = number;
}

static training flat(float weight, float bias0) {
    training t;
    training_wish wish = training_usual();
    wish.net = "flatten, linear 10";
    assert_true(training_open(&wish, &t));
    set_all(&t, "linear1.weight", weight);
    set_all(&t, "linear1.bias", 0);
    fovea_value bias = fovea_graph_find_value(t.model->graph, "linear1.bias");
    ((float *)fovea_graph_parameter(t.model->graph, bias).data)[0] = bias0;
    return t;
}

// All say 0 with the same loss: only those that are no 0 are mistakes, in the order of the set.
static void equal_losses_come_in_the_order_of_the_set(void **state) {
    (void)state;
    training t = flat(0, 0);
    fovea_answers *answers = ask(&t, 16);
    int64_t position[TRAINING_COUNT], wrong = 0;
    for (int64_t i = 0; i < TRAINING_COUNT; i++) {
        assert_int_equal(fovea_answers_class(answers, i), 0);  // the first of equals
        wrong += fovea_dataset_label(t.set, i) != 0;
    }
    assert_int_equal(fovea_answers_worst(answers, position, TRAINING_COUNT), wrong);
    for (int64_t k = 0; k < wrong; k++) {
        assert_true(fovea_dataset_label(t.set, position[k]) != 0);
        if (k) assert_true(position[k] > position[k - 1]);
    }
    int64_t few[3];
    assert_int_equal(fovea_answers_worst(answers, few, 3), 3);
    assert_memory_equal(few, position, sizeof few);
    assert_int_equal(fovea_answers_worst(answers, few, 0), 0);
    fovea_answers_free(answers);
    training_close(&t);
}

static void the_worst_come_first(void **state) {
    (void)state;
    training t = trained();
    fovea_answers *answers = ask(&t, 16);
    int64_t all[TRAINING_COUNT], few[5];
    int64_t wrong = fovea_answers_worst(answers, all, TRAINING_COUNT);
    fovea_score score = fovea_answers_score(answers);
    assert_int_equal(wrong, TRAINING_COUNT - (int64_t)lround(score.accuracy * TRAINING_COUNT));
    assert_in_range(wrong, 6, TRAINING_COUNT);
    for (int64_t k = 1; k < wrong; k++)
        assert_true(fovea_answers_loss(answers, all[k - 1]) >= fovea_answers_loss(answers, all[k]));
    assert_int_equal(fovea_answers_worst(answers, few, 5), 5);
    assert_memory_equal(few, all, sizeof few);
    fovea_answers_free(answers);
    training_close(&t);
}

static void answers_that_are_no_numbers_are_the_worst(void **state) {
    (void)state;
    training t = flat(0, NAN);
    fovea_answers *answers = ask(&t, 16);
    int64_t position[TRAINING_COUNT], matrix[100];
    int64_t found = fovea_answers_worst(answers, position, TRAINING_COUNT);
    assert_in_range(found, 1, TRAINING_COUNT);
    for (int64_t k = 1; k < found; k++) assert_true(position[k] > position[k - 1]);
    assert_true(isnan(fovea_answers_score(answers).loss));
    assert_true(isnan(fovea_answers_probability(answers, 0, 3)));
    fovea_answers_confusion(answers, matrix);
    fovea_answers_free(answers);
    training_close(&t);
}

// exp would overflow at 1e4: probabilities are taken from the largest.
static void huge_logits_keep_their_probabilities(void **state) {
    (void)state;
    training t = flat(0, 1e4f);
    fovea_answers *answers = ask(&t, 16);
    assert_true(fovea_answers_probability(answers, 0, 0) == 1);
    assert_true(fovea_answers_probability(answers, 0, 1) == 0);
    assert_true(fovea_answers_loss(answers, 0) == 0);    // label 0
    assert_true(fovea_answers_loss(answers, 1) == 1e4);  // label 1
    fovea_answers_free(answers);
    training_close(&t);
}

static void sets_that_do_not_fit_are_refused(void **state) {
    (void)state;
    training t;
    fovea_answers *answers;
    fovea_error error;
    training_wish wish = training_usual();
    wish.net = "flatten, linear 9";
    assert_true(training_prepare(&wish, &t));
    assert_int_equal(fovea_answers_create(t.model, t.set, 16, &answers, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "has 10 classes"));
    training_close(&t);
}

// Share p of the numbers lost, the others 1/(1-p) as large; other ones in another epoch or for
// another sample.
// A net for samples one by one, with the weights of `like`.
static fovea_model *one_by_one(const training *t, const fovea_model *like) {
    fovea_graph *graph;
    fovea_model *model;
    fovea_value x, w, flat, out;
    fovea_shape input = {4, {1, 1, 4, 5}}, weight = {2, {10, 20}};
    const fovea_attribute transposed = {.name = "transB", .count = 1, .integers = (int64_t[]){1}};
    fovea_graph_create(t->context, &graph, NULL);
    fovea_graph_add_fixed_input(graph, "x", FOVEA_F32, &input, &x, NULL);
    fovea_graph_add_parameter(graph, "w", FOVEA_F32, &weight, 1, 20, &w, NULL);
    fovea_graph_add_node(graph, "Flatten", "flat", &x, 1, NULL, 0, &flat, NULL);
    assert_int_equal(fovea_graph_add_node(graph, "Gemm", "out", (fovea_value[]){flat, w}, 2,
                                          &transposed, 1, &out, NULL),
                     FOVEA_OK);
    fovea_graph_add_output(graph, out, NULL);
    const fovea_graph *from = fovea_model_graph(like);
    fovea_value source = fovea_graph_find_value(from, "linear1.weight");
    memcpy(fovea_graph_parameter(graph, w).data, fovea_graph_parameter(from, source).data,
           200 * sizeof(float));
    assert_int_equal(fovea__model_wrap(t->context, graph, "", &model, NULL), FOVEA_OK);
    return model;
}

static void a_net_for_samples_one_by_one_gives_the_answers_of_a_batch(void **state) {
    (void)state;
    training t;
    training_wish wish = training_usual();
    wish.net = "flatten, linear 10 bias=0";
    assert_true(training_prepare(&wish, &t));
    fovea_answers *batch = ask(&t, 16);
    fovea_model *model = one_by_one(&t, t.model), *own = t.model;
    t.model = model;
    fovea_answers *single = ask(&t, 16);
    for (int64_t i = 0; i < TRAINING_COUNT; i++)
        assert_memory_equal(fovea_answers_logits(batch, i), fovea_answers_logits(single, i),
                            10 * sizeof(float));
    t.model = own;
    fovea_answers_free(batch);
    fovea_answers_free(single);
    fovea_model_free(model);
    training_close(&t);
}

static void dropout_loses_its_share(void **state) {
    (void)state;
    const char *const plans[] = {"plain", "n16"};
    enum { SAMPLES = 64, SIZE = 20, ROUNDS = 60 };
    for (int p = 0; p < 2; p++) {
        training_wish wish = training_usual();
        wish.net = "dropout 0.3, flatten, linear 10";
        fovea_context *context = training_context(&wish);
        fovea_model *model = training_model(context, &wish);
        fovea_graph *graph = fovea_model_graph(model);
        fovea_session_options options;
        fovea_session *session;
        fovea_session_options_default(&options);
        options.samples = SAMPLES;
        options.training = 1;
        options.plan = plans[p];
        assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
        float ones[SAMPLES * SIZE], before[SAMPLES * SIZE] = {0};
        for (int i = 0; i < SAMPLES * SIZE; i++) ones[i] = 1;
        fovea_view view = {FOVEA_F32, fovea_shape_make(4, (int64_t[]){SAMPLES, 1, 4, 5}), ones};
        int64_t lost = 0, same = 0;
        for (uint32_t epoch = 0; epoch < ROUNDS; epoch++) {
            fovea_tensor *tensor;
            fovea_session_set_random(session, 5, epoch, NULL, 0);
            assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
            assert_int_equal(fovea_session_value(session, fovea_graph_find_value(graph, "dropout1"),
                                                 &tensor, NULL),
                             FOVEA_OK);
            const float *got = fovea_tensor_view(tensor).data;
            for (int i = 0; i < SAMPLES * SIZE; i++) {
                assert_true(got[i] == 0 || fabsf(got[i] - 1 / 0.7f) < 1e-6f);
                lost += got[i] == 0;
                same += (got[i] == 0) == (before[i] == 0);
                before[i] = got[i];
            }
            assert_true(memcmp(got, got + SIZE, SIZE * sizeof *got) ||
                        memcmp(got + SIZE, got + 2 * SIZE, SIZE * sizeof *got));
            fovea_tensor_free(tensor);
        }
        double count = (double)SAMPLES * SIZE * ROUNDS;
        assert_true(fabs((double)lost / count - 0.3) < 4 * sqrt(0.21 / count));
        // Two independent masks agree in 0.3^2 + 0.7^2 of the places.
        assert_true(fabs((double)same / count - 0.58) < 5 * sqrt(0.25 / count));
        fovea_session_free(session);
        fovea_model_free(model);
        fovea_context_free(context);
    }
}

// The trainer shows the net what the augmentation of the epoch makes, in the order of the epoch.
static void an_epoch_sees_every_picture_once(void **state) {
    (void)state;
    int64_t order[2][TRAINING_COUNT];
    for (uint32_t epoch = 0; epoch < 2; epoch++) {
        int seen[TRAINING_COUNT] = {0};
        fovea__epoch_order(9, epoch, 1, TRAINING_COUNT, order[epoch]);
        for (int i = 0; i < TRAINING_COUNT; i++) {
            assert_in_range(order[epoch][i], 0, TRAINING_COUNT - 1);
            seen[order[epoch][i]]++;
        }
        for (int i = 0; i < TRAINING_COUNT; i++) assert_int_equal(seen[i], 1);
    }
    assert_true(memcmp(order[0], order[1], sizeof order[0]));
    fovea__epoch_order(9, 0, 0, TRAINING_COUNT, order[0]);
    for (int i = 0; i < TRAINING_COUNT; i++) assert_int_equal(order[0][i], i);

    training t;
    training_wish wish = training_usual();
    wish.options.augmentation.shift = 1;
    wish.options.augmentation.flip = 1;
    wish.options.augmentation.fill[0] = 77;
    assert_true(training_open(&wish, &t));
    uint8_t expected[20];
    const int64_t position[] = {3, 36, 0};
    fovea__gather(t.trainer, position, 3);
    for (int n = 0; n < 3; n++) {
        fovea__augmented_picture(t.set, position[n], &wish.options.augmentation, wish.options.seed,
                                 0, expected);
        assert_memory_equal(t.trainer->picture[n], expected, sizeof expected);
        assert_int_equal(t.trainer->label[n], fovea_dataset_label(t.set, position[n]));
        assert_int_equal(t.trainer->sample[n], position[n]);
    }
    training_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        training_test(every_batch_size_gives_the_same_bits),
        training_test(everything_follows_from_the_logits),
        training_test(equal_losses_come_in_the_order_of_the_set),
        training_test(the_worst_come_first),
        training_test(answers_that_are_no_numbers_are_the_worst),
        training_test(huge_logits_keep_their_probabilities),
        training_test(sets_that_do_not_fit_are_refused),
        training_test(a_net_for_samples_one_by_one_gives_the_answers_of_a_batch),
        training_test(dropout_loses_its_share),
        training_test(an_epoch_sees_every_picture_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
