// SPDX-License-Identifier: MIT
// Matrix products in row-major memory, and with either factor turned:
//
//   c[m][n] = sum over k of A[m][k] * B[k][n]
//   A[m][k] = a[m * a_line + k],  turned a[k * a_line + m]
//   B[k][n] = b[k * b_line + n],  turned b[n * b_line + k]
//
// Each number is one chain of fused multiply-adds, k ascending, from 0 or (`resume`) from what c
// holds. All variants give the same bits.
#ifndef FOVEA_KERNELS_LINEAR_MATMUL_H
#define FOVEA_KERNELS_LINEAR_MATMUL_H

#include "kernels/kernel.h"

typedef struct fovea__matmul {
    int64_t rows, columns, depth;
    int64_t a_line, b_line, c_line;
    bool a_turned, b_turned, resume;
} fovea__matmul;

// c must not overlap a or b.
typedef void fovea__matmul_f32(const fovea__matmul *matmul, const float *a, const float *b,
                               float *c);
typedef void fovea__matmul_f64(const fovea__matmul *matmul, const double *a, const double *b,
                               double *c);

typedef struct fovea__matmul_variant {
    const char *name;
    fovea__cpu needs;
    fovea__matmul_f32 *run;
} fovea__matmul_variant;

// All variants of this build, best first, the reference last; the first that `cpu` allows.
const fovea__matmul_variant *fovea__matmul_variants(size_t *count);
const fovea__matmul_variant *fovea__matmul_choose(fovea__cpu cpu);
fovea__matmul_f64 *fovea__matmul_choose_f64(fovea__cpu cpu);

#endif
