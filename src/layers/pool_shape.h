// SPDX-License-Identifier: MIT
// Shapes of the pools over one, two or three dimensions: fovea__op.shape of each.
#ifndef FOVEA_LAYERS_POOL_SHAPE_H
#define FOVEA_LAYERS_POOL_SHAPE_H

#include "layers/op.h"

// Positions of the parameters of pools with a window; OWN is AveragePool's count_include_pad or
// MaxPoolIndices' storage_order.
enum {
    FOVEA__WINDOW_KERNEL,
    FOVEA__WINDOW_STRIDES,
    FOVEA__WINDOW_PADS,
    FOVEA__WINDOW_DILATIONS,
    FOVEA__WINDOW_CEIL,
    FOVEA__WINDOW_OWN
};

// N×C and one to three dimensions more. Errors: SHAPE_MISMATCH (another rank, a window that does not
// fit), INVALID_ARGUMENT (counts of numbers, padding as wide as the window).
fovea_status fovea__pool_window_shape(fovea__attributes *attributes, const fovea__signature *in,
                                      int32_t in_count, fovea__signature *out, fovea_error *error);
fovea_status fovea__pool_global_shape(fovea__attributes *attributes, const fovea__signature *in,
                                      int32_t in_count, fovea__signature *out, fovea_error *error);
fovea_status fovea__pool_adaptive_shape(fovea__attributes *attributes, const fovea__signature *in,
                                        int32_t in_count, fovea__signature *out,
                                        fovea_error *error);

#endif
