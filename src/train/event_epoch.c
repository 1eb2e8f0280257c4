// SPDX-License-Identifier: MIT
// What an event log is told of training.
#include <stdio.h>

#include "base/fail.h"
#include "train/event_log.h"
#include "train/trainer.h"

enum { POINTS = 50, TAG = FOVEA__MAX_NAME + 32 };

static fovea_status write_score(fovea_event_log *log, const char *part, int64_t step,
                                const fovea_score *score, bool loss, fovea_error *error) {
    char tag[TAG];
    if (score->count == 0) return FOVEA_OK;
    if (loss) {
        snprintf(tag, sizeof tag, "loss/%s", part);
        FOVEA__TRY(fovea_event_log_scalar(log, tag, step, score->loss, error));
    }
    snprintf(tag, sizeof tag, "accuracy/%s", part);
    return fovea_event_log_scalar(log, tag, step, score->accuracy, error);
}

static fovea_status write_scalars(fovea_event_log *log, const fovea_epoch *epoch, int64_t step,
                                  fovea_error *error) {
    FOVEA__TRY(fovea_event_log_scalar(log, "epoch", step, epoch->epoch, error));
    FOVEA__TRY(fovea_event_log_scalar(log, "learning_rate", step, epoch->learning_rate, error));
    FOVEA__TRY(fovea_event_log_scalar(log, "loss/train", step, epoch->loss, error));
    FOVEA__TRY(write_score(log, "train", step, &epoch->training, false, error));
    FOVEA__TRY(write_score(log, "validation", step, &epoch->validation, true, error));
    return write_score(log, "test", step, &epoch->test, true, error);
}

static fovea_status write_histograms(fovea_event_log *log, const fovea_trainer *t, int64_t step,
                                     fovea_error *error) {
    char tag[TAG];
    for (int32_t i = 0; i < t->trained_count; i++) {
        fovea_value value = t->trained[i].value;
        const char *name = t->graph->value[value].name;
        fovea_view numbers = fovea__graph_parameter(t->graph, value);
        snprintf(tag, sizeof tag, "parameters/%s", name);
        FOVEA__TRY(fovea_event_log_histogram(log, tag, step, &numbers, error));
        if (fovea_trainer_gradient(t, value, &numbers, NULL) != FOVEA_OK) continue;
        snprintf(tag, sizeof tag, "gradients/%s", name);
        FOVEA__TRY(fovea_event_log_histogram(log, tag, step, &numbers, error));
    }
    return FOVEA_OK;
}

fovea_status fovea_event_log_epoch(fovea_event_log *log, const fovea_trainer *trainer,
                                   fovea_error *error) {
    int32_t count = fovea_trainer_epoch_count(trainer);
    int64_t step = count * fovea__steps_per_epoch(trainer);
    if (count == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "no epoch is finished that could be told");
    FOVEA__TRY(write_scalars(log, &trainer->history[count - 1], step, error));
    return write_histograms(log, trainer, step, error);
}

fovea_status fovea_event_log_progress(fovea_event_log *log, const fovea_progress *progress,
                                      fovea_error *error) {
    int64_t every = (progress->steps + POINTS - 1) / POINTS;
    if (progress->measuring || progress->step % every != 0) return FOVEA_OK;
    int64_t step = (progress->epoch - 1) * progress->steps + progress->step;
    return fovea_event_log_scalar(log, "loss/batch", step, progress->step_loss, error);
}
