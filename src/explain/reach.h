// SPDX-License-Identifier: MIT
// How far a change of part of the picture reaches. A patch lies at `places` positions, rows by columns;
// of each local value the cells that depend on a pixel under the patch are an interval of rows, which
// depends on the row of the position only, by one of columns.
#ifndef FOVEA_EXPLAIN_REACH_H
#define FOVEA_EXPLAIN_REACH_H

#include "explain/local_node.h"

typedef struct fovea__reach {
    fovea_context *context;
    const fovea_graph *graph;  // its first input is the picture, N×C×H×W
    int64_t places[2];         // of the patch, along height and width
    uint8_t *local;            // [value_count] whether the value's cells are known
    fovea__local_node *node;   // [node_count]
    // [value_count][2] cells that hold the change at every position: the largest interval, as they are
    // at most the whole side.
    int64_t (*size)[2];
    int32_t *begin;  // of those cells, [local value][places[0] + places[1]]
    int32_t *line;   // [value_count] which of them a local value has
} fovea__reach;

// Errors: OUT_OF_MEMORY.
fovea_status fovea__reach_open(const fovea_graph *graph, const int32_t patch[2],
                               const int32_t stride[2], fovea__reach *reach, fovea_error *error);
// Fine after a failed open and twice.
void fovea__reach_close(fovea__reach *reach);
// First of the size[v] cells along dimension d (0: height) when the patch is at place p of it.
int64_t fovea__reach_begin(const fovea__reach *reach, fovea_value v, int32_t d, int64_t p);

// The value from which the rest of the net had best be computed whole: the one through which all goes
// from the picture to the logits and where the work before it, of changed cells only, and the work behind
// it, of everything, add up to least. The picture itself: there is nothing to be saved. Errors:
// OUT_OF_MEMORY.
fovea_status fovea__reach_resume(const fovea__reach *reach, fovea_value *resume,
                                 fovea_error *error);

#endif
