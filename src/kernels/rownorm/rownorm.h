// SPDX-License-Identifier: MIT
// Normalisation of rows, each on its own: layers (a row is a token), groups of channels and single
// channels of each sample. A row r has `parts` pieces of `span` neighbours; all `span` elements of
// piece p have the scale and shift number s = (r mod period) * parts + p.
//
//   m = sum x / n       v = sum (x - m)^2 / n       i = 1 / sqrt(v + eps)       n = parts * span
//   h = (x - m) * i     y = h * scale[s] + shift[s]
//   g = d_y * scale[s]  a = sum g / n               b = sum g * h / n
//   d_x = (g - a - h * b) * i
//   d_scale[s] = sum of d_y * h,  d_shift[s] = sum of d_y, over the rows and the piece
//
// m, v, i, a and b are taken in double: a row's sums by 16 chains (element e in chain e mod 16),
// joined as the tree of splitting.h. x - m is rounded once from double; no multiply-add is fused.
// d_scale and d_shift add, for each row in order, the piece's chain, which is in double and rounded
// once.
#ifndef FOVEA_KERNELS_ROWNORM_H
#define FOVEA_KERNELS_ROWNORM_H

#include "kernels/kernel.h"

typedef struct fovea__rownorm {
    int64_t rows, parts, span, period;
    double epsilon;
} fovea__rownorm;

// scale and shift may be NULL (1, 0); dst may be src.
void fovea__rownorm_f32(const fovea__rownorm *norm, const float *src, const float *scale,
                        const float *shift, float *dst);
void fovea__rownorm_f64(const fovea__rownorm *norm, const double *src, const double *scale,
                        const double *shift, double *dst);
// Overwrites the gradients; each may be NULL: not computed.
void fovea__rownorm_back_f32(const fovea__rownorm *norm, const float *src, const float *d_dst,
                             const float *scale, float *d_src, float *d_scale, float *d_shift);
void fovea__rownorm_back_f64(const fovea__rownorm *norm, const double *src, const double *d_dst,
                             const double *scale, double *d_src, double *d_scale, double *d_shift);

#endif
