// SPDX-License-Identifier: MIT
// Receptive fields (Araujo, Norris, Sim: "Computing receptive fields of convolutional neural
// networks", Distill 2019). Unit u of a value sees the input pixels u*stride - offset ... u*stride
// - offset + size - 1.
#ifndef FOVEA_GRAPH_RECEPTIVE_H
#define FOVEA_GRAPH_RECEPTIVE_H

#include "graph/graph.h"

#define FOVEA__MAX_SPATIAL 3

typedef struct fovea__receptive {
    bool local;  // false: units see the whole input, or there are no pixels to speak of
    // By spatial dimension: height, width (depth first in three dimensions); those that the value
    // does not have stay 1, 1 and 0.
    int64_t size[FOVEA__MAX_SPATIAL], stride[FOVEA__MAX_SPATIAL], offset[FOVEA__MAX_SPATIAL];
} fovea__receptive;

// Fields of all values, in `field[value]` (graph->value_count entries).
void fovea__receptive_fields(const fovea_graph *graph, fovea__receptive *field);

#endif
