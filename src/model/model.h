// SPDX-License-Identifier: MIT
// The model's insides, for the files of src/model and the trainer's checkpoint.
#ifndef FOVEA_MODEL_MODEL_H
#define FOVEA_MODEL_MODEL_H

#include "formats/safetensors.h"
#include "fovea/model.h"

#define FOVEA__MAX_CHANNELS 4096

struct fovea_model {
    fovea_context *context;
    fovea_graph *graph;
    char *architecture;
    int32_t input[3];  // C, H, W
    double *mean, *deviation;  // C each
    char **classes;
    int32_t class_count;
};

#endif
