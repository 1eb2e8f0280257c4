// SPDX-License-Identifier: MIT
// Training: losses, optimizers, schedules, the loop, checkpoints and history; and measuring a
// trained net.
//
//   fovea_train_options options;
//   fovea_train_options_default(&options);
//   options.epochs = 5;
//   options.optimizer = FOVEA_OPTIMIZER_ADAM;
//   options.learning_rate = 0.001;
//   fovea_trainer_create(model, train_set, NULL, test_set, &options, &trainer, &error);
//   while (!fovea_trainer_done(trainer)) fovea_trainer_epoch(trainer, &epoch, &error);
//
// The same seed gives the same bits on any number of threads, and resuming from a checkpoint the
// same bits as never having stopped. A loss or gradient that is not finite stops before any weight
// changes.
#ifndef FOVEA_TRAIN_H
#define FOVEA_TRAIN_H

#include "fovea/data.h"
#include "fovea/model.h"
#include "fovea/run.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fovea_loss {
    FOVEA_LOSS_CROSS_ENTROPY = 0,  // from logits, mean over the batch (torch.nn.CrossEntropyLoss)
    FOVEA_LOSS_SQUARED = 1,  // against one-hot targets, mean over all elements (torch.nn.MSELoss)
} fovea_loss;

typedef enum fovea_optimizer {
    FOVEA_OPTIMIZER_SGD = 0,
    FOVEA_OPTIMIZER_ADAM = 1,
    FOVEA_OPTIMIZER_ADAMW = 2,
} fovea_optimizer;

// Learning rate at step t of T (t from 0) for base rate r, after a linear warm-up of W steps
// (r * (t+1)/W for t < W):
typedef enum fovea_schedule {
    FOVEA_SCHEDULE_CONSTANT = 0,  // r
    FOVEA_SCHEDULE_STEP = 1,      // r * gamma^(epoch / step_epochs)
    FOVEA_SCHEDULE_COSINE = 2,    // r * (1 + cos(pi * (t-W)/(T-W))) / 2
    // torch.optim.lr_scheduler.OneCycleLR: r/25 -> r (30 %) -> r/25e4, cosine
    FOVEA_SCHEDULE_ONE_CYCLE = 3,
} fovea_schedule;

typedef struct fovea_train_options {
    size_t size;
    fovea_loss loss;
    fovea_optimizer optimizer;
    double learning_rate;  // 0: 0.01 for SGD, 0.001 for Adam and AdamW
    double momentum, weight_decay;
    int nesterov;
    double beta1, beta2, epsilon;  // 0.9, 0.999, 1e-8
    fovea_schedule schedule;
    int64_t warmup;              // steps
    double step_gamma;           // 0.1
    int32_t step_epochs;         // 30
    double label_smoothing;      // 0..1
    const double *class_weight;  // one per output of the net, or NULL; copied
    int32_t class_weight_count;
    int32_t epochs;  // 10
    int64_t batch;   // 64; the last batch of an epoch may be smaller
    int shuffle;     // 1
    uint64_t seed;   // of shuffling, augmentation and dropout
    fovea_augmentation augmentation;
    int measure_training;  // 1: accuracy on the whole training part after each epoch
    const char *plan;      // as in fovea_session_options
} fovea_train_options;

// The values named above; what has none is 0.
FOVEA_API void fovea_train_options_default(fovea_train_options *options);
// By the names of the command line ("sgd", "one-cycle"); INVALID_ARGUMENT with the nearest name
// otherwise.
FOVEA_API fovea_status fovea_optimizer_find(const char *name, fovea_optimizer *optimizer,
                                            fovea_error *error);
FOVEA_API fovea_status fovea_schedule_find(const char *name, fovea_schedule *schedule,
                                           fovea_error *error);

// Mean loss and share of right answers over a part, with `count` samples behind it (0: not
// measured).
typedef struct fovea_score {
    double loss, accuracy;
    int64_t count;
} fovea_score;

typedef struct fovea_epoch {
    int32_t epoch;         // from 1
    char time[24];         // when it ended, "2026-01-31T12:00:00"
    double learning_rate;  // of the last step
    double loss;           // running mean over the epoch's samples
    fovea_score training, validation, test;
    double seconds;  // of the training steps and the measuring
    double training_seconds;
} fovea_epoch;

typedef struct fovea_trainer fovea_trainer;

// `validation` and `test` may be NULL, and `training` for those who only call fovea_trainer_step.
// Model and sets must outlive the trainer; it changes the model's parameters. The model's
// normalisation is set before. Errors: INVALID_ARGUMENT (sizes, classes > outputs, label smoothing
// out of range ...), SHAPE_MISMATCH (pictures do not fit the net), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_trainer_create(fovea_model *model, const fovea_dataset *training,
                                            const fovea_dataset *validation,
                                            const fovea_dataset *test,
                                            const fovea_train_options *options,
                                            fovea_trainer **trainer, fovea_error *error);
FOVEA_API void fovea_trainer_free(fovea_trainer *trainer);

typedef struct fovea_progress {
    int32_t epoch, epochs;
    int measuring;                           // 0: training; 1: the parts are measured
    int64_t step, steps;                     // in this epoch; of the measuring
    int64_t images;                          // in this epoch
    double images_per_second, seconds_left;  // moving average; of the whole run
    double loss, accuracy;                   // running means of this epoch, while weights change
    double step_loss;                        // mean over the samples of this step alone
} fovea_progress;
// Called after each step, and after each batch of the measuring; return 0 to stop.
typedef int fovea_progress_callback(void *user, const fovea_progress *progress);
FOVEA_API void fovea_trainer_on_progress(fovea_trainer *trainer, fovea_progress_callback *callback,
                                         void *user);

// One step on given data, for those who write their own loop: `pictures` N pictures of C*H*W bytes,
// N labels. Returns the mean loss before the update. Dropout is keyed by the number of steps done
// and the position in the batch. NOT_FINITE: nothing was changed; the text names step and layer.
FOVEA_API fovea_status fovea_trainer_step(fovea_trainer *trainer, const uint8_t *const *pictures,
                                          const int32_t *labels, int64_t count, double *loss,
                                          fovea_error *error);
// The session the steps run in, to look at the net's outputs, the parameters' gradients and times
// between them; other values and gradients share memory and are not kept, and it does not go
// backward outside of the steps. Borrowed.
FOVEA_API fovea_session *fovea_trainer_session(fovea_trainer *trainer);
// Bytes that the steps work in: the session's and the optimizer's.
FOVEA_API fovea_memory_use fovea_trainer_memory(const fovea_trainer *trainer);
// The rest of the current epoch and its measuring. INTERRUPTED when the callback said stop: the
// step was finished and a checkpoint written now resumes in the middle of the epoch, or with its
// whole measuring.
FOVEA_API fovea_status fovea_trainer_epoch(fovea_trainer *trainer, fovea_epoch *epoch,
                                           fovea_error *error);
// 1 when all epochs asked for are finished.
FOVEA_API int fovea_trainer_done(const fovea_trainer *trainer);

// Steps since training began, those before a checkpoint included.
FOVEA_API int64_t fovea_trainer_updates(const fovea_trainer *trainer);
// The gradient of the last step's mean loss with respect to a parameter, in the parameter's type
// and shape; borrowed, valid until the next step. INVALID_ARGUMENT: no trained parameter, or this
// trainer has done no step (a checkpoint holds no gradients).
FOVEA_API fovea_status fovea_trainer_gradient(const fovea_trainer *trainer, fovea_value value,
                                              fovea_view *gradient, fovea_error *error);

FOVEA_API int32_t fovea_trainer_epoch_count(const fovea_trainer *trainer);  // finished ones
// One entry a finished epoch; valid until the next epoch ends or a checkpoint is loaded.
FOVEA_API const fovea_epoch *fovea_trainer_history(const fovea_trainer *trainer);
// Whether the last finished epoch is the best: lowest validation loss, or without one simply the
// last.
FOVEA_API int fovea_trainer_is_best(const fovea_trainer *trainer);

// The checkpoint: one safetensors file with weights, `optimizer.*` tensors, counters and history in
// the metadata and a hash over everything; a model file like any other besides.
FOVEA_API fovea_status fovea_trainer_save(const fovea_trainer *trainer, const char *path,
                                          fovea_error *error);
// Puts a trainer, made with the same model, data and options, where the checkpoint was written.
// Differing data, net or options are an INVALID_ARGUMENT that names them. Nothing is changed on
// failure.
FOVEA_API fovea_status fovea_trainer_load(fovea_trainer *trainer, const char *path,
                                          fovea_error *error);

// history.csv: epoch,time,lr,loss,accuracy,val_loss,val_accuracy,test_loss,test_accuracy,seconds;
// nine digits a number, empty where nothing was measured (then its score has count 0, else 1 once
// read).
FOVEA_API fovea_status fovea_history_write(fovea_context *context, const fovea_epoch *history,
                                           int32_t count, const char *path, fovea_error *error);
// The array is yours: fovea_history_free.
FOVEA_API fovea_status fovea_history_read(fovea_context *context, const char *path,
                                          fovea_epoch **history, int32_t *count,
                                          fovea_error *error);
FOVEA_API void fovea_history_free(fovea_context *context, fovea_epoch *history);

// What the net says about every sample of a set, which must outlive the answers.
typedef struct fovea_answers fovea_answers;
// Asks in batches of `batch`. Errors: INVALID_ARGUMENT, SHAPE_MISMATCH (pictures that do not fit
// the net), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_answers_create(const fovea_model *model, const fovea_dataset *dataset,
                                            int64_t batch, fovea_answers **answers,
                                            fovea_error *error);
FOVEA_API void fovea_answers_free(fovea_answers *answers);
// Mean cross entropy and share of right answers.
FOVEA_API fovea_score fovea_answers_score(const fovea_answers *answers);
// Numbers the net gives for a sample.
FOVEA_API int32_t fovea_answers_outputs(const fovea_answers *answers);
// Of sample i: the answer, the logits (outputs of them), softmax probability of class k, loss.
FOVEA_API int32_t fovea_answers_class(const fovea_answers *answers, int64_t i);
FOVEA_API const float *fovea_answers_logits(const fovea_answers *answers, int64_t i);
FOVEA_API double fovea_answers_probability(const fovea_answers *answers, int64_t i, int32_t k);
FOVEA_API double fovea_answers_loss(const fovea_answers *answers, int64_t i);
// matrix[true][said], outputs × outputs counts, row-major, in memory of the caller.
FOVEA_API void fovea_answers_confusion(const fovea_answers *answers, int64_t *matrix);
// Positions of the wrong answers, highest loss first; at most `most`. Returns how many.
FOVEA_API int64_t fovea_answers_worst(const fovea_answers *answers, int64_t *position,
                                      int64_t most);

#ifdef __cplusplus
}
#endif
#endif
