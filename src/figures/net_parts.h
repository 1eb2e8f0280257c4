// SPDX-License-Identifier: MIT
// A net in parts as diagrams show them: a layer together with the activation, normalisation and
// dropout that follow it alone.
#ifndef FOVEA_FIGURES_NET_PARTS_H
#define FOVEA_FIGURES_NET_PARTS_H

#include "figures/graph_layout.h"
#include "graph/graph.h"

typedef struct fovea__net_part {
    int32_t head, tail;  // first and last node; -1: an input of the net
    int32_t nodes;       // in the part
    fovea_value value;   // what comes out
    int64_t parameters;  // of all its nodes
} fovea__net_part;

typedef struct fovea__net_parts {
    fovea_context *context;
    const fovea_graph *graph;
    int32_t count, edge_count;
    fovea__net_part *part;
    fovea__layout_edge *edge;  // between parts, each pair once; lanes are not filled
    int32_t *part_of;          // [nodes of the graph]
    int64_t parameters;        // of the net
} fovea__net_parts;

// What a part is.
typedef enum fovea__joining {
    FOVEA__JOIN_ALL = 0,      // a layer and what follows it
    FOVEA__JOIN_BUT_FLATTEN,  // the same, but flatten is a part of its own
    FOVEA__JOIN_NONE,         // every node a part
} fovea__joining;

// Freed with
// fovea__net_parts_free, also after a failure. Errors: OUT_OF_MEMORY; INVALID_ARGUMENT for a net of
// more than 2000 parts.
fovea_status fovea__net_parts_find(fovea_context *context, const fovea_graph *graph,
                                   fovea__joining joining, fovea__net_parts *parts,
                                   fovea_error *error);
void fovea__net_parts_free(fovea__net_parts *parts);
// Whether each part has one before it and one behind, from one input to one output.
bool fovea__net_parts_are_chain(const fovea__net_parts *parts);
// The name of the part's first node or of the input.
const char *fovea__net_part_name(const fovea__net_parts *parts, int32_t part);
// "16×28×28": what comes out of it, without the batch.
void fovea__net_part_shape(const fovea__net_parts *parts, int32_t part, char text[96]);

#endif
