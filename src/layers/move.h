// SPDX-License-Identifier: MIT
// What the operators share that move numbers without changing them. They take any type, of which
// only the size of an element matters, and dimensions of 0 where there is no open batch.
#ifndef FOVEA_LAYERS_MOVE_H
#define FOVEA_LAYERS_MOVE_H

#include "layers/op.h"

// All inputs of one type, dimensions of at least 0 and an open batch in dimension 0 only. Errors:
// UNSUPPORTED (types), SHAPE_MISMATCH.
fovea_status fovea__check_moved(const fovea__signature *in, int32_t in_count, fovea_error *error);
// Whether dimension 0 is a batch whose size is open.
static inline bool fovea__is_open(const fovea_shape *shape) {
    return shape->rank > 0 && shape->dim[0] == FOVEA_DYNAMIC;
}

// Copies all numbers, as many as `from` has.
void fovea__copy_view(const fovea_view *from, const fovea_view *to);
// forward and vjp of operators that give the same numbers in the same order another shape.
fovea_status fovea__keep_forward(const fovea__call *call, fovea_error *error);
fovea_status fovea__keep_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error);
// `value` as one element of `type` in item[8]; integers are cut off and kept inside their range.
void fovea__element(fovea_type type, double value, void *item);

#endif
