// SPDX-License-Identifier: MIT
// The unary functions that integers have: abs, neg, sign and clip.
#ifndef FOVEA_KERNELS_UNARY_INTEGER_H
#define FOVEA_KERNELS_UNARY_INTEGER_H

#include "fovea/tensor.h"
#include "kernels/unary/unary.h"

// For any integer type; other kinds copy. neg and abs wrap around; clip's bounds are rounded inwards
// and bounds outside the type's range are none. dst may be src.
void fovea__unary_integer(fovea__unary_kind kind, double alpha, double beta, fovea_type type,
                          int64_t count, const void *src, void *dst);

#endif
