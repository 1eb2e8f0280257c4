// SPDX-License-Identifier: MIT
// What `fovea train` is asked for: its options read, its data and model opened.
#ifndef FOVEA_CLI_TRAIN_SETTINGS_H
#define FOVEA_CLI_TRAIN_SETTINGS_H

#include "command.h"

typedef struct cli_training {
    fovea_train_options options;
    double *class_weight;  // options.class_weight, owned
    int64_t log_every;
    const char *arch;
    fovea_model *model;
    fovea_dataset *whole, *training, *validation, *test;  // training may be whole itself
    char sha256[65];                                      // of whole
    int32_t folds, fold;  // of a cross-validation; fold 0: all of them, folds 0: none
} cli_training;

// Options that are numbers and names; nothing is opened. `cli` holds the options of the run.
fovea_status cli_training_options(const cli_call *cli, cli_training *training, fovea_error *error);
// The data sets of the run.
fovea_status cli_training_data(const cli_call *cli, cli_training *training, fovea_error *error);
// Fold `fold` of a cross-validation whose options and data `all` holds: the same options, data of
// its own.
fovea_status cli_training_fold(const cli_training *all, int32_t fold, cli_training *training,
                               fovea_error *error);
// The model: from `checkpoint` where there is one, else from --arch, with the classes and the
// normalisation of the data. Class weights are made for its outputs.
fovea_status cli_training_model(const cli_call *cli, const char *checkpoint, cli_training *training,
                                fovea_error *error);
void cli_training_clear(cli_training *training);

#endif
