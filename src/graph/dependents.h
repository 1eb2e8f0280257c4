// SPDX-License-Identifier: MIT
// Which values depend on one, and which operator a node is one of: what everyone asks who walks a graph.
#ifndef FOVEA_GRAPH_DEPENDENTS_H
#define FOVEA_GRAPH_DEPENDENTS_H

#include "graph/graph.h"

// Marks v and what is computed from it. `depends`: value_count zeros.
void fovea__mark_dependents(const fovea_graph *graph, fovea_value v, uint8_t *depends);
// How many inputs of the node are marked; `*first` receives the first of them.
int32_t fovea__marked_inputs(const fovea__node *node, const uint8_t *marks, int32_t *first);
// Whether the node's operator is one of these, ending with NULL.
bool fovea__is_one_of(const fovea__node *node, const char *const *names);

#endif
