// SPDX-License-Identifier: MIT
// A flow chart: boxes with up to three lines of text in ranks (rows) and lanes (columns), joined by
// arrows. Where the boxes and arrows go is given; how large they are follows from the texts. On a
// page a long chart goes on in the next column, broken where all that leads on comes from one box.
#ifndef FOVEA_DRAW_FLOW_H
#define FOVEA_DRAW_FLOW_H

#include "draw/figure.h"

typedef struct fovea__flow_node {
    const char *title, *count;   // first line, bold, and at its right end; NULL: none
    const char *detail, *shape;  // second line, and at its right end; NULL: none
    const char *more;            // third line; NULL: none
    int32_t rank, lane;          // from 0
    int32_t colour;              // series colour 0 to 7, -1: neutral
} fovea__flow_node;

typedef struct fovea__flow_edge {
    int32_t from, to;  // nodes; the rank of `to` is the higher one
    int32_t lane;      // that it runs along
} fovea__flow_edge;

// Ranks first … last in a frame: a block that stands for several like it. Nothing but the block is in
// these ranks.
typedef struct fovea__flow_group {
    int32_t first, last;
    const char *title, *more;  // "× 3", and what stands at the right end; `more` may be NULL
} fovea__flow_group;

typedef struct fovea__flow fovea__flow;

// Copies everything. Errors: OUT_OF_MEMORY.
fovea_status fovea__flow_create(fovea_context *context, const fovea__flow_node *nodes,
                                int32_t node_count, const fovea__flow_edge *edges,
                                int32_t edge_count, fovea__flow **flow, fovea_error *error);
// Adds a frame, copied; frames do not overlap. Errors: OUT_OF_MEMORY.
fovea_status fovea__flow_add_group(fovea_context *context, fovea__flow *flow,
                                   const fovea__flow_group *group, fovea_error *error);
void fovea__flow_free(fovea_context *context, fovea__flow *flow);
// The parts of a block of a figure (draw/figure.h), for blocks that hold a chart.
double fovea__flow_layout(const fovea__flow *flow, fovea__display *display, double x, double y,
                          double width);
void fovea__flow_describe(const fovea__flow *flow, fovea__text *text);

#endif
