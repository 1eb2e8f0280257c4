// SPDX-License-Identifier: MIT
// Forward and input gradient of N16 for kernels three and five wide, row by row: tiles of
// neighbouring pixels, those at the ends of a row with the taps that they meet there, so that a
// picture's borders are no tiles of their own and every row is written once, from end to end.
#ifndef FOVEA_KERNELS_CONV_ROWS_H
#define FOVEA_KERNELS_CONV_ROWS_H

#include "kernels/conv/conv.h"

// Arguments as in fovea__conv_kernel; false: no tiles for this geometry, and nothing is done.
typedef struct fovea__conv_rows {
    bool (*forward)(const fovea__conv_geometry *geometry, const float *x, const float *weight,
                    const float *bias, float *y);
    // Adds to d_x where `add`, else overwrites it.
    bool (*input_gradient)(const fovea__conv_geometry *geometry, const float *d_y,
                           const float *weight, bool add, float *d_x);
    // The largest tile, {channels, pixels, 0}, forward and of the input gradient, where there are
    // such tiles.
    void (*tiles)(const fovea__conv_geometry *geometry, int64_t tile[2][3]);
} fovea__conv_rows;

extern const fovea__conv_rows fovea__conv_rows_avx512, fovea__conv_rows_avx2, fovea__conv_rows_neon;

#endif
