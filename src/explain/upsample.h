// SPDX-License-Identifier: MIT
// Maps of a layer at the size of the picture.
#ifndef FOVEA_EXPLAIN_UPSAMPLE_H
#define FOVEA_EXPLAIN_UPSAMPLE_H

#include "fovea/tensor.h"

// Linear interpolation along every dimension (bilinear for H'×W'), as torch's interpolate with
// align_corners=False: number o of a dimension of n' is read at max(0, (o + 1/2) n/n' - 1/2), between
// the two numbers of `src` beside it, the last one going on to the end. The last dimension is
// interpolated first. `src` has the shape `from`, `dst` the shape `to`, of the same rank. Errors:
// INVALID_ARGUMENT (ranks that differ, a size of 0), OUT_OF_MEMORY.
fovea_status fovea__upsample(fovea_context *context, const double *src, const fovea_shape *from,
                             const fovea_shape *to, double *dst, fovea_error *error);

#endif
