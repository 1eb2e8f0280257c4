// SPDX-License-Identifier: MIT
// The gradient of an operand that was repeated by broadcasting.
#ifndef FOVEA_LAYERS_BROADCAST_SUM_H
#define FOVEA_LAYERS_BROADCAST_SUM_H

#include "kernels/binary/binary.h"

// For every element of operand a: the sum over the outputs it went into of d_out, or of d_out * b
// when `b` is not NULL (b and a have the strides of `broadcast`). Without its own batch dimension 0
// the sum is: a chain over the other dimensions for each sample, the 16 samples of a group as a
// tree, groups and slots as in kernels/splitting.h; otherwise one chain.
void fovea__broadcast_sum_f32(const fovea__broadcast *broadcast, const float *d_out, const float *b,
                              float *d_a);
void fovea__broadcast_sum_f64(const fovea__broadcast *broadcast, const double *d_out,
                              const double *b, double *d_a);

#endif
