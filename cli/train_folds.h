// SPDX-License-Identifier: MIT
// A cross-validation: one run a fold, each in a folder of its own below that of the whole.
#ifndef FOVEA_CLI_TRAIN_FOLDS_H
#define FOVEA_CLI_TRAIN_FOLDS_H

#include "train_job.h"

// Whether the folds of this data can be made. To be asked before the folder is.
fovea_status cli_folds_check(const cli_train_job *whole, fovea_error *error);
// Trains what is missing of the folds. `whole` has options, data, model and folder; fresh and
// stopped folds are told apart by what lies in their folders. Errors: those of cli_job_train.
fovea_status cli_folds_train(cli_train_job *whole, fovea_error *error);

#endif
