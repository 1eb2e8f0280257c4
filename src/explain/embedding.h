// SPDX-License-Identifier: MIT
// The principal components of a layer's features, as embedding.c makes them.
#ifndef FOVEA_EXPLAIN_EMBEDDING_H
#define FOVEA_EXPLAIN_EMBEDDING_H

#include <stdbool.h>

#include "explain/principal.h"
#include "fovea/units.h"

struct fovea_embedding {
    fovea_context *context;
    const fovea_dataset *dataset;
    fovea_unit_layer layer;
    bool flatten;
    int64_t samples, features;
    double *values;  // [samples][features]; NULL once the components are known
    fovea__principal principal;
};

#endif
