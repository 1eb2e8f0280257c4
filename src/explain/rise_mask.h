// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_RISE_MASK_H
#define FOVEA_EXPLAIN_RISE_MASK_H

#include "explain/plane.h"

// Masks of RISE: cells × cells zeros and ones, each 1 with probability `keep`, enlarged to (cells + 1)
// times the size of a cell – ceil(H/cells) × ceil(W/cells) pixels – by bilinear interpolation, of which
// H×W pixels are cut out at a random place in the first cell. Where there are as many cells as pixels
// along a side, or more, each pixel is a cell of its own and nothing is enlarged or shifted. A mask is a
// function of seed and number: it is computed where it is needed.
typedef struct fovea__rise_masks {
    int64_t height, width, cells;
    double keep;
    uint64_t seed;
} fovea__rise_masks;

// Row y of mask n, from left to right.
typedef struct fovea__rise_row {
    const fovea__rise_masks *masks;
    int64_t n, shift, x;  // of the next pixel; columns that are cut off before the first
    int64_t row[2];       // of cells
    double down;          // from the one to the other, 0..1
    int64_t column;       // of cells, that `left` and `right` are of
    double left, right;
} fovea__rise_row;

fovea__rise_row fovea__rise_row_begin(const fovea__rise_masks *masks, int64_t n, int64_t y);
double fovea__rise_row_next(fovea__rise_row *row);

#endif
