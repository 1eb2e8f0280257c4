// SPDX-License-Identifier: MIT
// Multiply-adds as torchvision and fvcore count them.
#ifndef FOVEA_GRAPH_PRODUCTS_H
#define FOVEA_GRAPH_PRODUCTS_H

#include "graph/graph.h"

// Products of a number with a weight (or of two numbers in a matrix product) in one forward:
// convolutions, linear layers and matrix products; no biases, normalisation or activations. `in`
// and `out` are the node's signatures with the batch set. INT64_MAX stands for more.
int64_t fovea__count_products(const fovea__node *node, const fovea__signature *in,
                              const fovea__signature *out);

#endif
