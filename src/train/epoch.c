// SPDX-License-Identifier: MIT
// One step and one epoch.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"
#include "base/threads.h"
#include "data/batch.h"
#include "train/trainer.h"

typedef struct {
    fovea_trainer *trainer;
    const int64_t *position;
} gather_job;

static bool augments(const fovea_trainer *t) {
    return t->options.augmentation.shift || t->options.augmentation.flip;
}

static void gather_one(void *user, int64_t n, int32_t worker) {
    (void)worker;
    const gather_job *j = user;
    fovea_trainer *t = j->trainer;
    fovea_shape shape = fovea_dataset_shape(t->training);
    uint8_t *pixels = t->pixels + n * fovea_shape_count(&shape);
    fovea__augmented_picture(t->training, j->position[n], &t->options.augmentation, t->options.seed,
                             (uint32_t)t->at.epoch, pixels);
    t->picture[n] = pixels;
}

void fovea__gather(fovea_trainer *trainer, const int64_t *position, int64_t count) {
    for (int64_t n = 0; n < count; n++) {
        trainer->picture[n] = fovea_dataset_picture(trainer->training, position[n]);
        trainer->label[n] = fovea_dataset_label(trainer->training, position[n]);
        trainer->sample[n] = (uint32_t)position[n];
    }
    gather_job j = {trainer, position};
    if (augments(trainer)) fovea__parallel(trainer->context, count, gather_one, &j);
}

static bool all_finite(const fovea_session *session, fovea_value v) {
    fovea_tensor *copy;
    if (fovea_session_value(session, v, &copy, NULL) != FOVEA_OK) return true;
    fovea_view view = fovea_tensor_view(copy);
    int64_t count = fovea_shape_count(&view.shape);
    bool finite = true;
    for (int64_t i = 0; i < count; i++)
        finite &= isfinite(view.type == FOVEA_F32 ? (double)((float *)view.data)[i]
                                                  : ((double *)view.data)[i]) != 0;
    fovea_tensor_free(copy);
    return finite;
}

// The first node whose output is not finite. The trainer's own session keeps few values: the batch
// is computed once more in one that keeps all.
static const char *first_not_finite(fovea_trainer *t, int64_t count, int64_t epoch) {
    fovea_session_options options;
    fovea_session *session;
    const char *name = "the loss";
    fovea_session_options_default(&options);
    options.samples = count;
    options.training = 1;
    if (fovea_session_create(t->graph, &options, &session, NULL) != FOVEA_OK) return name;
    fovea_session_set_random(session, t->options.seed, (uint32_t)epoch, t->sample, count);
    if (fovea__session_forward_pictures(session, t->picture, t->table, count, NULL) == FOVEA_OK)
        for (size_t n = t->graph->node_count; n-- > 0;)
            if (!all_finite(session, t->graph->node[n].out[0])) name = t->graph->node[n].name;
    fovea_session_free(session);
    return name;
}

static fovea_status loss_not_finite(fovea_trainer *t, int64_t count, int64_t epoch, double loss,
                                    fovea_error *error) {
    return fovea__fail_at(
        error, FOVEA_NOT_FINITE, first_not_finite(t, count, epoch), -1,
        "the loss of step %lld (epoch %lld) is %s; no weight was changed. A smaller "
        "learning rate helps most often",
        (long long)t->at.updates + 1, (long long)t->at.epoch + 1,
        isnan(loss) ? "not a number" : "infinite");
}

// Batch in picture, label and sample; `epoch` and the sample numbers are the keys of dropout.
static fovea_status run_step(fovea_trainer *t, int64_t count, int64_t epoch, double *loss,
                             fovea_error *error) {
    int64_t steps = fovea__steps_per_epoch(t);
    t->has_gradients = false;
    fovea_session_set_random(t->session, t->options.seed, (uint32_t)epoch, t->sample, count);
    t->loss_factor = fovea__loss_factor(t, count);
    FOVEA__TRY(fovea__session_train(t->session, t->picture, (const float(*)[256])t->table, count,
                                    fovea__loss_of_group, t, error));
    *loss = fovea__mean_loss(t, count);
    if (!isfinite(*loss)) return loss_not_finite(t, count, epoch, *loss, error);
    fovea_value bad;
    if (!fovea__sum_gradients(t, &bad))
        return fovea__fail_at(error, FOVEA_NOT_FINITE, t->graph->value[bad].name, -1,
                              "its gradient in step %lld (epoch %lld) is not finite; no weight was "
                              "changed. A smaller learning rate helps most often",
                              (long long)t->at.updates + 1, (long long)t->at.epoch + 1);
    fovea__update(t, fovea__learning_rate(&t->options, t->at.updates, steps));
    t->has_gradients = true;
    return FOVEA_OK;
}

fovea_status fovea_trainer_step(fovea_trainer *trainer, const uint8_t *const *pictures,
                                const int32_t *labels, int64_t count, double *loss,
                                fovea_error *error) {
    if (count < 1 || count > trainer->session->plan->samples)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a batch of %lld; this trainer takes 1 to %lld", (long long)count,
                           (long long)trainer->session->plan->samples);
    for (int64_t n = 0; n < count; n++) {
        if (labels[n] < 0 || labels[n] >= trainer->outputs)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "label %d of a net of %lld outputs",
                               labels[n], (long long)trainer->outputs);
        trainer->picture[n] = pictures[n];
        trainer->label[n] = labels[n];
        trainer->sample[n] = (uint32_t)n;
    }
    return run_step(trainer, count, trainer->at.updates, loss, error);
}

static fovea_progress progress_now(const fovea_trainer *t, int64_t steps) {
    int64_t all = steps * t->options.epochs, done = t->at.epoch * steps + t->at.step;
    double images_left = (double)(all - done) * (double)t->options.batch;
    return (fovea_progress){.epoch = (int32_t)t->at.epoch + 1,
                            .epochs = t->options.epochs,
                            .step = t->at.step,
                            .steps = steps,
                            .images = t->at.seen,
                            .images_per_second = t->rate,
                            .seconds_left = t->rate > 0 ? images_left / t->rate : 0,
                            .step_loss = t->step_loss,
                            .loss = t->at.loss_sum / (double)t->at.seen,
                            .accuracy = (double)t->at.right / (double)t->at.seen};
}

static void count_answers(fovea_trainer *t, int64_t count, double loss, double seconds) {
    t->step_loss = loss;
    t->at.loss_sum += loss * (double)count;
    t->at.seen += count;
    for (int64_t n = 0; n < count; n++) t->at.right += t->answer[n] == t->label[n];
    t->at.step++;
    t->at.seconds += seconds;
    double rate = (double)count / (seconds > 1e-9 ? seconds : 1e-9);
    t->rate = t->rate > 0 ? 0.95 * t->rate + 0.05 * rate : rate;
}

static fovea_status run_steps(fovea_trainer *t, fovea_error *error) {
    int64_t count = fovea_dataset_count(t->training), steps = fovea__steps_per_epoch(t);
    if (t->order_epoch != t->at.epoch)
        fovea__epoch_order(t->options.seed, (uint32_t)t->at.epoch, t->options.shuffle, count,
                           t->order);
    t->order_epoch = t->at.epoch;
    while (t->at.step < steps) {
        double started = fovea__seconds(), loss;
        int64_t first = t->at.step * t->options.batch, left = count - first;
        int64_t size = left < t->options.batch ? left : t->options.batch;
        fovea__gather(t, t->order + first, size);
        FOVEA__TRY(run_step(t, size, t->at.epoch, &loss, error));
        count_answers(t, size, loss, fovea__seconds() - started);
        fovea_progress now = progress_now(t, steps);
        if (t->progress && !t->progress(t->progress_user, &now))
            return fovea__fail(error, FOVEA_INTERRUPTED, "stopped after step %lld of epoch %lld",
                               (long long)t->at.step, (long long)t->at.epoch + 1);
    }
    return FOVEA_OK;
}

// The measuring of one epoch, told in pictures of all parts together.
typedef struct {
    fovea_trainer *trainer;
    int64_t done, all;
} measuring;

static bool watch_measuring(void *user, int64_t count) {
    measuring *m = user;
    fovea_trainer *t = m->trainer;
    fovea_progress now = progress_now(t, fovea__steps_per_epoch(t));
    m->done += count;
    now.measuring = 1;
    now.step = m->done;
    now.steps = m->all;
    return !t->progress || t->progress(t->progress_user, &now);
}

static fovea_status measure(measuring *m, const fovea_dataset *set, fovea_score *score,
                            fovea_error *error) {
    if (!set) return FOVEA_OK;
    fovea_answers *answers;
    fovea_status status =
        fovea__answers_create(m->trainer->model, set, 0, watch_measuring, m, &answers, error);
    if (status == FOVEA_INTERRUPTED)
        return fovea__fail(error, status, "stopped while epoch %lld was measured",
                           (long long)m->trainer->at.epoch + 1);
    FOVEA__TRY(status);
    *score = fovea_answers_score(answers);
    fovea_answers_free(answers);
    return FOVEA_OK;
}

static fovea_status measure_parts(fovea_trainer *t, fovea_epoch *done, fovea_error *error) {
    const fovea_dataset *training = t->options.measure_training ? t->training : NULL;
    measuring m = {.trainer = t};
    if (training) m.all += fovea_dataset_count(training);
    if (t->validation) m.all += fovea_dataset_count(t->validation);
    if (t->test) m.all += fovea_dataset_count(t->test);
    FOVEA__TRY(measure(&m, training, &done->training, error));
    FOVEA__TRY(measure(&m, t->validation, &done->validation, error));
    return measure(&m, t->test, &done->test, error);
}

fovea_status fovea_trainer_epoch(fovea_trainer *t, fovea_epoch *epoch, fovea_error *error) {
    if (!t->training)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "this trainer was made without a training set");
    if (fovea_trainer_done(t))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "all %d epochs are done",
                           t->options.epochs);
    int64_t steps = fovea__steps_per_epoch(t);
    FOVEA__TRY(run_steps(t, error));
    double started = fovea__seconds();
    fovea_epoch done = {
        .epoch = (int32_t)t->at.epoch + 1,
        .learning_rate = fovea__learning_rate(&t->options, t->at.updates - 1, steps),
        .loss = t->at.loss_sum / (double)t->at.seen,
        .training_seconds = t->at.seconds};
    FOVEA__TRY(measure_parts(t, &done, error));
    done.seconds = t->at.seconds + fovea__seconds() - started;
    fovea__time_stamp(done.time, sizeof done.time);
    t->history[t->history_count++] = done;
    t->at = (fovea__position){.epoch = t->at.epoch + 1, .updates = t->at.updates};
    *epoch = done;
    return FOVEA_OK;
}
