// SPDX-License-Identifier: MIT
// How units are connected with a picture's pixels: the picture, lines from every pixel that leads
// to one unit, and the units: a column of circles or a stack of maps. Several stand beside each
// other.
#ifndef FOVEA_DRAW_WIRING_H
#define FOVEA_DRAW_WIRING_H

#include "draw/figure.h"

typedef struct fovea__wiring {
    const char *title, *lines;  // above, bold; below, lines by '\n'
    int64_t height, width;      // of the picture
    const uint8_t *rgb;         // [height][width][3]; NULL: an empty grid
    int64_t first[2], last[2];  // rows and columns of the pixels that lead to the unit
    int64_t units;              // of a column; 0: maps
    int64_t maps, map[2];       // how many, their rows and columns
    int64_t unit[2];            // row and column of the unit in them
    int64_t step[2];            // pixels from one unit's box to the next one's
} fovea__wiring;

// Copies everything. Errors: OUT_OF_MEMORY.
fovea_status fovea__figure_add_wirings(fovea_figure *figure, const fovea__wiring *wirings,
                                       int32_t count, fovea_error *error);

#endif
