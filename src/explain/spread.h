// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_SPREAD_H
#define FOVEA_EXPLAIN_SPREAD_H

#include "fovea/context.h"
#include "fovea/tensor.h"

// Adds a map of `cells` to one of `pixels`, of the same rank (1 to 3): a cell's number is shared out over
// the part of the picture that is the cell's when the picture is cut evenly into the map's cells, so that
// the sum stays. Errors: OUT_OF_MEMORY.
fovea_status fovea__spread(fovea_context *context, const double *map, const fovea_shape *cells,
                           const fovea_shape *pixels, double *picture, fovea_error *error);

#endif
