// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_PRINCIPAL_H
#define FOVEA_EXPLAIN_PRINCIPAL_H

#include "fovea/context.h"

enum { FOVEA__COMPONENTS = 2, FOVEA__PRINCIPAL_MOST = 4096 };

typedef struct fovea__principal {
    double *scores;    // [N][2]
    double *loadings;  // [2][F]
    double *mean;      // [F]
    double variance[FOVEA__COMPONENTS], share[FOVEA__COMPONENTS];
} fovea__principal;

// The first two principal components of N×F features, as fovea_embedding_create defines them. The
// smaller of N >= 2 and F >= 1 is at most FOVEA__PRINCIPAL_MOST. `features` lose their mean. The
// buffers are the caller's. Errors: OUT_OF_MEMORY.
fovea_status fovea__principal_components(fovea_context *context, double *features, int64_t n,
                                         int64_t f, fovea__principal *result, fovea_error *error);

#endif
