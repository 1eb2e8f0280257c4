// SPDX-License-Identifier: MIT
// The trainer's insides.
#ifndef FOVEA_TRAIN_TRAINER_H
#define FOVEA_TRAIN_TRAINER_H

#include "fovea/train.h"
#include "model/model.h"
#include "run/session.h"

// A trained parameter with the optimizer's memory of it.
typedef struct fovea__trained {
    fovea_value value;
    int64_t count;
    void *first;   // momentum (SGD) or m (Adam), NULL where there is none
    void *second;  // v (Adam)
} fovea__trained;

// A piece of a parameter that one work item sums and updates.
typedef struct fovea__piece {
    int32_t trained;
    int64_t begin, count;
    double *squares;  // sums of squares of its blocks of 1024
    bool finite;
} fovea__piece;

// Where training stands: everything a checkpoint holds beside tensors and history.
typedef struct fovea__position {
    int64_t epoch, step;  // finished epochs, finished steps of the current one
    int64_t updates;      // all steps so far
    double loss_sum;      // of the current epoch's samples
    int64_t right, seen;  // answers of the current epoch while weights changed
    double seconds;       // spent in the current epoch
} fovea__position;

struct fovea_trainer {
    fovea_context *context;
    fovea_model *model;
    fovea_graph *graph;
    const fovea_dataset *training, *validation, *test;
    char data_hash[65];  // of the training set, "" without one
    fovea_train_options options;
    double *class_weight;
    int64_t outputs;
    fovea_value logits;
    fovea_session *session;
    float (*table)[256];
    fovea__trained *trained;
    int32_t trained_count;
    fovea__piece *piece;
    int64_t piece_count;
    double *squares;
    // Of one batch.
    const uint8_t **picture;
    uint8_t *pixels;  // augmented copies
    int32_t *label, *answer;
    uint32_t *sample;
    double *sample_loss;
    double loss_factor;
    float *target;  // one-hot targets of a group per worker, for the squared loss
    int64_t *order;
    int64_t order_epoch;  // the epoch `order` holds, -1: none
    fovea__position at;
    fovea_epoch *history;
    int32_t history_count;
    fovea_progress_callback *progress;
    void *progress_user;
    double rate;         // images per second, moving average
    double step_loss;    // of the last step
    bool has_gradients;  // the session's are those of the last update
};

// Ranges, and that class weights are one for each output.
fovea_status fovea__check_options(const fovea_train_options *options, int64_t outputs,
                                  fovea_error *error);

int64_t fovea__steps_per_epoch(const fovea_trainer *trainer);
// Learning rate of update `update` (from 0), see fovea_schedule.
double fovea__learning_rate(const fovea_train_options *options, int64_t update,
                            int64_t steps_per_epoch);

// A fovea__loss_work, `user` being the trainer: fills sample_loss and answer of the group and the
// gradient of its logits.
void fovea__loss_of_group(void *user, const fovea__bound *bound, int64_t g, int32_t worker);
// What the batch's sum of losses is multiplied by, from its labels; before the steps goes into
// trainer->loss_factor.
double fovea__loss_factor(const fovea_trainer *trainer, int64_t samples);
// The losses summed in the order of the samples, times that.
double fovea__mean_loss(const fovea_trainer *trainer, int64_t samples);

// Sums the slots of all gradients; false when one is not finite, `*value` then names the first such
// parameter.
bool fovea__sum_gradients(fovea_trainer *trainer, fovea_value *value);
// One update of all parameters with learning rate `rate`, then the new running statistics.
void fovea__update(fovea_trainer *trainer, double rate);

// Samples `position[0..count)` of the set into trainer->picture, label and sample, augmented for
// the epoch.
void fovea__gather(fovea_trainer *trainer, const int64_t *position, int64_t count);

// The table of bytes to normalised floats of a model; fovea__free.
fovea_status fovea__model_table(const fovea_model *model, float (**table)[256], fovea_error *error);
// fovea_answers_create, asking `watch` after each batch of `count` samples; false stops with
// INTERRUPTED.
typedef bool fovea__answers_watch(void *user, int64_t count);
fovea_status fovea__answers_create(const fovea_model *model, const fovea_dataset *dataset,
                                   int64_t batch, fovea__answers_watch *watch, void *user,
                                   fovea_answers **answers, fovea_error *error);
// Whether the set's pictures and classes fit the model.
fovea_status fovea__check_fit(const fovea_model *model, const fovea_dataset *dataset,
                              fovea_error *error);

#endif
