// SPDX-License-Identifier: MIT
// What a session's steps cost: time and share of the peak, and memory.
#ifndef FOVEA_CLI_STEP_TABLE_H
#define FOVEA_CLI_STEP_TABLE_H

#include <stdio.h>

#include "fovea.h"

// Whether FOVEA_VERBOSE asks for every step to be explained.
int cli_explains(void);
// One line a step that was measured (fovea_session_profile); `peak`: GFLOP/s of one thread.
void cli_print_steps(FILE *file, const fovea_session *session, double peak);
// One line.
void cli_print_memory(FILE *file, const fovea_memory_use *memory);

#endif
