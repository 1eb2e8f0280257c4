// SPDX-License-Identifier: MIT
// A node as PyTorch prints the module that does the same: `Conv2d(1, 4, kernel_size=(4, 4), ...)`.
#ifndef FOVEA_GRAPH_TORCH_MODULE_H
#define FOVEA_GRAPH_TORCH_MODULE_H

#include "base/text.h"
#include "graph/graph.h"

typedef enum fovea__torch_kind {
    FOVEA__TORCH_UNKNOWN,     // there is no such operator
    FOVEA__TORCH_NONE,        // a function in PyTorch, not a module: add, concat, exp
    FOVEA__TORCH_ACTIVATION,  // a module without parameters that is as often called as a function
    FOVEA__TORCH_MODULE,
} fovea__torch_kind;

// What the operator called `op` (ONNX name) is in PyTorch.
fovea__torch_kind fovea__torch_operator(const char *op);
// The same of one node: a Pad of channels is a function, one of space a module.
fovea__torch_kind fovea__torch_node(const fovea__node *node);
// "Conv2d", and "1, 4, kernel_size=(4, 4), stride=(1, 1), bias=False" or nothing, of a node that is
// an activation or module. Paddings that differ at both ends, which PyTorch's convolution cannot
// have, are written as all begins, then all ends.
void fovea__torch_class(const fovea_graph *graph, const fovea__node *node, fovea__text *text);
void fovea__torch_arguments(const fovea_graph *graph, const fovea__node *node, fovea__text *text);

#endif
