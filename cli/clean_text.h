// SPDX-License-Identifier: MIT
// Text from files and command lines, made safe for a terminal.
#ifndef FOVEA_CLI_CLEAN_TEXT_H
#define FOVEA_CLI_CLEAN_TEXT_H

#include <stddef.h>

// Copies `text` (NULL: nothing) with control characters as '?', cut to `size` with the last
// character whole. Returns `buffer`.
const char *cli_clean(char *buffer, size_t size, const char *text);

// The same, ended with " …" where it was cut. `size` is 6 or more.
const char *cli_clean_title(char *buffer, size_t size, const char *text);

// Columns that UTF-8 `text` takes, one a code point.
int cli_width(const char *text);

#endif
