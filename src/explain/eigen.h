// SPDX-License-Identifier: MIT
// The first principal direction of a cloud of points.
#ifndef FOVEA_EXPLAIN_EIGEN_H
#define FOVEA_EXPLAIN_EIGEN_H

#include "fovea/context.h"
#include "fovea/status.h"

// The eigenvector of the largest eigenvalue of the symmetric n×n matrix `a`, which is overwritten:
// `vector` of n numbers, of length 1, of either sign. By Householder reflections to a tridiagonal
// matrix, bisection for the eigenvalue and inverse iteration: always the same bits, and right to
// rounding however close the next eigenvalue is (where two are equal it is one of their vectors). A
// matrix of zeros gives the first unit vector. Errors: OUT_OF_MEMORY.
fovea_status fovea__first_eigenvector(fovea_context *context, double *a, int64_t n, double *vector,
                                      double *value, fovea_error *error);

#endif
