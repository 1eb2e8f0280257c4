// SPDX-License-Identifier: MIT
// The register tiles of N16: which sizes are compiled.
#ifndef FOVEA_KERNELS_CONV_TILES_H
#define FOVEA_KERNELS_CONV_TILES_H

#include "kernels/fused.h"

// clang-format off
// M channels by P pixels (or taps) of sums stay in registers, with P values and one factor beside
// them.
#define TILE_CHANNELS 8
#if WIDTH == 8
#define TILE_REGISTERS 12
#define TILE_PIXELS 3
#define TILES(TILE)                                                                         \
    TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1) \
    TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2)                       \
    TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3)
#else
#define TILE_REGISTERS 24
#define TILE_PIXELS 6
#define TILES(TILE)                                                                         \
    TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1) \
    TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2) TILE(7, 2) TILE(8, 2) \
    TILE(1, 3) TILE(2, 3) TILE(3, 3) TILE(4, 3) TILE(5, 3) TILE(6, 3) TILE(7, 3) TILE(8, 3) \
    TILE(1, 4) TILE(2, 4) TILE(3, 4) TILE(4, 4) TILE(5, 4) TILE(6, 4)                       \
    TILE(1, 5) TILE(2, 5) TILE(3, 5) TILE(4, 5)                                             \
    TILE(1, 6) TILE(2, 6) TILE(3, 6) TILE(4, 6)
#endif
// clang-format on

#endif
