// SPDX-License-Identifier: MIT
// run.json: what was asked for, with what, and what came of it; enough to go on with the run.
#ifndef FOVEA_CLI_RUN_RECORD_H
#define FOVEA_CLI_RUN_RECORD_H

#include <jansson.h>

#include "fold_table.h"
#include "json_output.h"
#include "run_folder.h"
#include "train_settings.h"

// `cli` holds the options of the run, with its words. `finished`: `final` is filled. `folds`: of a
// cross-validation, else NULL.
fovea_status cli_record_write(const cli_call *cli, const cli_run_folder *folder,
                              const cli_training *training, const fovea_epoch *history,
                              int32_t count, bool finished, const cli_fold_table *folds,
                              fovea_error *error);

// The words a run was started with, without the program's name.
typedef struct cli_record {
    json_t *root;
    char *word[256];
    int words;
    int32_t epochs;  // finished ones
} cli_record;
// Errors: BAD_FILE (missing, damaged, no run of this program).
fovea_status cli_record_read(const cli_run_folder *folder, cli_record *record, fovea_error *error);
void cli_record_clear(cli_record *record);

// Keys of one epoch as history.csv calls them, into an object that is open.
void cli_record_epoch(cli_json *json, const fovea_epoch *epoch);
// {"loss":…,"accuracy":…,"count":…}, null where it was not measured.
void cli_record_score(cli_json *json, const char *key, const fovea_score *score);

#endif
