// SPDX-License-Identifier: MIT
// Where the nodes and edges of a directed graph without cycles go in a layered drawing: every node
// has a rank (edges lead to higher ones) and a lane; an edge runs along one lane.
//
// The longest path is lane 0. What is left falls into chains of nodes and single edges, each in the
// first lane that is free from where it leaves to where it joins: an edge that skips nodes has a
// lane of its own beside them. The same graph gives the same layout.
#ifndef FOVEA_FIGURES_GRAPH_LAYOUT_H
#define FOVEA_FIGURES_GRAPH_LAYOUT_H

#include "fovea/context.h"

typedef struct fovea__layout_edge {
    int32_t from, to;  // nodes, from < to
    int32_t lane;      // where it runs; filled here
} fovea__layout_edge;

// `rank` and `lane` have `nodes` entries and are filled, as is each edge's lane. Nodes are numbered
// so that every edge leads to a higher number. `*ranks` and `*lanes` receive how many there are.
// Errors: OUT_OF_MEMORY.
fovea_status fovea__layout_graph(fovea_context *context, int32_t nodes, fovea__layout_edge *edges,
                                 int32_t edge_count, int32_t *rank, int32_t *lane, int32_t *ranks,
                                 int32_t *lanes, fovea_error *error);

#endif
