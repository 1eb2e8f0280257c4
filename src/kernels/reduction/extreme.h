// SPDX-License-Identifier: MIT
// Where along an axis the largest or smallest element stands: dst[o][i] = that a of src[o][a][i].
// Of equals the first one, or the last one; a NaN counts as larger and as smaller than any number.
#ifndef FOVEA_KERNELS_EXTREME_H
#define FOVEA_KERNELS_EXTREME_H

#include "fovea/tensor.h"
#include "kernels/kernel.h"

typedef struct fovea__extreme {
    bool largest, last;
    int64_t outer, axis, inner;
} fovea__extreme;

// Types F32, F64, I64, I32, I8, U8; false for others.
bool fovea__extreme_find(const fovea__extreme *extreme, fovea_type type, const void *src,
                         int64_t *dst);

#endif
