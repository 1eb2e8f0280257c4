// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_SYMMETRIC_EIGEN_H
#define FOVEA_EXPLAIN_SYMMETRIC_EIGEN_H

#include "fovea/context.h"

// The `count` largest eigenvalues of a symmetric matrix, largest first, and their eigenvectors of
// length 1, orthogonal to each other. `matrix` is n×n, only what is on and above the diagonal is
// read; it is overwritten. `values` [count], `vectors` [count][n], count <= n. Householder's
// reduction to three diagonals, bisection for the values, inverse iteration from a fixed start
// for the vectors: the same bits on any number of threads. All numbers must be finite. Errors:
// OUT_OF_MEMORY.
fovea_status fovea__symmetric_eigen(fovea_context *context, double *matrix, int64_t n,
                                    int64_t count, double *values, double *vectors,
                                    fovea_error *error);

#endif
