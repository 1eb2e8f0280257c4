// SPDX-License-Identifier: MIT
// Other backward rules for single nodes: guided backpropagation, DeepLIFT and relevance propagation are
// a session's backward pass in which some nodes pass on something else than a gradient.
#ifndef FOVEA_PLAN_RULES_H
#define FOVEA_PLAN_RULES_H

#include "graph/graph.h"

typedef struct fovea__rules {
    // Whether the node passes on by `backward` below instead of by its operator's vjp; asked once, when
    // the session is made.
    bool (*applies)(void *user, const fovea_graph *graph, const fovea__node *node);
    // As fovea__op's vjp, for the node `node` of the graph: d_in[i] is overwritten from d_out[0]; one
    // without data is not wanted. What several readers of a value pass on is added up outside. In `call`
    // are the numbers of the forward pass. Runs on the caller's thread, nodes from the last to the first.
    fovea_status (*backward)(void *user, const fovea_graph *graph, const fovea__node *node,
                             const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error);
    void *user;
} fovea__rules;

#endif
