// SPDX-License-Identifier: MIT
// What the shape functions of all operators ask.
#ifndef FOVEA_LAYERS_CHECK_H
#define FOVEA_LAYERS_CHECK_H

#include "layers/op.h"

// Most elements one value may have with a batch of one.
#define FOVEA__MAX_ELEMENTS ((int64_t)1 << 40)

// All inputs F32 or all F64, and no dimension but a dynamic batch below 1. Errors: UNSUPPORTED
// (type), SHAPE_MISMATCH.
fovea_status fovea__check_inputs(const fovea__signature *in, int32_t in_count, fovea_error *error);
// Rank of input 0 within least..most: SHAPE_MISMATCH, with the shape and `wants` ("N×C and one to
// three dimensions") in the text.
fovea_status fovea__check_rank(const fovea__signature *in, int32_t least, int32_t most,
                               const char *wants, fovea_error *error);
// At most FOVEA__MAX_ELEMENTS, the dynamic batch counted as one: SHAPE_MISMATCH.
fovea_status fovea__check_size(const fovea__signature *out, fovea_error *error);
// Axis counted from the end when negative: INVALID_ARGUMENT when it is none of `rank`.
fovea_status fovea__check_axis(int64_t axis, int32_t rank, int32_t *index, fovea_error *error);
// The axis must not be a batch whose size is open: SHAPE_MISMATCH ("cannot WHAT along the batch").
fovea_status fovea__check_fixed(const fovea_shape *shape, int32_t axis, const char *what,
                                fovea_error *error);

// Product of dimensions from..to-1.
static inline int64_t fovea__span(const fovea_shape *shape, int32_t from, int32_t to) {
    int64_t product = 1;
    for (int32_t d = from; d < to; d++) product *= shape->dim[d];
    return product;
}

#endif
