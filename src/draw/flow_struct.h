// SPDX-License-Identifier: MIT
// The insides of a flow chart, for flow.c and its two layouts.
#ifndef FOVEA_DRAW_FLOW_STRUCT_H
#define FOVEA_DRAW_FLOW_STRUCT_H

#include "draw/flow.h"

struct fovea__flow {
    fovea__flow_node *nodes;  // texts owned
    fovea__flow_edge *edges;
    int32_t node_count, edge_count, ranks, lanes;
    bool *filled;               // [ranks][lanes]: a box stands there
    fovea__flow_group *groups;  // texts owned
    size_t group_count, group_room;
};

// The frame that begins at the rank (`last` false) or ends there; NULL: none.
const fovea__flow_group *fovea__flow_group_at(const fovea__flow *flow, int32_t rank, bool last);

static inline bool fovea__flow_filled(const fovea__flow *flow, int32_t rank, int32_t lane) {
    return flow->filled[(size_t)rank * (size_t)flow->lanes + (size_t)lane];
}

// Whether a box stands between two lanes of a rank.
bool fovea__flow_blocked(const fovea__flow *flow, int32_t rank, int32_t a, int32_t b);

double fovea__flow_page(const fovea__flow *flow, fovea__display *display, double x, double y,
                        double width);
double fovea__flow_cells(const fovea__flow *flow, fovea__display *display, double x, double y,
                         double width);

#endif
