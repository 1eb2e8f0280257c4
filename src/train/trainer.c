// SPDX-License-Identifier: MIT
// Making a trainer: options are checked, data and net compared, memory taken once.
#include "train/trainer.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernels/layout/layout.h"
#include "kernels/optimizer/optimizer.h"

enum { PIECE = 16 * FOVEA__SUM_BLOCK };

int64_t fovea__steps_per_epoch(const fovea_trainer *trainer) {
    int64_t count = trainer->training ? fovea_dataset_count(trainer->training) : 1;
    return (count + trainer->options.batch - 1) / trainer->options.batch;
}

// Losses are made of one row of numbers a sample.
static fovea_status check_output(const fovea_model *model, fovea_error *error) {
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    fovea_value_info out = fovea_graph_value(model->graph, fovea_graph_output(model->graph, 0));
    bool rows = out.shape.rank == 2 && (out.shape.dim[0] == FOVEA_DYNAMIC || out.shape.dim[0] == 1);
    if (out.name && rows && fovea__is_float(out.type)) return FOVEA_OK;
    char shape[128] = "missing";
    if (out.name) fovea_shape_format(&out.shape, shape, sizeof shape);
    return fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, out.name ? out.name : "the net", -1,
                          "the net's output is %s; a loss needs one row of numbers for each "
                          "picture (is a flatten and linear missing at the end?)",
                          shape);
}

fovea_status fovea__check_fit(const fovea_model *model, const fovea_dataset *dataset,
                              fovea_error *error) {
    FOVEA__TRY(check_output(model, error));
    fovea_shape has = fovea_dataset_shape(dataset), wants = fovea_model_input(model);
    if (!fovea_shape_equal(&has, &wants)) {
        char a[64], b[64];
        fovea_shape_format(&has, a, sizeof a);
        fovea_shape_format(&wants, b, sizeof b);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the pictures of %s are %s, the net wants %s",
                           fovea_dataset_name(dataset), a, b);
    }
    const fovea_graph *graph = fovea_model_graph(model);
    const fovea__value *out = &graph->value[fovea_graph_output(graph, 0)];
    if (out->signature.shape.dim[1] < fovea_dataset_class_count(dataset)) {
        char shape[64];
        fovea_shape_format(&out->signature.shape, shape, sizeof shape);
        return fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, out->name, -1,
                              "the net's output is %s; %s has %d classes and needs as many numbers",
                              shape, fovea_dataset_name(dataset),
                              fovea_dataset_class_count(dataset));
    }
    if (fovea_dataset_count(dataset) < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s has no pictures",
                           fovea_dataset_name(dataset));
    return FOVEA_OK;
}

fovea_status fovea__model_table(const fovea_model *model, float (**table)[256],
                                fovea_error *error) {
    size_t channels = (size_t)fovea_model_input(model).dim[0];
    *table = NULL;
    if (fovea_model_preprocessing(model).bgr)
        return fovea__fail(error, FOVEA_UNSUPPORTED,
                           "the net takes blue, green, red; data sets are fed as red, green, blue");
    double *numbers = fovea__new(model->context, 2 * channels, sizeof *numbers, error);
    float *singles = fovea__new(model->context, 2 * channels, sizeof *singles, error);
    *table = fovea__new(model->context, channels, sizeof **table, error);
    bool ok = numbers && singles && *table;
    if (ok) {
        fovea_model_normalization(model, numbers, numbers + channels);
        for (size_t i = 0; i < 2 * channels; i++) singles[i] = (float)numbers[i];
        fovea__layout_table((int64_t)channels, singles, singles + channels, *table);
    }
    fovea__free(model->context, numbers);
    fovea__free(model->context, singles);
    return ok ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status make_session(fovea_trainer *t, fovea_error *error) {
    fovea_session_options options;
    fovea_session_options_default(&options);
    int64_t count = t->training ? fovea_dataset_count(t->training) : t->options.batch;
    options.samples = t->options.batch < count ? t->options.batch : count;
    options.gradients = options.training = 1;
    options.plan = t->options.plan;
    fovea__session_needs needs = {.parameter_gradient = true, .outputs_only = true, .loss = true};
    return fovea__session_create(t->graph, &options, needs, &t->session, error);
}

static fovea_status make_trained(fovea_trainer *t, fovea_error *error) {
    size_t values = t->graph->value_count;
    t->trained = fovea__new(t->context, values, sizeof *t->trained, error);
    if (!t->trained) return FOVEA_OUT_OF_MEMORY;
    bool adam = t->options.optimizer != FOVEA_OPTIMIZER_SGD;
    size_t width = fovea_type_size(t->session->plan->type);
    for (fovea_value v = 0; v < (fovea_value)values; v++) {
        if (t->graph->value[v].kind != FOVEA_VALUE_PARAMETER || !t->session->gradient[v]) continue;
        fovea__trained *trained = &t->trained[t->trained_count++];
        trained->value = v;
        trained->count = fovea__value_size(&t->graph->value[v]);
        if (adam || t->options.momentum != 0) {
            trained->first = fovea__new(t->context, (size_t)trained->count, width, error);
            if (!trained->first) return FOVEA_OUT_OF_MEMORY;
        }
        if (adam) {
            trained->second = fovea__new(t->context, (size_t)trained->count, width, error);
            if (!trained->second) return FOVEA_OUT_OF_MEMORY;
        }
        t->piece_count += (trained->count + PIECE - 1) / PIECE;
    }
    return FOVEA_OK;
}

static fovea_status make_pieces(fovea_trainer *t, fovea_error *error) {
    size_t blocks = (size_t)t->piece_count * (PIECE / FOVEA__SUM_BLOCK);
    t->piece = fovea__new(t->context, (size_t)t->piece_count, sizeof *t->piece, error);
    t->squares = fovea__new(t->context, blocks, sizeof *t->squares, error);
    if (!t->piece || !t->squares) return FOVEA_OUT_OF_MEMORY;
    int64_t p = 0;
    for (int32_t i = 0; i < t->trained_count; i++)
        for (int64_t begin = 0; begin < t->trained[i].count; begin += PIECE, p++) {
            int64_t left = t->trained[i].count - begin;
            t->piece[p] = (fovea__piece){i, begin, left < PIECE ? left : PIECE,
                                         t->squares + p * (PIECE / FOVEA__SUM_BLOCK), true};
        }
    return FOVEA_OK;
}

static fovea_status make_batch(fovea_trainer *t, fovea_error *error) {
    fovea_context *context = t->context;
    size_t lanes =
        ((size_t)t->session->plan->samples + FOVEA__LANES - 1) / FOVEA__LANES * FOVEA__LANES;
    fovea_shape shape = fovea_model_input(t->model);
    size_t count = t->training ? (size_t)fovea_dataset_count(t->training) : 0;
    size_t size = (size_t)fovea_shape_count(&shape);
    bool augmented = t->options.augmentation.shift || t->options.augmentation.flip;
    t->picture = fovea__new(context, lanes, sizeof *t->picture, error);
    t->pixels = fovea__new(context, augmented ? lanes : 0, size, error);
    t->label = fovea__new(context, lanes, sizeof *t->label, error);
    t->answer = fovea__new(context, lanes, sizeof *t->answer, error);
    t->sample = fovea__new(context, lanes, sizeof *t->sample, error);
    t->sample_loss = fovea__new(context, lanes, sizeof *t->sample_loss, error);
    size_t workers = (size_t)fovea_context_threads(context);
    t->target =
        fovea__new(context, workers * FOVEA__LANES * (size_t)t->outputs, sizeof(double), error);
    t->order = fovea__new(context, count, sizeof *t->order, error);
    t->history = fovea__new(context, (size_t)t->options.epochs, sizeof *t->history, error);
    t->order_epoch = -1;
    bool ok = t->picture && t->pixels && t->label && t->answer && t->sample && t->sample_loss &&
              t->target && t->order && t->history;
    return ok ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status copy_class_weights(fovea_trainer *t, fovea_error *error) {
    if (!t->options.class_weight) return FOVEA_OK;
    size_t bytes = (size_t)t->outputs * sizeof(double);
    t->class_weight = fovea__new(t->context, 1, bytes, error);
    if (!t->class_weight) return FOVEA_OUT_OF_MEMORY;
    memcpy(t->class_weight, t->options.class_weight, bytes);
    t->options.class_weight = t->class_weight;
    return FOVEA_OK;
}

static fovea_status make(fovea_trainer *t, fovea_error *error) {
    if (t->training) {
        FOVEA__TRY(fovea__check_fit(t->model, t->training, error));
        FOVEA__TRY(fovea_dataset_sha256(t->training, t->data_hash, error));
    }
    if (t->validation) FOVEA__TRY(fovea__check_fit(t->model, t->validation, error));
    if (t->test) FOVEA__TRY(fovea__check_fit(t->model, t->test, error));
    FOVEA__TRY(check_output(t->model, error));
    t->logits = fovea_graph_output(t->graph, 0);
    t->outputs = t->graph->value[t->logits].signature.shape.dim[1];
    if (t->options.learning_rate == 0)
        t->options.learning_rate = t->options.optimizer == FOVEA_OPTIMIZER_SGD ? 0.01 : 0.001;
    FOVEA__TRY(fovea__check_options(&t->options, t->outputs, error));
    FOVEA__TRY(copy_class_weights(t, error));
    FOVEA__TRY(make_session(t, error));
    if (t->session->plan->type == FOVEA_TYPE_NONE || !fovea__has_batch(t->graph))
        return fovea__fail(error, FOVEA_UNSUPPORTED,
                           fovea__has_batch(t->graph)
                               ? "the net computes in F32 and F64; what is trained has one type"
                               : "the net takes samples one by one; training takes a batch");
    FOVEA__TRY(make_trained(t, error));
    if (t->trained_count == 0 || !t->session->plan->has_gradient[t->logits])
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the net's output depends on no parameter to train");
    FOVEA__TRY(make_pieces(t, error));
    FOVEA__TRY(make_batch(t, error));
    return fovea__model_table(t->model, &t->table, error);
}

fovea_status fovea_trainer_create(fovea_model *model, const fovea_dataset *training,
                                  const fovea_dataset *validation, const fovea_dataset *test,
                                  const fovea_train_options *options, fovea_trainer **trainer,
                                  fovea_error *error) {
    fovea_trainer *t = fovea__new(model->context, 1, sizeof *t, error);
    if (!t) return FOVEA_OUT_OF_MEMORY;
    t->context = model->context;
    t->model = model;
    t->graph = model->graph;
    t->training = training;
    t->validation = validation;
    t->test = test;
    fovea_train_options_default(&t->options);
    if (options) t->options = *options;
    fovea_status status = make(t, error);
    if (status != FOVEA_OK) {
        fovea_trainer_free(t);
        return status;
    }
    *trainer = t;
    return FOVEA_OK;
}

void fovea_trainer_free(fovea_trainer *t) {
    if (!t) return;
    fovea_context *context = t->context;
    for (int32_t i = 0; i < t->trained_count; i++) {
        fovea__free(context, t->trained[i].first);
        fovea__free(context, t->trained[i].second);
    }
    fovea_session_free(t->session);
    fovea__free(context, t->class_weight);
    fovea__free(context, t->table);
    fovea__free(context, t->trained);
    fovea__free(context, t->piece);
    fovea__free(context, t->squares);
    fovea__free(context, t->picture);
    fovea__free(context, t->pixels);
    fovea__free(context, t->label);
    fovea__free(context, t->answer);
    fovea__free(context, t->sample);
    fovea__free(context, t->sample_loss);
    fovea__free(context, t->target);
    fovea__free(context, t->order);
    fovea__free(context, t->history);
    fovea__free(context, t);
}

void fovea_trainer_on_progress(fovea_trainer *trainer, fovea_progress_callback *callback,
                               void *user) {
    trainer->progress = callback;
    trainer->progress_user = user;
}

fovea_session *fovea_trainer_session(fovea_trainer *trainer) {
    return trainer->session;
}

fovea_memory_use fovea_trainer_memory(const fovea_trainer *trainer) {
    fovea_memory_use use = fovea_session_memory(trainer->session);
    size_t width = fovea_type_size(trainer->session->plan->type);
    for (int32_t i = 0; i < trainer->trained_count; i++) {
        const fovea__trained *trained = &trainer->trained[i];
        use.optimizer += (size_t)trained->count * width *
                         ((trained->first != NULL) + (size_t)(trained->second != NULL));
    }
    use.total += use.optimizer;
    return use;
}

int fovea_trainer_done(const fovea_trainer *trainer) {
    return trainer->at.epoch >= trainer->options.epochs;
}
int32_t fovea_trainer_epoch_count(const fovea_trainer *trainer) {
    return trainer->history_count;
}
const fovea_epoch *fovea_trainer_history(const fovea_trainer *trainer) {
    return trainer->history;
}

// A loss that is not a number is above all others.
static bool is_lower(double loss, double than) {
    return loss < than || (isnan(than) && !isnan(loss));
}

int fovea_trainer_is_best(const fovea_trainer *trainer) {
    int32_t last = trainer->history_count - 1;
    if (last < 0) return 0;
    for (int32_t e = 0; trainer->validation && e < last; e++)
        if (!is_lower(trainer->history[last].validation.loss, trainer->history[e].validation.loss))
            return 0;
    return 1;
}
