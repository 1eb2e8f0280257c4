// SPDX-License-Identifier: MIT
// One run being trained: its folder, data, model and trainer, and how it is told.
#ifndef FOVEA_CLI_TRAIN_JOB_H
#define FOVEA_CLI_TRAIN_JOB_H

#include "progress_line.h"
#include "run_folder.h"
#include "run_record.h"
#include "train_events.h"
#include "train_settings.h"

typedef struct cli_train_job {
    const cli_call *call;  // of this invocation: how it is told
    cli_call run;          // options of the run: those of the invocation, or of the one resumed
    cli_record record;     // of the run that is resumed
    cli_run_folder folder;
    cli_training training;
    fovea_trainer *trainer;
    cli_progress_line line;
    cli_train_events events;
    const char *whole;  // folder of the cross-validation this is a fold of; NULL: a run by itself
} cli_train_job;

// A job that holds nothing yet.
cli_train_job cli_job_of(const cli_call *call);
// The model of --arch and its trainer; the data are open.
fovea_status cli_job_create(cli_train_job *job, fovea_error *error);
// The first files of a run in its folder: from now on it can be resumed.
fovea_status cli_job_keep(const cli_train_job *job, fovea_error *error);
// Model and trainer as the checkpoint in the folder has them. Never starts anew by itself: what is
// damaged is told, with what can be done.
fovea_status cli_job_load(cli_train_job *job, fovea_error *error);
// Trains until all epochs are done, saving after each, and writes the report. Errors: those of
// training; INTERRUPTED after a signal, everything being saved.
fovea_status cli_job_train(cli_train_job *job, fovea_error *error);
void cli_job_clear(cli_train_job *job);

#endif
