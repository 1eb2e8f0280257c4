// SPDX-License-Identifier: MIT
// What elementwise operators of several inputs share: numpy's broadcasting and checks of types.
// An element of the output is computed from the elements of the inputs at its place; an input that
// has dimension 1 where the output has more, or lacks leading dimensions, is repeated along them.
#ifndef FOVEA_LAYERS_ELEMENTWISE_H
#define FOVEA_LAYERS_ELEMENTWISE_H

#include "kernels/binary/binary.h"
#include "layers/op.h"

// All inputs of one type: F32, F64 or an integer type; dimensions may be 0 in integers. Errors:
// UNSUPPORTED (type), SHAPE_MISMATCH.
fovea_status fovea__check_numbers(const fovea__signature *in, int32_t in_count, fovea_error *error);
// The same for any type, and for `type` alone.
fovea_status fovea__check_same_type(const fovea__signature *in, int32_t in_count,
                                    fovea_error *error);
fovea_status fovea__check_type(const fovea__signature *in, int32_t in_count, fovea_type type,
                               fovea_error *error);
static inline bool fovea__is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64;
}

// The shape all inputs are repeated to. SHAPE_MISMATCH where they do not fit together.
fovea_status fovea__broadcast_shape(const fovea__signature *in, int32_t in_count, fovea_shape *out,
                                    fovea_error *error);
// Strides of operands a and b within `out`.
fovea__broadcast fovea__broadcast_of(const fovea_shape *a, const fovea_shape *b,
                                     const fovea_shape *out);
// dst = a kind b for all types a kernel has.
void fovea__combine(fovea__binary_kind kind, const fovea_view *a, const fovea_view *b,
                    const fovea_view *dst);

#endif
