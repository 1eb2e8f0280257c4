// SPDX-License-Identifier: MIT
// What the commands share that find pictures by optimisation: like, dream and invert.
#ifndef FOVEA_CLI_OPTIMISE_OUTPUT_H
#define FOVEA_CLI_OPTIMISE_OUTPUT_H

#include "command.h"

// MODEL, built for --input where that is another size than its own.
fovea_status cli_open_sized(const cli_call *cli, const char *name, fovea_model **model,
                            fovea_error *error);
// The first value that the chosen node makes, for --layer text that means exactly one node.
// INVALID_ARGUMENT for none (with the nearest names) and for several.
fovea_status cli_one_layer(const cli_call *cli, const fovea_graph *graph, const char *text,
                           fovea_value *layer, fovea_error *error);

// A line on standard error while pictures (or whatever `what` says) are made.
typedef struct cli_optimise_line {
    const char *what;
    bool shown, drawn;
    double last;
} cli_optimise_line;
void cli_optimise_begin(const cli_call *cli, const char *what, cli_optimise_line *line);
int cli_optimise_progress(void *line, const fovea_optimise_state *state);
void cli_optimise_end(cli_optimise_line *line);

// Saves --npz, prints JSON (`command`), draws. `names` and `options` as for the figure.
fovea_status cli_optimise_output(const cli_call *cli, const fovea_optimised *pictures,
                                 const fovea_optimised_figure_options *options, fovea_error *error);

#endif
