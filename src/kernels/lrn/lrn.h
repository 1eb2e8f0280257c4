// SPDX-License-Identifier: MIT
// Local response normalisation across channels, on [samples][channels][pixels].
//
//   s[c] = bias + alpha / size * sum of x[k]^2 over the channels k of c's window, those from
//          c - floor((size-1)/2) to c + ceil((size-1)/2) that there are
//   y[c] = x[c] * s[c]^-beta
//   d_x[c] = d_y[c] * s[c]^-beta
//            - 2 * alpha * beta / size * x[c] * sum of d_y[k] * x[k] * s[k]^(-beta-1) over the
//              channels k whose window holds c
//
// Sums are chains from 0, channels ascending; s^-e is exp(-e * log(s)), in float by elementary.h.
#ifndef FOVEA_KERNELS_LRN_H
#define FOVEA_KERNELS_LRN_H

#include "kernels/kernel.h"

typedef struct fovea__lrn {
    int64_t samples, channels, pixels, size;
    double alpha, beta, bias;
} fovea__lrn;

void fovea__lrn_f32(const fovea__lrn *lrn, const float *src, float *dst);
void fovea__lrn_f64(const fovea__lrn *lrn, const double *src, double *dst);
// Overwrites d_src.
void fovea__lrn_back_f32(const fovea__lrn *lrn, const float *src, const float *d_dst, float *d_src);
void fovea__lrn_back_f64(const fovea__lrn *lrn, const double *src, const double *d_dst,
                         double *d_src);

#endif
