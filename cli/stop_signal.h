// SPDX-License-Identifier: MIT
// What asks long work to stop: Ctrl-C and SIGTERM, the first of which is remembered while a second
// one ends the program at once; and a reader of standard output that went away.
#ifndef FOVEA_CLI_STOP_SIGNAL_H
#define FOVEA_CLI_STOP_SIGNAL_H

// From here on SIGINT and SIGTERM only set what cli_stop_signal tells; ignored ones stay ignored.
void cli_catch_stop(void);
// Writing into a pipe that nobody reads no longer ends the program: cli_stop_signal tells it.
void cli_catch_closed_pipe(void);
// SIGINT or SIGTERM; SIGPIPE when something was written to standard output and its reader is gone;
// 0 when there is no reason to stop.
int cli_stop_signal(void);

#endif
