// SPDX-License-Identifier: MIT
// What the terminal can show, from the environment: NO_COLOR, CLICOLOR_FORCE, COLORTERM, TERM,
// COLUMNS and the locale's character set.
#ifndef FOVEA_CLI_CONSOLE_H
#define FOVEA_CLI_CONSOLE_H

#include <stdbool.h>
#include <stdio.h>

#include "fovea.h"

// Whether pictures and bars are wanted on standard output: a terminal that is not TERM=dumb, or
// CLICOLOR_FORCE.
bool cli_terminal_output(void);
// Whether a line on standard error may be rewritten: a terminal that is not TERM=dumb.
bool cli_terminal_messages(void);
// Whether the locale's character set is UTF-8.
bool cli_terminal_utf8(void);
// Colours, columns, graphics and the size of a cell of standard output.
void cli_terminal_options(fovea_terminal_options *options);
int cli_terminal_columns(int file);  // 80 where nothing tells

#endif
