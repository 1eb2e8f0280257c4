// SPDX-License-Identifier: MIT
// The part of a net up to one layer, forward and backward, for what is found by following a
// gradient step by step: one plan and one set of buffers for all steps, no gradients of weights,
// never in training mode.
#ifndef FOVEA_EXPLAIN_LAYER_PASS_H
#define FOVEA_EXPLAIN_LAYER_PASS_H

#include <stdbool.h>

#include "fovea/model.h"
#include "fovea/run.h"

typedef struct fovea__layer_pass {
    fovea_context *context;
    fovea_graph *cut;  // owned
    fovea_session *session;
    fovea_value input, layer;
    fovea_type type;
    fovea_shape input_shape, shape;  // with the batch of one
    int64_t input_count, count;      // numbers of the input, of the layer
    // The layer is a Relu: `activation` is what goes into it, so that a unit that is silent can be
    // told in which direction it would wake up.
    bool rectified;
    const float *activation;  // [count] after forward
    float *seed;              // [count] d_activation, written before backward
    const float *gradient;    // [input_count] after backward
    float *number;            // owned: the three above where the graph is not F32, seed always
    fovea_tensor *x, *d;      // of the graph's type
} fovea__layer_pass;

// `layer` is a value that nodes of the model's graph compute from its input; of a softmax at the end
// what goes in there is taken. The model must outlive the pass. Errors: SHAPE_MISMATCH (a net that
// takes no samples), INVALID_ARGUMENT (no such value, one that does not depend on the input),
// UNSUPPORTED (no gradient reaches the input, naming node and operator), OUT_OF_MEMORY.
fovea_status fovea__layer_pass_create(const fovea_model *model, fovea_value layer,
                                      fovea__layer_pass **pass, fovea_error *error);
void fovea__layer_pass_free(fovea__layer_pass *pass);

// x: 1×C×H×W as the net takes it. Sets pass->activation.
fovea_status fovea__layer_pass_forward(fovea__layer_pass *pass, const float *x, fovea_error *error);
// d_x = sum over the layer of seed * d activation / d x, after forward. Sets pass->gradient.
fovea_status fovea__layer_pass_backward(fovea__layer_pass *pass, fovea_error *error);

#endif
