// SPDX-License-Identifier: MIT
// The event files of a run that was asked for --tensorboard.
#ifndef FOVEA_CLI_TRAIN_EVENTS_H
#define FOVEA_CLI_TRAIN_EVENTS_H

#include "run_folder.h"
#include "train_settings.h"

typedef struct cli_train_events {
    fovea_event_log *log;   // NULL: nothing is written
    fovea_tensor *picture;  // whose maps are shown
    fovea_status status;    // of what was written while a step was told
    fovea_error error;
} cli_train_events;

// A new file in RUN/tensorboard, for what comes after the trainer's last update. Files of a run
// that has not done one are deleted: nothing in them counts.
fovea_status cli_events_begin(const cli_run_folder *folder, const cli_training *training,
                              const fovea_trainer *trainer, cli_train_events *events,
                              fovea_error *error);
// Of one step; false when it cannot be written, `status` then holds why.
bool cli_events_step(cli_train_events *events, const fovea_progress *progress);
// Of the epoch just finished; all is on disk afterwards.
fovea_status cli_events_epoch(cli_train_events *events, const cli_training *training,
                              const fovea_trainer *trainer, fovea_error *error);
// Steps told so far are on disk afterwards; a failure of cli_events_step is told here.
fovea_status cli_events_flush(cli_train_events *events, fovea_error *error);
void cli_events_end(cli_train_events *events);

#endif
