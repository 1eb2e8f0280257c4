// SPDX-License-Identifier: MIT
// Reading a checkpoint: everything is checked before anything of the trainer is changed.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/json.h"
#include "model/graph_json.h"
#include "model/model_file.h"
#include "model/weights.h"
#include "train/checkpoint.h"

enum { MAX_STATE = 16 << 20 };

typedef struct {
    fovea_trainer *trainer;
    const char *path;
    fovea__safetensors file;
    json_t *state, *history;
    fovea__position at;
    fovea_epoch *epochs;
    int32_t epoch_count;
} reading;

static fovea_status read_json(const reading *r, const char *key, json_t **root,
                              fovea_error *error) {
    const char *text = fovea__safetensors_metadata(&r->file, key);
    if (!text)
        return fovea__fail_at(error, FOVEA_BAD_FILE, r->path, -1,
                              "has no '%s': it holds weights but is no checkpoint to resume from",
                              key);
    return fovea__json_parse(text, strlen(text), MAX_STATE, r->path, root, error);
}

static bool may_differ(const fovea_trainer *t, const char *key) {
    fovea_schedule schedule = t->options.schedule;
    return strcmp(key, "epochs") == 0 &&
           (schedule == FOVEA_SCHEDULE_CONSTANT || schedule == FOVEA_SCHEDULE_STEP);
}

// Compares the run described in the file with this trainer's and names the first difference.
static fovea_status check_run(reading *r, fovea_error *error) {
    char *mine;
    json_t *own = NULL;
    FOVEA__TRY(fovea__checkpoint_state(r->trainer, &mine, error));
    fovea_status status = fovea__json_parse(mine, strlen(mine), MAX_STATE, "this run", &own, error);
    fovea__free(r->trainer->context, mine);
    if (status != FOVEA_OK) return status;
    const json_t *theirs = json_object_get(r->state, "run");
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(own, "run"), key, value) {
        if (json_equal(value, json_object_get(theirs, key)) || may_differ(r->trainer, key))
            continue;
        status =
            fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, r->path, -1,
                           "was written by a run with another '%s'; resuming needs the same data "
                           "and options",
                           key);
        break;
    }
    json_decref(own);
    return status;
}

static fovea__weights weights_of(const reading *r) {
    return (fovea__weights){r->file.by_name, r->file.count};
}

static fovea_status check_graph(const reading *r, fovea_error *error) {
    const char *theirs = fovea__safetensors_metadata(&r->file, "fovea.graph");
    char *mine;
    fovea__text text = fovea__text_begin(r->trainer->context);
    fovea__graph_write_json(r->trainer->graph, &text);
    FOVEA__TRY(fovea__text_take(&text, &mine, NULL, error));
    bool same = theirs && strcmp(theirs, mine) == 0;
    fovea__free(r->trainer->context, mine);
    if (!same)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, r->path, -1, "holds another net");
    return fovea__weights_check(r->trainer->graph, weights_of(r), r->path, error);
}

static fovea_status integer(const fovea__json *object, const char *key, int64_t most,
                            int64_t *value, fovea_error *error) {
    fovea__json member;
    FOVEA__TRY(fovea__json_member(object, key, &member, error));
    return fovea__json_integer(&member, 0, most, value, error);
}

static fovea_status number(const fovea__json *object, const char *key, double *value,
                           fovea_error *error) {
    fovea__json member;
    bool found;
    *value = NAN;
    FOVEA__TRY(fovea__json_optional(object, key, &member, &found, error));
    return found ? fovea__json_number(&member, value, error) : FOVEA_OK;
}

// Samples of an epoch seen after so many of its steps.
static int64_t samples_after(const fovea_trainer *t, int64_t steps) {
    int64_t count = t->training ? fovea_dataset_count(t->training) : 0;
    int64_t most = steps * t->options.batch;
    return most < count ? most : count;
}

static fovea_status read_position(reading *r, fovea_error *error) {
    fovea__json root = fovea__json_root(r->state, r->path);
    const int64_t many = (int64_t)1 << 53, steps = fovea__steps_per_epoch(r->trainer);
    FOVEA__TRY(integer(&root, "epoch", many, &r->at.epoch, error));
    if (r->at.epoch > r->trainer->options.epochs)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, r->path, -1,
                              "was written after %lld epochs; this run has only %d",
                              (long long)r->at.epoch, r->trainer->options.epochs);
    FOVEA__TRY(integer(&root, "step", steps, &r->at.step, error));
    FOVEA__TRY(integer(&root, "updates", many, &r->at.updates, error));
    FOVEA__TRY(integer(&root, "right", many, &r->at.right, error));
    FOVEA__TRY(integer(&root, "seen", many, &r->at.seen, error));
    FOVEA__TRY(number(&root, "loss_sum", &r->at.loss_sum, error));
    FOVEA__TRY(number(&root, "seconds", &r->at.seconds, error));
    // Steps of fovea_trainer_step count as updates only.
    if (r->at.epoch * steps + r->at.step > r->at.updates || r->at.right > r->at.seen ||
        r->at.seen != samples_after(r->trainer, r->at.step) || !isfinite(r->at.loss_sum) ||
        !isfinite(r->at.seconds))
        return fovea__fail_at(error, FOVEA_BAD_FILE, r->path, -1,
                              "its counters contradict each other");
    return FOVEA_OK;
}

static fovea_status read_score(const fovea__json *epoch, const char *key, fovea_score *score,
                               fovea_error *error) {
    fovea__json member;
    FOVEA__TRY(fovea__json_member(epoch, key, &member, error));
    FOVEA__TRY(integer(&member, "count", (int64_t)1 << 53, &score->count, error));
    FOVEA__TRY(number(&member, "loss", &score->loss, error));
    return number(&member, "accuracy", &score->accuracy, error);
}

static fovea_status read_epoch(const fovea__json *item, int32_t index, fovea_epoch *epoch,
                               fovea_error *error) {
    fovea__json member;
    const char *time;
    epoch->epoch = index + 1;
    FOVEA__TRY(fovea__json_member(item, "time", &member, error));
    FOVEA__TRY(fovea__json_string(&member, &time, error));
    snprintf(epoch->time, sizeof epoch->time, "%.23s", time);
    FOVEA__TRY(number(item, "lr", &epoch->learning_rate, error));
    FOVEA__TRY(number(item, "loss", &epoch->loss, error));
    FOVEA__TRY(read_score(item, "training", &epoch->training, error));
    FOVEA__TRY(read_score(item, "validation", &epoch->validation, error));
    FOVEA__TRY(read_score(item, "test", &epoch->test, error));
    FOVEA__TRY(number(item, "seconds", &epoch->seconds, error));
    return number(item, "training_seconds", &epoch->training_seconds, error);
}

static fovea_status read_history(reading *r, fovea_error *error) {
    fovea__json root = fovea__json_root(r->history, r->path), item;
    size_t count;
    FOVEA__TRY(fovea__json_count(&root, &count, error));
    if ((int64_t)count != r->at.epoch)
        return fovea__fail_at(error, FOVEA_BAD_FILE, r->path, -1,
                              "holds %zu epochs of history after %lld epochs", count,
                              (long long)r->at.epoch);
    size_t room = (size_t)r->trainer->options.epochs;
    r->epochs = fovea__new(r->trainer->context, room, sizeof *r->epochs, error);
    if (!r->epochs) return FOVEA_OUT_OF_MEMORY;
    for (size_t e = 0; e < count; e++) {
        FOVEA__TRY(fovea__json_item(&root, e, &item, error));
        FOVEA__TRY(read_epoch(&item, (int32_t)e, &r->epochs[e], error));
    }
    r->epoch_count = (int32_t)count;
    return FOVEA_OK;
}

// The file's tensor for one of the optimizer's arrays.
static fovea_status find_moment(const reading *r, const fovea__trained *trained, bool second,
                                const fovea__safetensor **tensor, fovea_error *error) {
    char name[FOVEA__MOMENT_NAME];
    const fovea__signature *like = &r->trainer->graph->value[trained->value].signature;
    fovea__moment_name(r->trainer, trained, second, name);
    *tensor = fovea__safetensors_find(&r->file, name);
    if (!*tensor || (*tensor)->type != like->type ||
        !fovea_shape_equal(&(*tensor)->shape, &like->shape))
        return fovea__fail_at(error, FOVEA_BAD_FILE, r->path, -1,
                              "tensor '%s' is missing or has another shape", name);
    return FOVEA_OK;
}

// Checks (copy false) or takes over (copy true) all of the optimizer's arrays.
static fovea_status moments(const reading *r, bool copy, fovea_error *error) {
    for (int32_t i = 0; i < r->trainer->trained_count; i++)
        for (int k = 0; k < 2; k++) {
            const fovea__trained *trained = &r->trainer->trained[i];
            void *data = k ? trained->second : trained->first;
            const fovea__safetensor *tensor;
            if (!data) continue;
            FOVEA__TRY(find_moment(r, trained, k, &tensor, error));
            if (copy) memcpy(data, tensor->data, tensor->size);
        }
    return FOVEA_OK;
}

static fovea_status check(reading *r, fovea_error *error) {
    fovea_context *context = r->trainer->context;
    FOVEA__TRY(
        fovea__safetensors_read(context, r->path, FOVEA__SAFETENSORS_MAX_FILE, &r->file, error));
    FOVEA__TRY(fovea__safetensors_verify(&r->file, FOVEA__HASH_KEY, r->path, error));
    FOVEA__TRY(read_json(r, FOVEA__STATE_KEY, &r->state, error));
    FOVEA__TRY(read_json(r, FOVEA__HISTORY_KEY, &r->history, error));
    FOVEA__TRY(check_graph(r, error));
    FOVEA__TRY(check_run(r, error));
    FOVEA__TRY(read_position(r, error));
    FOVEA__TRY(read_history(r, error));
    return moments(r, false, error);
}

static fovea_status take_over(reading *r, fovea_error *error) {
    fovea_trainer *t = r->trainer;
    FOVEA__TRY(fovea__weights_copy(t->graph, weights_of(r), r->path, error));
    FOVEA__TRY(moments(r, true, error));
    t->at = r->at;
    t->has_gradients = false;
    fovea__free(t->context, t->history);
    t->history = r->epochs;
    t->history_count = r->epoch_count;
    r->epochs = NULL;
    return FOVEA_OK;
}

fovea_status fovea_trainer_load(fovea_trainer *trainer, const char *path, fovea_error *error) {
    reading r = {.trainer = trainer, .path = path};
    fovea_status status = check(&r, error);
    if (status == FOVEA_OK) status = take_over(&r, error);
    fovea__free(trainer->context, r.epochs);
    fovea__safetensors_clear(trainer->context, &r.file);
    json_decref(r.state);
    json_decref(r.history);
    return status;
}
