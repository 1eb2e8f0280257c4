// SPDX-License-Identifier: MIT
// Reductions of an array over some of its dimensions, and their gradients. With x running over the
// elements of one output, n of them:
//
//   SUM          y = sum x                     d_x = d_y
//   MEAN         y = sum x / n                 d_x = d_y / n
//   MAX, MIN     NaN where one is there        d_x = d_y / (how many equal y) where x = y, else 0
//   L1           y = sum |x|                   d_x = d_y * sign(x)
//   L2           y = sqrt(sum x^2)             d_x = d_y * x / y, 0 where y = 0
//   PROD         y = product of x              d_x = d_y * product of the others, zeros included
//   SUM_SQUARE   y = sum x^2                   d_x = 2 * x * d_y
//   LOG_SUM      y = log(sum x)                d_x = d_y / sum x
//   LOG_SUM_EXP  y = m + log(sum exp(x - m)), m = max x      d_x = d_y * exp(x - y)
//
// The order of sums and products: floats and doubles are added in double and rounded once. Where
// the last dimension is reduced, each stretch of neighbouring elements is taken by 16 chains
// (element i in chain i mod 16), joined as the tree of splitting.h; the results of the stretches
// are one chain in row-major order. Where it is kept, a stretch is one element. exp is that of
// elementary.h in float, log too. Integers are added in 64 bits, wrap around, and a mean is cut
// towards 0.
#ifndef FOVEA_KERNELS_REDUCTION_H
#define FOVEA_KERNELS_REDUCTION_H

#include "kernels/kernel.h"

#define FOVEA__REDUCTION_RANK 8

typedef enum fovea__reduction_kind {
    FOVEA__REDUCE_SUM,
    FOVEA__REDUCE_MEAN,
    FOVEA__REDUCE_MAX,
    FOVEA__REDUCE_MIN,
    FOVEA__REDUCE_L1,
    FOVEA__REDUCE_L2,
    FOVEA__REDUCE_PROD,
    FOVEA__REDUCE_SUM_SQUARE,
    FOVEA__REDUCE_LOG_SUM,
    FOVEA__REDUCE_LOG_SUM_EXP,
} fovea__reduction_kind;

// Dimensions with the distance between neighbours; neighbours of one sort are one dimension, those
// of size 1 are left out.
typedef struct fovea__reduction_axes {
    int32_t rank;
    int64_t dim[FOVEA__REDUCTION_RANK], step[FOVEA__REDUCTION_RANK];
} fovea__reduction_axes;

typedef struct fovea__reduction {
    fovea__reduction_kind kind;
    int64_t count;  // elements of one output
    fovea__reduction_axes kept, reduced;
} fovea__reduction;

// dim[rank] is the shape of src, reduced[d] whether d is summed over. rank 0 is one element. Reduced
// dimensions have elements; where a kept one has none nothing is computed.
fovea__reduction fovea__reduction_of(fovea__reduction_kind kind, int32_t rank, const int64_t *dim,
                                     const bool *reduced);

// dst has the elements of the kept dimensions, row-major.
void fovea__reduce_f32(const fovea__reduction *reduction, const float *src, float *dst);
void fovea__reduce_f64(const fovea__reduction *reduction, const double *src, double *dst);
// All kinds but L2, LOG_SUM and LOG_SUM_EXP.
void fovea__reduce_i64(const fovea__reduction *reduction, const int64_t *src, int64_t *dst);
void fovea__reduce_i32(const fovea__reduction *reduction, const int32_t *src, int32_t *dst);
void fovea__reduce_i8(const fovea__reduction *reduction, const int8_t *src, int8_t *dst);
void fovea__reduce_u8(const fovea__reduction *reduction, const uint8_t *src, uint8_t *dst);
// Overwrites d_src; `dst` is what the reduction made.
void fovea__reduce_back_f32(const fovea__reduction *reduction, const float *src, const float *dst,
                            const float *d_dst, float *d_src);
void fovea__reduce_back_f64(const fovea__reduction *reduction, const double *src, const double *dst,
                            const double *d_dst, double *d_src);

#endif
