// SPDX-License-Identifier: MIT
// Where a figure goes: the file of -o, the terminal, or its numbers as text. The command's options
// hold CLI_FIGURE_OPTIONS.
#ifndef FOVEA_CLI_PICTURE_OUTPUT_H
#define FOVEA_CLI_PICTURE_OUTPUT_H

#include "command.h"

// Refuses -o, --npy and --npz where they lead to a file that goes in, an ending of -o that is no picture
// format, a folder that is not there, and wrong --theme, --width, --zoom and --terminal. To be
// called before long work.
fovea_status cli_figure_check(const cli_call *cli, fovea_error *error);
// --theme, --width and --zoom. Errors: INVALID_ARGUMENT.
fovea_status cli_draw_options(const cli_call *cli, fovea_draw_options *options, fovea_error *error);
// For files that are no figures: -o and --npz are no input and their folders exist.
fovea_status cli_files_check(const cli_call *cli, fovea_error *error);
// Writes the file of -o; without -o draws in the terminal (always with --terminal) or prints the
// figure's text. With --json standard output is the command's own: only -o has an effect then.
fovea_status cli_figure_output(const cli_call *cli, const fovea_figure *figure, fovea_error *error);

#endif
