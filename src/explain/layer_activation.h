// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_LAYER_ACTIVATION_H
#define FOVEA_EXPLAIN_LAYER_ACTIVATION_H

#include "fovea/units.h"
#include "graph/graph.h"

// The activation of a layer: the first one behind its node, past normalisation, pooling and
// dropout that nothing else reads.
typedef struct fovea__layer_activation {
    fovea_activation_kind kind;
    int32_t node;  // -1: none
    fovea_value before,
        after;         // what goes in and comes out; the layer's own output where there is none
    double low, high;  // its ends; infinite where it has none
} fovea__layer_activation;

fovea__layer_activation fovea__find_layer_activation(const fovea_graph *graph, int32_t node);

#endif
