// SPDX-License-Identifier: MIT
// What the families of steps that hold a convolution share.
#ifndef FOVEA_PLAN_N16_CONV_H
#define FOVEA_PLAN_N16_CONV_H

#include "kernels/conv/conv.h"
#include "plan/n16.h"

// The first member of such a family's `detail`.
typedef struct fovea__conv_detail {
    fovea__conv_geometry geometry;
    const fovea__conv_kernel *kernel;
    size_t packed;  // floats
} fovea__conv_detail;

// Fills the detail and lowered->workspace for a convolution of input 0 by input 1 to `y`.
void fovea__conv_detail_fill(const fovea__plan *plan, fovea__lowered *lowered,
                             const fovea__attributes *attributes, const fovea_shape *y,
                             fovea__conv_detail *detail);
// The weights as the kernels take them; the bias, NULL without one.
const float *fovea__conv_weight(const fovea__lowered *lowered, const fovea__bound *bound);
const float *fovea__conv_bias(const fovea__lowered *lowered, const fovea__bound *bound);
// Output channels of tile `tile` of the weight gradient (-1: of all): `first` and how many.
int64_t fovea__conv_tile(const fovea__conv_detail *detail, int64_t tile, int64_t *first);

// Members of the families.
void fovea__conv_begin(const fovea__lowered *lowered, const fovea__bound *bound);
int64_t fovea__conv_tiles(const fovea__lowered *lowered);

#endif
