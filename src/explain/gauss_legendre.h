// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_GAUSS_LEGENDRE_H
#define FOVEA_EXPLAIN_GAUSS_LEGENDRE_H

#include <stdint.h>

// Nodes and weights of the Gauss-Legendre rule of n nodes on [0, 1], from the left: sum weight[k]
// p(node[k]) is the integral of p over [0, 1] for every polynomial p of a degree up to 2n-1. Zeros of the
// Legendre polynomial P_n by Newton's method; time grows with n².
void fovea__gauss_legendre(int32_t n, double *node, double *weight);

#endif
