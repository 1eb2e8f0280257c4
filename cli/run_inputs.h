// SPDX-License-Identifier: MIT
// What goes into a net from files: arrays and pictures for the graph's inputs.
#ifndef FOVEA_CLI_RUN_INPUTS_H
#define FOVEA_CLI_RUN_INPUTS_H

#include "command.h"

enum { CLI_MAX_INPUTS = 64 };

typedef struct cli_run_inputs {
    int count;                         // of arrays and pictures
    const char *name[CLI_MAX_INPUTS];  // of the input it is for, not ended by 0; NULL: the next
    size_t name_length[CLI_MAX_INPUTS];
    char *own_name[CLI_MAX_INPUTS];       // memory of `name` where it comes from a file
    const char *file[CLI_MAX_INPUTS];     // x.npy, x.npz, a picture, or SET#N
    fovea_tensor *array[CLI_MAX_INPUTS];  // of files of arrays
    // By the graph's inputs, as it wants them.
    fovea_tensor *tensor[CLI_MAX_INPUTS];
    fovea_view view[CLI_MAX_INPUTS];
} cli_run_inputs;

// Reads the files of --input [NAME=]FILE that hold arrays; those of a file of several (.npz,
// .safetensors …) without NAME= are for the inputs called as they are. Release with
// cli_run_inputs_free, also on failure. Errors: INVALID_ARGUMENT; those of the files.
fovea_status cli_run_inputs_read(const cli_call *cli, cli_run_inputs *inputs, fovea_error *error);
// The sample that the first array is or is made of, for architecture text: C×H×W, else a batch of
// C×H×W or C×D×H×W; rank 0 where it tells nothing.
fovea_shape cli_run_inputs_sample(const cli_run_inputs *inputs);
// Gives each input of the graph its numbers, in `tensor` and `view`: arrays as they are, floats in
// the graph's type, a missing batch of one added; pictures prepared as `fovea predict` does.
fovea_status cli_run_inputs_fit(const cli_call *cli, const fovea_model *model,
                                cli_run_inputs *inputs, fovea_error *error);
void cli_run_inputs_free(cli_run_inputs *inputs);

#endif
