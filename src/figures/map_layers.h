// SPDX-License-Identifier: MIT
// Which nodes of a graph the maps are of.
#ifndef FOVEA_FIGURES_MAP_LAYERS_H
#define FOVEA_FIGURES_MAP_LAYERS_H

#include "figures/choose_layers.h"
#include "fovea/figures.h"

// Convolution, activation or pooling; FOVEA_STAGE_DEFAULT for other nodes.
fovea_stage fovea__stage_of(const fovea_graph *graph, int32_t node);
// Whether only the numbers tell the sign of what the node makes: joins, movers and others that are
// no convolution, activation or pooling.
bool fovea__sign_depends(const fovea_graph *graph, int32_t node);
// Whether the node's first output cannot be below zero.
bool fovea__is_nonnegative(const fovea_graph *graph, int32_t node);

// A block is a convolution and the nodes up to the next layer with weights; in a net without
// convolutions a linear layer begins one. Names and globs with FOVEA_STAGE_DEFAULT mean themselves,
// else a layer stands for its block, of which `stage` picks. `layers->chosen` is yours,
// fovea__free. Errors: INVALID_ARGUMENT, OUT_OF_MEMORY.
fovea_status fovea__choose_map_layers(fovea_context *context, const fovea_graph *graph,
                                      const char *text, fovea_stage stage,
                                      fovea__chosen_layers *layers, fovea_error *error);

#endif
