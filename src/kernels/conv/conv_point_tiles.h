// SPDX-License-Identifier: MIT
// The register tiles of 1×1 convolutions: M destination channels by P vectors of pixels, with P
// vectors of the source and one weight beside them.
#ifndef FOVEA_KERNELS_CONV_POINT_TILES_H
#define FOVEA_KERNELS_CONV_POINT_TILES_H

#include "kernels/fused.h"

// clang-format off
#define TILE_VECTORS 3
#if WIDTH == 8
#define TILE_CHANNELS 4
#define TILES(TILE)                                                                           \
    TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2)   \
    TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3)
#else
#define TILE_CHANNELS 8
#define TILES(TILE)                                                                           \
    TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1)   \
    TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2) TILE(7, 2) TILE(8, 2)   \
    TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3) TILE(5, 3) TILE(6, 3) TILE(7, 3) TILE(8, 3)
#endif
// clang-format on

#endif
