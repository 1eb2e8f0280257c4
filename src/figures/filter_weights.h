// SPDX-License-Identifier: MIT
// The weights of a layer as a grid of small pictures: filters × channels × height × width.
#ifndef FOVEA_FIGURES_FILTER_WEIGHTS_H
#define FOVEA_FIGURES_FILTER_WEIGHTS_H

#include <stdbool.h>

#include "graph/graph.h"

typedef struct fovea__filter_weights {
    int32_t node;
    const char *name, *text;   // "conv1", "conv2d"; borrowed from the graph
    fovea_value weight, bias;  // bias: FOVEA_NO_VALUE without one
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
void fovea__filter_weights_free(fovea_context *context, fovea__filter_weights *weights);

#endif
