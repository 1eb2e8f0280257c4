// SPDX-License-Identifier: MIT
// The arithmetic of a receptive field, layer by layer.
#ifndef FOVEA_FIGURES_RECEPTIVE_TABLE_H
#define FOVEA_FIGURES_RECEPTIVE_TABLE_H

#include "draw/figure.h"
#include "graph/graph.h"

// Appends a table with a row for each layer on the ways from the input to `node` that changes
// size r, stride S or offset P of the field. Errors: OUT_OF_MEMORY.
fovea_status fovea__add_receptive_table(fovea_figure *figure, const fovea_graph *graph,
                                        int32_t node, fovea_error *error);

#endif
