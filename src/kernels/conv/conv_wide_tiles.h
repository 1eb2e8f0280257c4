// SPDX-License-Identifier: MIT
// The register tiles of the wide kernels: V vectors of channels by R rows of P pixels of sums, with
// V factors and one value beside them.
#ifndef FOVEA_KERNELS_CONV_WIDE_TILES_H
#define FOVEA_KERNELS_CONV_WIDE_TILES_H

#include "kernels/fused.h"

// clang-format off
#define TILE_VECTORS 2
#if WIDTH == 16
#define TILE_PIXELS 14
#define ONE_ROW(TILE, v, s)                                                             \
    TILE(v, 1, 1, s) TILE(v, 1, 2, s) TILE(v, 1, 3, s) TILE(v, 1, 4, s) TILE(v, 1, 5, s)      \
    TILE(v, 1, 6, s) TILE(v, 1, 7, s) TILE(v, 1, 8, s) TILE(v, 1, 9, s) TILE(v, 1, 10, s)     \
    TILE(v, 1, 11, s) TILE(v, 1, 12, s) TILE(v, 1, 13, s) TILE(v, 1, 14, s)
#define TWO_ROWS(TILE, v, s)                                                            \
    TILE(v, 2, 1, s) TILE(v, 2, 2, s) TILE(v, 2, 3, s) TILE(v, 2, 4, s) TILE(v, 2, 5, s)      \
    TILE(v, 2, 6, s) TILE(v, 2, 7, s)
#elif WIDTH == 8
#define TILE_PIXELS 6
#define ONE_ROW(TILE, v, s)                                                             \
    TILE(v, 1, 1, s) TILE(v, 1, 2, s) TILE(v, 1, 3, s) TILE(v, 1, 4, s) TILE(v, 1, 5, s)      \
    TILE(v, 1, 6, s)
#define TWO_ROWS(TILE, v, s) TILE(v, 2, 1, s) TILE(v, 2, 2, s) TILE(v, 2, 3, s)
#else
#define TILE_PIXELS 12
#define ONE_ROW(TILE, v, s)                                                             \
    TILE(v, 1, 1, s) TILE(v, 1, 2, s) TILE(v, 1, 3, s) TILE(v, 1, 4, s) TILE(v, 1, 5, s)      \
    TILE(v, 1, 6, s) TILE(v, 1, 7, s) TILE(v, 1, 8, s) TILE(v, 1, 9, s) TILE(v, 1, 10, s)     \
    TILE(v, 1, 11, s) TILE(v, 1, 12, s)
#define TWO_ROWS(TILE, v, s)                                                            \
    TILE(v, 2, 1, s) TILE(v, 2, 2, s) TILE(v, 2, 3, s) TILE(v, 2, 4, s) TILE(v, 2, 5, s)      \
    TILE(v, 2, 6, s)
#endif
// Neighbouring pixels lie 1 or 2 apart in the source, or any distance (0).
#define TILES(TILE)                                                                     \
    ONE_ROW(TILE, 1, 1) ONE_ROW(TILE, 2, 1) TWO_ROWS(TILE, 1, 1) TWO_ROWS(TILE, 2, 1)         \
    ONE_ROW(TILE, 1, 2) ONE_ROW(TILE, 2, 2) TWO_ROWS(TILE, 1, 2) TWO_ROWS(TILE, 2, 2)         \
    ONE_ROW(TILE, 1, 0) ONE_ROW(TILE, 2, 0) TWO_ROWS(TILE, 1, 0) TWO_ROWS(TILE, 2, 0)
// clang-format on

#endif
