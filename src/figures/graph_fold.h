// SPDX-License-Identifier: MIT
// Repeated blocks of a net: runs of parts that follow each other and are alike.
#ifndef FOVEA_FIGURES_GRAPH_FOLD_H
#define FOVEA_FIGURES_GRAPH_FOLD_H

#include "figures/net_parts.h"

// Parts first … first + times * size - 1 are `times` blocks of `size` parts; all that goes into a
// block comes from the part before it. Blocks are alike in operators, attributes and connections;
// what comes out of layers with weights has the same shape, the channels of others (a concat that
// grows) and so the number of parameters may differ.
typedef struct fovea__fold {
    int32_t first, size, times;
} fovea__fold;

// Blocks worth folding (two boxes saved at least), in order, not overlapping. `*folds` is yours,
// fovea__free. Errors: OUT_OF_MEMORY.
fovea_status fovea__find_folds(const fovea__net_parts *parts, fovea__fold **folds, int32_t *count,
                               fovea_error *error);

#endif
