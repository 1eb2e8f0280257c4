// SPDX-License-Identifier: MIT
// What came of the folds of a cross-validation: read from the histories in their folders, so that
// it does not matter how often the run was stopped; as lines, folds.csv and JSON.
#ifndef FOVEA_CLI_FOLD_TABLE_H
#define FOVEA_CLI_FOLD_TABLE_H

#include "json_output.h"
#include "run_folder.h"
#include "train_settings.h"

// loss, accuracy, val_loss, val_accuracy, test_loss, test_accuracy
enum { CLI_FOLD_MEASURES = 6 };

typedef struct cli_fold_row {
    int32_t epochs;                  // finished ones; 0: not begun
    int64_t training, validation;    // samples
    double last[CLI_FOLD_MEASURES];  // of the last epoch; NaN: not measured
    int32_t best;                    // epoch of the lowest validation loss
    double best_loss, best_accuracy;
    double seconds;
} cli_fold_row;

typedef struct cli_fold_table {
    int32_t count, finished;
    cli_fold_row row[CLI_MOST_FOLDS];
    // Over the finished folds; the deviation with n-1. NaN: not measured, or too few.
    double mean[CLI_FOLD_MEASURES], deviation[CLI_FOLD_MEASURES];
} cli_fold_table;

// Errors: BAD_FILE (a damaged history), OUT_OF_MEMORY.
fovea_status cli_folds_read(const cli_call *cli, const cli_run_folder *folder,
                            const cli_training *training, cli_fold_table *table,
                            fovea_error *error);
fovea_status cli_folds_write(const cli_run_folder *folder, const cli_fold_table *table,
                             fovea_error *error);
// Keys into an object that is open.
void cli_folds_json(cli_json *json, const cli_fold_table *table);
// On standard output: a line a fold, the means, the deviations.
void cli_folds_print(const cli_fold_table *table);

#endif
