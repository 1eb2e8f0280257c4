// SPDX-License-Identifier: MIT
// What the tests of training share: a small set of 4x5 pictures, a net that trains on it, and a
// comparison of everything two trainers hold, bit for bit.
#ifndef FOVEA_TESTS_TRAINING_H
#define FOVEA_TESTS_TRAINING_H

#include "fovea.h"
#include "train/trainer.h"
#include "unit/data_files.h"

enum { TRAINING_COUNT = 37, TRAINING_VALIDATION = 9 };

// Every kind of state: running statistics, dropout, two kinds of weights.
#define TRAINING_NET \
    "conv 4 3 pad=1, batchnorm, relu, dropout 0.25, conv 3 3, tanh, flatten, linear 10"

// What to train, and where; zero-filled but for net and options means the usual.
typedef struct training_wish {
    const char *net, *precision, *cpu;
    int threads;
    int64_t limit;
    uint64_t seed;  // of the weights
    bool validate;
    fovea_train_options options;
} training_wish;

typedef struct training {
    fovea_context *context;
    fovea_dataset *set, *validation;
    fovea_model *model;
    fovea_trainer *trainer;
} training;

static inline training_wish training_usual(void) {
    training_wish wish = {.net = TRAINING_NET, .threads = 1, .validate = true, .seed = 1};
    fovea_train_options_default(&wish.options);
    wish.options.batch = 16;
    wish.options.epochs = 3;
    wish.options.seed = 11;
    wish.options.learning_rate = 0.05;
    return wish;
}

// Pictures of noise with a bright column that tells the class.
static inline void training_write(const data_place *place, const char *prefix, uint32_t count) {
    char name[256];
    uint8_t *bytes = malloc(16 + (size_t)count * 20);
    size_t at = data_be32(bytes, 0x00000803);
    at += data_be32(bytes + at, count);
    at += data_be32(bytes + at, 4);
    at += data_be32(bytes + at, 5);
    for (uint32_t i = 0; i < count * 20; i++) {
        uint32_t noise = (i * 2654435761u) ^ ((i * 2654435761u) >> 15);
        noise *= 0x85EBCA6Bu;
        bool bright = i % 5 == i / 20 % 10 % 5 && i / 20 % 10 / 5 == i % 20 / 10;
        bytes[at++] = (uint8_t)(bright ? 255 - (noise >> 28) : (noise >> 24) / 2);
    }
    snprintf(name, sizeof name, "mnist/%s-images-idx3-ubyte", prefix);
    data_write(place, name, bytes, at);
    free(bytes);
    snprintf(name, sizeof name, "mnist/%s-labels-idx1-ubyte", prefix);
    data_write_labels(place, name, count, 0, 10);
}

// Set-up of a test: data_begin and the files of the set.
static inline int training_begin(void **state) {
    if (data_begin(state)) return -1;
    training_write(*state, "train", TRAINING_COUNT);
    training_write(*state, "t10k", TRAINING_VALIDATION);
    return 0;
}

#define training_test(function) cmocka_unit_test_setup_teardown(function, training_begin, data_end)

static inline fovea_context *training_context(const training_wish *wish) {
    fovea_context_options options;
    fovea_context *context;
    fovea_context_options_default(&options);
    options.threads = wish->threads;
    options.cpu = wish->cpu;
    return fovea_context_create(&options, &context, NULL) == FOVEA_OK ? context : NULL;
}

static inline fovea_model *training_model(fovea_context *context, const training_wish *wish) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = wish->seed;
    options.precision = wish->precision;
    options.input = (fovea_shape){3, {1, 4, 5}};
    if (fovea_model_open(context, wish->net, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

// Everything but the trainer; false when the processor lacks the kernel set.
static inline bool training_prepare(const training_wish *wish, training *t) {
    *t = (training){.context = training_context(wish)};
    if (!t->context) return false;
    fovea_dataset_options options;
    fovea_error error;
    fovea_dataset_options_default(&options);
    options.limit = wish->limit;
    if (fovea_dataset_open(t->context, "mnist:train", &options, &t->set, &error))
        fail_msg("%s", error.text);
    if (wish->validate)
        assert_int_equal(fovea_dataset_open(t->context, "mnist:test", NULL, &t->validation, NULL),
                         FOVEA_OK);
    t->model = training_model(t->context, wish);
    return true;
}

static inline bool training_open(const training_wish *wish, training *t) {
    fovea_error error;
    if (!training_prepare(wish, t)) return false;
    if (fovea_trainer_create(t->model, t->set, t->validation, NULL, &wish->options, &t->trainer,
                             &error))
        fail_msg("%s", error.text);
    return true;
}

static inline void training_close(training *t) {
    fovea_trainer_free(t->trainer);
    fovea_model_free(t->model);
    fovea_dataset_free(t->validation);
    fovea_dataset_free(t->set);
    fovea_context_free(t->context);
}

static inline void training_finish(training *t) {
    fovea_epoch epoch;
    fovea_error error;
    while (!fovea_trainer_done(t->trainer))
        if (fovea_trainer_epoch(t->trainer, &epoch, &error)) fail_msg("%s", error.text);
}

// Lets `*user` more steps pass, then stops.
static inline int training_count_down(void *user, const fovea_progress *progress) {
    int *left = user;
    assert_true(progress->step >= 1 && progress->step <= progress->steps);
    if (progress->measuring) return 1;
    return --*left > 0;
}

// Trains until `steps` more steps are done; stopping is INTERRUPTED and no failure.
static inline void training_run_steps(training *t, int steps) {
    fovea_epoch epoch;
    fovea_error error;
    fovea_status status = FOVEA_OK;
    int left = steps;
    fovea_trainer_on_progress(t->trainer, training_count_down, &left);
    while (status == FOVEA_OK && left > 0) status = fovea_trainer_epoch(t->trainer, &epoch, &error);
    if (status != FOVEA_INTERRUPTED) fail_msg("stopping gave %s", fovea_status_name(status));
    fovea_trainer_on_progress(t->trainer, NULL, NULL);
}

// The next step on pictures step*count, step*count + 1 ... of the set, around its end.
static inline fovea_status training_step(training *t, int64_t step, int64_t count, double *loss,
                                         fovea_error *error) {
    const uint8_t *picture[64];
    int32_t label[64];
    assert_in_range(count, 1, 64);
    for (int64_t n = 0; n < count; n++) {
        int64_t i = (step * count + n) % fovea_dataset_count(t->set);
        picture[n] = fovea_dataset_picture(t->set, i);
        label[n] = fovea_dataset_label(t->set, i);
    }
    return fovea_trainer_step(t->trainer, picture, label, count, loss, error);
}

static inline void training_same_bytes(const void *a, const void *b, int64_t count, size_t width,
                                       const char *what, const char *name, const char *why) {
    for (int64_t i = 0; i < count && a != b; i++)
        if (memcmp((const char *)a + (size_t)i * width, (const char *)b + (size_t)i * width, width))
            fail_msg("%s: %s of %s differs at %lld", why, what, name, (long long)i);
}

static inline void training_same_score(const fovea_score *a, const fovea_score *b, const char *what,
                                       const char *why) {
    training_same_bytes(&a->loss, &b->loss, 1, sizeof a->loss, "the loss", what, why);
    training_same_bytes(&a->accuracy, &b->accuracy, 1, sizeof a->loss, "the accuracy", what, why);
    assert_int_equal(a->count, b->count);
}

// Parameters and buffers of two models.
static inline void training_same_model(const fovea_model *a, const fovea_model *b,
                                       const char *why) {
    const fovea_graph *graph = a->graph;
    for (size_t v = 0; v < graph->value_count; v++) {
        const fovea__value *x = &graph->value[v];
        if (!x->data) continue;
        fovea_value same = fovea_graph_find_value(b->graph, x->name);
        assert_true(same >= 0);
        const fovea__value *y = &b->graph->value[same];
        training_same_bytes(x->data, y->data, fovea__value_size(x),
                            fovea_type_size(x->signature.type), "the value", x->name, why);
    }
}

// Everything but clocks: model, moments, position and history.
static inline void training_same(const training *a, const training *b, const char *why) {
    const fovea_trainer *x = a->trainer, *y = b->trainer;
    training_same_model(a->model, b->model, why);
    assert_int_equal(x->trained_count, y->trained_count);
    for (int32_t i = 0; i < x->trained_count; i++) {
        const fovea__value *value = &x->graph->value[x->trained[i].value];
        size_t width = fovea_type_size(value->signature.type);
        int64_t count = x->trained[i].count;
        assert_int_equal(!x->trained[i].first, !y->trained[i].first);
        assert_int_equal(!x->trained[i].second, !y->trained[i].second);
        training_same_bytes(x->trained[i].first, y->trained[i].first, count, width,
                            "the first moment", value->name, why);
        training_same_bytes(x->trained[i].second, y->trained[i].second, count, width,
                            "the second moment", value->name, why);
    }
    assert_int_equal(x->at.epoch, y->at.epoch);
    assert_int_equal(x->at.step, y->at.step);
    assert_int_equal(x->at.updates, y->at.updates);
    assert_int_equal(x->at.right, y->at.right);
    assert_int_equal(x->at.seen, y->at.seen);
    training_same_bytes(&x->at.loss_sum, &y->at.loss_sum, 1, sizeof(double), "the sum",
                        "the losses", why);
    assert_int_equal(x->history_count, y->history_count);
    for (int32_t e = 0; e < x->history_count; e++) {
        const fovea_epoch *p = &x->history[e], *q = &y->history[e];
        assert_int_equal(p->epoch, q->epoch);
        training_same_bytes(&p->learning_rate, &q->learning_rate, 1, sizeof(double), "the rate",
                            "an epoch", why);
        training_same_bytes(&p->loss, &q->loss, 1, sizeof(double), "the loss", "an epoch", why);
        training_same_score(&p->training, &q->training, "the training part", why);
        training_same_score(&p->validation, &q->validation, "the validation part", why);
    }
}

// A copy of all that training changes, to show later that nothing was changed.
static inline uint64_t training_hash_bytes(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; bytes && i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline uint64_t training_hash(const training *t) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const fovea_trainer *trainer = t->trainer;
    for (size_t v = 0; v < t->model->graph->value_count; v++) {
        const fovea__value *value = &t->model->graph->value[v];
        hash = training_hash_bytes(
            hash, value->data,
            (size_t)fovea__value_size(value) * fovea_type_size(value->signature.type));
    }
    for (int32_t i = 0; i < trainer->trained_count; i++) {
        const fovea__trained *trained = &trainer->trained[i];
        size_t size = (size_t)trained->count *
                      fovea_type_size(trainer->graph->value[trained->value].signature.type);
        hash = training_hash_bytes(hash, trained->first, size);
        hash = training_hash_bytes(hash, trained->second, size);
    }
    hash = training_hash_bytes(hash, trainer->history,
                               (size_t)trainer->history_count * sizeof *trainer->history);
    return training_hash_bytes(hash, &trainer->at, sizeof trainer->at);
}

#endif
