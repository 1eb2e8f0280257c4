// SPDX-License-Identifier: MIT
// Event files for TensorBoard: scalars, histograms and pictures over the steps of a run.
//
//   fovea_event_log *log;
//   fovea_event_log_create(context, "run/tensorboard", 0, &log, &error);
//   while (!fovea_trainer_done(trainer)) {
//       fovea_trainer_epoch(trainer, &epoch, &error);
//       fovea_event_log_epoch(log, trainer, &error);
//       fovea_event_log_flush(log, &error);
//   }
//   fovea_event_log_free(log);
//
// A step is a number of updates since training began. A tag ("loss/train") is what TensorBoard
// names the chart by; the part before the slash groups charts. Tags are UTF-8 and not empty.
// Nothing but wall time differs between the files of two equal runs.
#ifndef FOVEA_EVENT_LOG_H
#define FOVEA_EVENT_LOG_H

#include "fovea/draw.h"
#include "fovea/train.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_event_log fovea_event_log;

// Makes `folder` where it is missing, and a file events.out.tfevents.SECONDS.HOST.PID.N in it whose
// name sorts behind those that are there. For a run that goes on, `first_step` is the first step it
// will tell: what older files tell from there on no longer counts (TensorBoard drops it); 0 for a
// new run. Errors: INVALID_ARGUMENT (a step below 0), IO, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_event_log_create(fovea_context *context, const char *folder,
                                              int64_t first_step, fovea_event_log **log,
                                              fovea_error *error);
// Writes what is left, untold when that fails: call flush before.
FOVEA_API void fovea_event_log_free(fovea_event_log *log);

// Events are gathered and written when there is a MiB of them, and with the first one that is 5
// seconds younger than what was written last. This writes all and waits until they last. Errors of
// this and of all that add events: IO. What could not be written is dropped whole, never cut in the
// middle.
FOVEA_API fovea_status fovea_event_log_flush(fovea_event_log *log, fovea_error *error);

// `value` is kept in single precision. Errors: INVALID_ARGUMENT (tag), OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_event_log_scalar(fovea_event_log *log, const char *tag, int64_t step,
                                              double value, fovea_error *error);
// Counts of the numbers of `values` (F32 or F64, any shape) in TensorBoard's usual buckets, whose
// limits grow by 10 % from 1e-12 to 1e20 to both sides of zero; with minimum, maximum, sum and sum
// of squares in double. What is not finite is not counted; without any finite number nothing is
// written. Errors: INVALID_ARGUMENT (tag, type), OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_event_log_histogram(fovea_event_log *log, const char *tag,
                                                 int64_t step, const fovea_view *values,
                                                 fovea_error *error);
// A PNG file of `size` bytes. Errors: INVALID_ARGUMENT (tag, more than 256 MiB), BAD_FILE (no PNG),
// OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_event_log_picture(fovea_event_log *log, const char *tag, int64_t step,
                                               const void *png, size_t size, fovea_error *error);
// A figure as PNG. `options` NULL: the defaults. In libfovea-view.
FOVEA_API fovea_status fovea_event_log_figure(fovea_event_log *log, const char *tag, int64_t step,
                                              const fovea_figure *figure,
                                              const fovea_draw_options *options,
                                              fovea_error *error);

// The last finished epoch of a trainer, at its last step: loss/train, loss/validation,
// loss/test, accuracy/train … (those that were measured), learning_rate and epoch; histograms of
// every parameter (parameters/conv1.weight) and of its gradient in the last step
// (gradients/conv1.weight), where this trainer did that step.
FOVEA_API fovea_status fovea_event_log_epoch(fovea_event_log *log, const fovea_trainer *trainer,
                                             fovea_error *error);
// For fovea_trainer_on_progress, after each training step: loss/batch, the mean loss of the step's
// samples, for about 50 steps of an epoch (those whose number ceil(steps/50) divides).
FOVEA_API fovea_status fovea_event_log_progress(fovea_event_log *log,
                                                const fovea_progress *progress, fovea_error *error);
// What there is to see of a net, as figures: filters/NAME of the first layer with weights, and
// maps/NAME of each of the first 4 convolutions with its activation and pooling, for `picture`
// (U8 C×H×W, as fovea_maps_create takes it; NULL: no maps). In libfovea-view.
FOVEA_API fovea_status fovea_event_log_look(fovea_event_log *log, const fovea_model *model,
                                            const fovea_tensor *picture, int64_t step,
                                            fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
