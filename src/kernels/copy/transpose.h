// SPDX-License-Identifier: MIT
// Exchanging the dimensions of a dense array whose elements are `item` bytes (1, 2, 4 or 8).
#ifndef FOVEA_KERNELS_TRANSPOSE_H
#define FOVEA_KERNELS_TRANSPOSE_H

#include "kernels/kernel.h"

#define FOVEA__TRANSPOSE_RANK 8

// Dimension k of the output is dimension perm[k] of the input, whose sizes are in[].
typedef struct fovea__transpose {
    int32_t rank;
    int64_t in[FOVEA__TRANSPOSE_RANK];
    int32_t perm[FOVEA__TRANSPOSE_RANK];
} fovea__transpose;

// dst[o_0]…[o_k]… = src[i] with i_(perm[k]) = o_k. src and dst do not overlap.
void fovea__transpose_forward(const fovea__transpose *transpose, size_t item, const void *src,
                              void *dst);
// The way back, which is the adjoint: d_src[i] = d_dst[o].
void fovea__transpose_backward(const fovea__transpose *transpose, size_t item, const void *d_dst,
                               void *d_src);

#endif
