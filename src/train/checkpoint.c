// SPDX-License-Identifier: MIT
// The checkpoint: a model file with the optimizer's tensors, the position and the history beside
// the weights. Random numbers need no state: they are functions of seed, epoch and sample.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/graph_json.h"
#include "model/model_file.h"
#include "train/checkpoint.h"

static void add_field(fovea__text *text, const char *name, double value) {
    fovea__text_format(text, ",\"%s\":", name);
    if (isfinite(value))
        fovea__text_exact(text, value);
    else
        fovea__text_add(text, "null");
}

// `values` may be NULL: an empty list.
static void add_list(fovea__text *text, const char *name, const double *values, int64_t count) {
    fovea__text_format(text, ",\"%s\":[", name);
    for (int64_t k = 0; values && k < count; k++) {
        fovea__text_add(text, k ? "," : "");
        fovea__text_exact(text, values[k]);
    }
    fovea__text_add(text, "]");
}

// What must be the same for a run to go on as if it had never stopped.
static void describe_run(const fovea_trainer *t, fovea__text *text) {
    const fovea_train_options *o = &t->options;
    fovea__text_add(text, "{\"run\":{\"data\":");
    fovea__text_json(text, t->data_hash);
    const struct {
        const char *name;
        double value;
    } fields[] = {{"loss", o->loss},
                  {"optimizer", o->optimizer},
                  {"learning_rate", o->learning_rate},
                  {"momentum", o->momentum},
                  {"weight_decay", o->weight_decay},
                  {"nesterov", o->nesterov},
                  {"beta1", o->beta1},
                  {"beta2", o->beta2},
                  {"epsilon", o->epsilon},
                  {"schedule", o->schedule},
                  {"warmup", (double)o->warmup},
                  {"step_gamma", o->step_gamma},
                  {"step_epochs", o->step_epochs},
                  {"label_smoothing", o->label_smoothing},
                  {"epochs", o->epochs},
                  {"batch", (double)o->batch},
                  {"shuffle", o->shuffle},
                  {"shift", o->augmentation.shift},
                  {"flip", o->augmentation.flip}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        add_field(text, fields[i].name, fields[i].value);
    fovea__text_format(text, ",\"seed\":\"%llu\"", (unsigned long long)o->seed);
    const uint8_t *fill = o->augmentation.fill;
    fovea__text_format(text, ",\"fill\":[%d,%d,%d,%d]", fill[0], fill[1], fill[2], fill[3]);
    add_list(text, "class_weights", t->class_weight, t->outputs);
    add_list(text, "mean", t->model->mean, (int32_t)t->model->input.dim[0]);
    add_list(text, "deviation", t->model->deviation, (int32_t)t->model->input.dim[0]);
    fovea__text_add(text, "}");
}

fovea_status fovea__checkpoint_state(const fovea_trainer *t, char **state, fovea_error *error) {
    fovea__text text = fovea__text_begin(t->context);
    describe_run(t, &text);
    fovea__text_format(
        &text, ",\"epoch\":%lld,\"step\":%lld,\"updates\":%lld,\"right\":%lld,\"seen\":%lld",
        (long long)t->at.epoch, (long long)t->at.step, (long long)t->at.updates,
        (long long)t->at.right, (long long)t->at.seen);
    add_field(&text, "loss_sum", t->at.loss_sum);
    add_field(&text, "seconds", t->at.seconds);
    fovea__text_add(&text, "}");
    return fovea__text_take(&text, state, NULL, error);
}

static void add_score(fovea__text *text, const char *name, const fovea_score *score) {
    fovea__text_format(text, ",\"%s\":{\"count\":%lld", name, (long long)score->count);
    add_field(text, "loss", score->loss);
    add_field(text, "accuracy", score->accuracy);
    fovea__text_add(text, "}");
}

static fovea_status write_history(const fovea_trainer *t, char **history, fovea_error *error) {
    fovea__text text = fovea__text_begin(t->context);
    fovea__text_add(&text, "[");
    for (int32_t e = 0; e < t->history_count; e++) {
        const fovea_epoch *epoch = &t->history[e];
        fovea__text_format(&text, "%s{\"time\":", e ? "," : "");
        fovea__text_json(&text, epoch->time);
        add_field(&text, "lr", epoch->learning_rate);
        add_field(&text, "loss", epoch->loss);
        add_score(&text, "training", &epoch->training);
        add_score(&text, "validation", &epoch->validation);
        add_score(&text, "test", &epoch->test);
        add_field(&text, "seconds", epoch->seconds);
        add_field(&text, "training_seconds", epoch->training_seconds);
        fovea__text_add(&text, "}");
    }
    fovea__text_add(&text, "]");
    return fovea__text_take(&text, history, NULL, error);
}

// The optimizer's tensors: optimizer.NAME.first and .second.
typedef struct {
    fovea__named_view *view;
    char (*name)[FOVEA__MOMENT_NAME];
    size_t count;
} moments;

void fovea__moment_name(const fovea_trainer *t, const fovea__trained *trained, bool second,
                        char name[FOVEA__MOMENT_NAME]) {
    snprintf(name, FOVEA__MOMENT_NAME, "optimizer.%s.%s", t->graph->value[trained->value].name,
             second ? "second" : "first");
}

static fovea_status list_moments(const fovea_trainer *t, moments *m, fovea_error *error) {
    size_t most = (size_t)t->trained_count * 2;
    m->count = 0;
    m->view = fovea__new(t->context, most, sizeof *m->view, error);
    m->name = fovea__new(t->context, most, sizeof *m->name, error);
    if (!m->view || !m->name) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < t->trained_count; i++)
        for (int k = 0; k < 2; k++) {
            const fovea__trained *trained = &t->trained[i];
            void *data = k ? trained->second : trained->first;
            if (!data) continue;
            const fovea__signature *like = &t->graph->value[trained->value].signature;
            fovea__moment_name(t, trained, k, m->name[m->count]);
            m->view[m->count] =
                (fovea__named_view){m->name[m->count], {like->type, like->shape, data}};
            m->count++;
        }
    return FOVEA_OK;
}

fovea_status fovea_trainer_save(const fovea_trainer *t, const char *path, fovea_error *error) {
    moments m = {0};
    char *state = NULL, *history = NULL;
    fovea_status status = list_moments(t, &m, error);
    if (status == FOVEA_OK) status = fovea__checkpoint_state(t, &state, error);
    if (status == FOVEA_OK) status = write_history(t, &history, error);
    if (status == FOVEA_OK) {
        fovea__text_pair pairs[] = {{FOVEA__STATE_KEY, state}, {FOVEA__HISTORY_KEY, history}};
        fovea__model_extra extra = {pairs, 2, m.view, m.count};
        status = fovea__model_write(t->model, path, &extra, NULL, error);
    }
    fovea__free(t->context, m.view);
    fovea__free(t->context, m.name);
    fovea__free(t->context, state);
    fovea__free(t->context, history);
    return status;
}
