// SPDX-License-Identifier: MIT
// Layers of a graph by what a user types: "conv1", "conv*", "all", "2", or several by comma. A layer
// is called by its node's name or by that of a value it makes, which ONNX files name on their own.
#ifndef FOVEA_FIGURES_CHOOSE_LAYERS_H
#define FOVEA_FIGURES_CHOOSE_LAYERS_H

#include <stdbool.h>

#include "graph/graph.h"

// Which nodes may be chosen.
typedef bool fovea__layer_filter(const fovea_graph *graph, int32_t node);

bool fovea__layer_is_conv(const fovea_graph *graph, int32_t node);
bool fovea__layer_is_linear(const fovea_graph *graph, int32_t node);
bool fovea__layer_has_weights(const fovea_graph *graph, int32_t node);  // one of the two
bool fovea__layer_is_any(const fovea_graph *graph, int32_t node);

typedef struct fovea__chosen_layers {
    bool *chosen;  // [node count]; fovea__free
    int32_t count;
    bool named;  // by name or glob alone, without numbers and "all"
} fovea__chosen_layers;

// Marks the nodes that `text` means among those that `filter` lets through; `what` names these in
// errors ("layer with weights"). Nothing is chosen by a NULL text. Errors: INVALID_ARGUMENT with
// the nearest names and all names there are, OUT_OF_MEMORY; nothing is to be freed then.
fovea_status fovea__choose_layers(fovea_context *context, const fovea_graph *graph,
                                  const char *text, fovea__layer_filter *filter, const char *what,
                                  fovea__chosen_layers *layers, fovea_error *error);

#endif
