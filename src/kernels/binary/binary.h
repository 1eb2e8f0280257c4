// SPDX-License-Identifier: MIT
// Elementwise functions of two arguments. Equal shapes are flat arrays (any layout); broadcasting
// follows numpy through strides. Each output is one rounding, so every variant gives the same bits.
#ifndef FOVEA_KERNELS_BINARY_H
#define FOVEA_KERNELS_BINARY_H

#include "kernels/kernel.h"

typedef enum fovea__binary_kind {
    FOVEA__BINARY_ADD,
    FOVEA__BINARY_MUL,
} fovea__binary_kind;

// dst[i] = a[i] op b[i]; dst may be a or b.
void fovea__binary_f32(fovea__binary_kind kind, int64_t count, const float *a, const float *b,
                       float *dst);
void fovea__binary_f64(fovea__binary_kind kind, int64_t count, const double *a, const double *b,
                       double *dst);
// dst[i] += src[i]: how the gradients of a value with several readers meet.
void fovea__binary_accumulate_f32(int64_t count, const float *src, float *dst);
void fovea__binary_accumulate_f64(int64_t count, const double *src, double *dst);

#define FOVEA__BROADCAST_RANK 9
// Dense row-major output of `dim`; operand strides in elements, 0 along dimensions they are
// repeated. For N16 leave the batch out and add a last dimension of 16.
typedef struct fovea__broadcast {
    int32_t rank;
    int64_t dim[FOVEA__BROADCAST_RANK], a_stride[FOVEA__BROADCAST_RANK],
        b_stride[FOVEA__BROADCAST_RANK];
} fovea__broadcast;

// dst[i] = a[..] op b[..]
void fovea__binary_broadcast_f32(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                 const float *a, const float *b, float *dst);
void fovea__binary_broadcast_f64(fovea__binary_kind kind, const fovea__broadcast *broadcast,
                                 const double *a, const double *b, double *dst);

#endif
