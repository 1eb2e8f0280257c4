// SPDX-License-Identifier: MIT
#ifndef FOVEA_CLI_CLOCK_H
#define FOVEA_CLI_CLOCK_H

// Seconds of a clock that never jumps; only differences mean something.
double cli_seconds(void);

#endif
