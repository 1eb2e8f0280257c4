// SPDX-License-Identifier: MIT
// What a session's steps cost: time and share of the peak, and memory.
#ifndef FOVEA_CLI_STEP_TABLE_H
#define FOVEA_CLI_STEP_TABLE_H

#include <stdio.h>

#include "fovea.h"
#include "json_output.h"

// Whether FOVEA_VERBOSE asks for every step to be explained.
int cli_explains(void);
// One line a step that was measured (fovea_session_profile); `peak`: GFLOP/s of one thread.
void cli_print_steps(FILE *file, const fovea_session *session, double peak);
// The same to standard error, after measuring the peak.
fovea_status cli_explain_times(const fovea_session *session, fovea_context *context,
                               fovea_error *error);
// What a step does for its node: "forward", "input gradient" …; batchnorm has "forward gather" and
// "gather", its backward's.
const char *cli_step_pass(const fovea_step_time *row);
// GFLOP/s over all calls; 0 for steps without multiply-adds.
double cli_step_rate(const fovea_step_time *row);
// "plan": an array with an object for each step that was measured.
void cli_json_steps(cli_json *json, const fovea_session *session);
// One line.
void cli_print_memory(FILE *file, const fovea_memory_use *memory);

#endif
