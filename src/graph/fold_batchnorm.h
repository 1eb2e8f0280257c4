// SPDX-License-Identifier: MIT
#ifndef FOVEA_GRAPH_FOLD_BATCHNORM_H
#define FOVEA_GRAPH_FOLD_BATCHNORM_H

#include "graph/graph.h"

// A graph that computes the same when it is used, in which a BatchNormalization that alone reads a
// Conv, Gemm (linear) or ConvTranspose is part of that layer: with s = scale / sqrt(variance + epsilon)
// for each output channel the weights are w s and the bias is (b - mean) s + shift, computed in double
// and rounded once. The layer keeps its name, its output has the normalisation's; a bias that was not
// there is called as the weight, "weight" at the end being "bias". Layers that share their weights, that
// are an output of the net or are read by others too stay as they are, and so does everything else.
// Weights are copied; the new graph is yours. Errors: INVALID_ARGUMENT (no memory because of
// shapes_only), OUT_OF_MEMORY.
fovea_status fovea__graph_fold_batchnorm(const fovea_graph *graph, fovea_graph **folded,
                                         fovea_error *error);

#endif
