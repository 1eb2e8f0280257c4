// SPDX-License-Identifier: MIT
// What is asked of a picture besides what a unit says of it, on planes of H×W.
#ifndef FOVEA_EXPLAIN_PICTURE_PRIORS_H
#define FOVEA_EXPLAIN_PICTURE_PRIORS_H

#include "fovea/context.h"

// Total variation (Mahendran & Vedaldi, arXiv 1412.0035), mean over all C*H*W cells of
//
//   ((x[h][w+1] - x[h][w])^2 + (x[h+1][w] - x[h][w])^2 + 1e-8)^(beta/2)
//
// where a neighbour that does not exist counts as equal. Adds weight * its gradient to d_x (may be
// NULL).
double fovea__total_variation(const float *x, int64_t channels, int64_t height, int64_t width,
                              double beta, double weight, float *d_x);

// Mean over `count` numbers of |x - middle|^alpha; adds weight * its gradient to d_x (may be NULL).
double fovea__power_norm(const float *x, int64_t count, double middle, double alpha, double weight,
                         float *d_x);

// Gaussian blur of C planes in place, sigma in pixels, edges repeated. `line`: [max(H, W)] scratch.
void fovea__blur_planes(float *x, int64_t channels, int64_t height, int64_t width, double sigma,
                        float *line);

// sqrt(mean of squares), summed in double in order.
double fovea__root_mean_square(const float *x, int64_t count);

#endif
