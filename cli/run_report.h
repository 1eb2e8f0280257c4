// SPDX-License-Identifier: MIT
// report.html of a finished run.
#ifndef FOVEA_CLI_RUN_REPORT_H
#define FOVEA_CLI_RUN_REPORT_H

#include "run_folder.h"
#include "train_settings.h"

// About the best weights of the run, asked on the test part (else the validation part). `cli` holds
// the options of the run, with its words.
fovea_status cli_report_write(const cli_call *cli, const cli_run_folder *folder,
                              const cli_training *training, const fovea_epoch *history,
                              int32_t count, fovea_error *error);

#endif
