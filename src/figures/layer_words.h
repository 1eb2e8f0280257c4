// SPDX-License-Identifier: MIT
// What a layer does in a few words, for diagrams.
#ifndef FOVEA_FIGURES_LAYER_WORDS_H
#define FOVEA_FIGURES_LAYER_WORDS_H

#include "base/text.h"
#include "graph/graph.h"

// Appends "conv2d 5×5, stride 2, pad 2" or "maxpool2d 2×2" or "dropout 0.2": the operator and
// what differs from its default. `separator` stands between the parts after the first (", ").
void fovea__layer_words(const fovea_graph *graph, int32_t node, const char *separator,
                        fovea__text *text);
// The series colour of its kind: convolution 0, pooling 1, linear 2, joins of branches 4, others
// -1.
int32_t fovea__layer_colour(const fovea_graph *graph, int32_t node);

#endif
