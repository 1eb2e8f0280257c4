// SPDX-License-Identifier: MIT
// Nodes whose outputs depend on a window of their inputs only, so that part of an output can be computed
// from part of the inputs.
#ifndef FOVEA_EXPLAIN_LOCAL_NODE_H
#define FOVEA_EXPLAIN_LOCAL_NODE_H

#include "graph/graph.h"

// Output y along height or width depends on the inputs y*stride - pad + k*dilation, 0 <= k < kernel;
// those outside the input count as `fill`. A node that does not slide: all sizes 1, pad 0.
typedef struct fovea__local_node {
    bool local;   // false: nothing else here counts
    bool slides;  // whether the window is more than the one place
    int64_t kernel[2], stride[2], pad[2], dilation[2];
    double fill;
} fovea__local_node;

// How `node` depends on its operands – those inputs v with `flows[v]`, N×C×H×W – when nothing else it
// reads has a height and a width: convolutions, pooling, what works element by element or over the
// channels of a place.
fovea__local_node fovea__describe_local(const fovea_graph *graph, const fovea__node *node,
                                        const uint8_t *flows);
// Attributes of the same node for an input that brings its border with it: no padding, all places.
void fovea__without_border(fovea__node *node);

#endif
