// SPDX-License-Identifier: MIT
// Parts of a graph in another one.
#ifndef FOVEA_GRAPH_COPY_NODE_H
#define FOVEA_GRAPH_COPY_NODE_H

#include "graph/graph.h"

// Adds a value of `graph` that no node makes to `copy`: an input with dimensions from 1 on as `shape`
// has them, or a parameter or buffer with its numbers (without where `copy` is deferred).
fovea_status fovea__graph_copy_value(const fovea_graph *graph, fovea_value value,
                                     const fovea_shape *shape, fovea_graph *copy, fovea_value *made,
                                     fovea_error *error);
// Adds node `n` of `graph` to `copy` under its name, with `in_count` inputs `in` of the copy and
// outputs called `names`; `out` receives as many values as the operator has.
fovea_status fovea__graph_copy_node(const fovea_graph *graph, int32_t n, const fovea_value *in,
                                    int32_t in_count, const char *const *names, fovea_graph *copy,
                                    fovea_value *out, fovea_error *error);

#endif
