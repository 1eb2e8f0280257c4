// SPDX-License-Identifier: MIT
// The model's insides, for the files of src/model and the trainer's checkpoint.
#ifndef FOVEA_MODEL_MODEL_H
#define FOVEA_MODEL_MODEL_H

#include "formats/safetensors.h"
#include "fovea/model.h"

#define FOVEA__MAX_CHANNELS 4096
#define FOVEA__MAX_CLASSES 65536

struct fovea_model {
    fovea_context *context;
    fovea_graph *graph;
    char *architecture;
    fovea_shape input;         // of one sample: C×L, C×H×W or C×D×H×W
    double *mean, *deviation;  // C each
    char **classes;
    int32_t class_count;
};

// A model around `graph`, which becomes its own (and is freed here on failure): input, mean 0 and
// deviation 1 from the graph, no classes. The graph has one input of N×C and one to three
// dimensions of space, and one output.
// Errors: UNSUPPORTED (another input), OUT_OF_MEMORY.
fovea_status fovea__model_wrap(fovea_context *context, fovea_graph *graph, const char *architecture,
                               fovea_model **model, fovea_error *error);
// The type of its input and real parameters: FOVEA_F32 or FOVEA_F64.
fovea_type fovea__model_type(const fovea_model *model);
// Classes, normalisation and architecture of one model to another of the same channels.
fovea_status fovea__model_copy_description(const fovea_model *from, fovea_model *to,
                                           fovea_error *error);
// "f32" (or NULL: `standard`) or "f64". INVALID_ARGUMENT for anything else.
fovea_status fovea__precision(const char *text, fovea_type standard, fovea_type *type,
                              fovea_error *error);

#endif
