// SPDX-License-Identifier: MIT
// The model's insides, for the files of src/model and the trainer's checkpoint.
#ifndef FOVEA_MODEL_MODEL_H
#define FOVEA_MODEL_MODEL_H

#include "formats/safetensors.h"
#include "fovea/model.h"

#define FOVEA__MAX_CHANNELS 4096
#define FOVEA__MAX_CLASSES 65536
#define FOVEA__MAX_SIDE 16384  // of a picture

struct fovea_model {
    fovea_context *context;
    fovea_graph *graph;
    char *architecture;
    // Of one sample: C×L, C×H×W or C×D×H×W; rank 0 where several inputs or something else go in.
    fovea_shape input;
    double *mean, *deviation;  // C each
    fovea_preprocessing preprocessing;
    char **classes;
    int32_t class_count;
};

// A model around `graph`, which becomes its own (and is freed here on failure): input, mean 0 and
// deviation 1 from the graph, no classes. Any graph is fine; it takes samples where it has one input
// of floats, N×C or 1×C and one to three dimensions of space. Errors: OUT_OF_MEMORY.
fovea_status fovea__model_wrap(fovea_context *context, fovea_graph *graph, const char *architecture,
                               fovea_model **model, fovea_error *error);
// SHAPE_MISMATCH naming the inputs where model->input has rank 0.
fovea_status fovea__model_takes_samples(const fovea_model *model, fovea_error *error);
// The type of its first input.
fovea_type fovea__model_type(const fovea_model *model);
// Classes, normalisation and architecture of one model to another of the same channels.
fovea_status fovea__model_copy_description(const fovea_model *from, fovea_model *to,
                                           fovea_error *error);
// "f32" (or NULL: `standard`) or "f64". INVALID_ARGUMENT for anything else.
fovea_status fovea__precision(const char *text, fovea_type standard, fovea_type *type,
                              fovea_error *error);

#endif
