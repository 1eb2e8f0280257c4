// SPDX-License-Identifier: MIT
// The weight and bias gradient of a whole batch in NCHW, in parts that several workers compute side
// by side: ranges of output channels by ranges of input channels. Sums and buffers are those of
// conv.h's batch_gradient, so that all kernels give the same bits, and those of N16.
#ifndef FOVEA_KERNELS_CONV_PART_WEIGHTS_H
#define FOVEA_KERNELS_CONV_PART_WEIGHTS_H

#include "kernels/conv/conv.h"

typedef struct fovea__conv_part_weights {
    const char *name;  // "weights avx512"
    fovea__cpu cpu;
    bool (*accepts)(const fovea__conv_geometry *geometry);
    // How many parts there are (1 or more), by the shape only.
    int64_t (*parts)(const fovea__conv_geometry *geometry);
    // Bytes of scratch one call needs (each worker its own) for a batch of at most `samples`.
    size_t (*scratch)(const fovea__conv_geometry *geometry, int64_t samples);
    // Part 0 ... parts - 1 of d_weight and d_bias and nothing else; each may be NULL: not computed.
    // Each is overwritten, or the sum over the batch is added to it. x, d_y, d_weight and d_bias are
    // the whole buffers.
    void (*run)(const fovea__conv_geometry *geometry, int64_t samples, int64_t part,
                bool add_weight, bool add_bias, const float *x, const float *d_y, float *d_weight,
                float *d_bias, void *scratch);
} fovea__conv_part_weights;

// The first kernel that the processor level allows and that accepts the geometry; NULL: there is
// none, and batch_gradient computes it.
const fovea__conv_part_weights *fovea__conv_part_weights_choose(
    fovea__cpu cpu, const fovea__conv_geometry *geometry);
// All kernels compiled in, best first: for tests. At least one, or `count` is 0.
const fovea__conv_part_weights *const *fovea__conv_part_weights_kernels(size_t *count);

#endif
