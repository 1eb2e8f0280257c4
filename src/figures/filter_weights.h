// SPDX-License-Identifier: MIT
// The weights of a layer as a grid of small pictures: filters × channels × height × width.
#ifndef FOVEA_FIGURES_FILTER_WEIGHTS_H
#define FOVEA_FIGURES_FILTER_WEIGHTS_H

#include <stdbool.h>

#include "fovea/tensor_file.h"
#include "graph/graph.h"

typedef struct fovea__filter_weights {
    int32_t node;                 // or the position of the tensor in its file
    const char *name, *text;      // "conv1", "conv2d"; borrowed from the graph
    fovea_named_tensor value[2];  // weights and bias as they are, borrowed
    int32_t values;               // 1 without a bias
    // [filters][channels][height][width], row-major. A linear layer has a filter for each output,
    // with the channels and sizes of the picture that was flattened for it, or (`matrix`) is one
    // picture of outputs × inputs. A kernel of three dimensions has a channel for each slice.
    int64_t filters, channels, height, width;
    int64_t slices;  // of a channel, 1 for pictures
    bool linear, matrix;
    float *data;  // owned
} fovea__filter_weights;

// Errors: OUT_OF_MEMORY; nothing is to be freed then.
fovea_status fovea__filter_weights_read(fovea_context *context, const fovea_graph *graph,
                                        int32_t node, fovea__filter_weights *weights,
                                        fovea_error *error);
// The same of a tensor alone (rank 3 to 5: a convolution's, 2: a matrix); `position` is its place.
fovea_status fovea__filter_weights_of_tensor(fovea_context *context,
                                             const fovea_named_tensor *tensor, int32_t position,
                                             fovea__filter_weights *weights, fovea_error *error);
void fovea__filter_weights_free(fovea_context *context, fovea__filter_weights *weights);

#endif
