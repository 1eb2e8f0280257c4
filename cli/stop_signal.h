// SPDX-License-Identifier: MIT
// Ctrl-C and SIGTERM during long work: the first one is remembered, a second one ends the program
// at once.
#ifndef FOVEA_CLI_STOP_SIGNAL_H
#define FOVEA_CLI_STOP_SIGNAL_H

// From here on SIGINT and SIGTERM only set what cli_stop_signal tells; ignored ones stay ignored.
void cli_catch_stop(void);
int cli_stop_signal(void);  // SIGINT, SIGTERM, or 0 when none came

#endif
