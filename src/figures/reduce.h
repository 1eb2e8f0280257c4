// SPDX-License-Identifier: MIT
// Large arrays as figures keep them.
#ifndef FOVEA_FIGURES_REDUCE_H
#define FOVEA_FIGURES_REDUCE_H

#include "fovea/tensor.h"

typedef struct fovea__reduced {
    float *values;  // [rows][columns]; fovea__free
    int64_t rows, columns;
} fovea__reduced;

// Channel `channel` of a C×H×W tensor (U8 or F32): means of squares of k×k elements, k the smallest
// that leaves at most `side` on the longer side; those at the right and lower edge may be smaller.
// Errors: OUT_OF_MEMORY.
fovea_status fovea__reduce(fovea_context *context, const fovea_view *view, int64_t channel,
                           int64_t side, fovea__reduced *reduced, fovea_error *error);

#endif
