// SPDX-License-Identifier: MIT
// What top, dead and embed take in: a model, a set of its pictures, and layers.
#ifndef FOVEA_CLI_UNIT_INPUTS_H
#define FOVEA_CLI_UNIT_INPUTS_H

#include "command.h"

#define CLI_UNIT_DATA_OPTIONS                                                            \
    {"data", 0, "SET", NULL, "the set, with or without :PART (default part: test)"},     \
        {"limit", 0, "N", NULL, "only the first N samples"}, {                           \
        "fit", 0, NULL, NULL, "bring the pictures of a folder to the size the net takes" \
    }

typedef struct cli_unit_inputs {
    fovea_model *model;
    fovea_dataset *dataset;
    int32_t *nodes;  // NULL without --layer
    int32_t count;
} cli_unit_inputs;

// MODEL, --data with --limit (`limit` where it is not given; 0: all) and --layer. A net that
// takes pictures of any size is built for those of the set. Classes only choose pictures: they
// need not be the model's.
fovea_status cli_open_unit_inputs(const cli_call *cli, int64_t limit, cli_unit_inputs *inputs,
                                  fovea_error *error);
void cli_free_unit_inputs(const cli_call *cli, cli_unit_inputs *inputs);
// The last node of the operator ("Conv"); -1: none.
int32_t cli_last_node(const fovea_graph *graph, const char *op);

#endif
