// SPDX-License-Identifier: MIT
// A way of straight pieces with rounded bends and an arrow head at its end.
#ifndef FOVEA_DRAW_ROUND_PATH_H
#define FOVEA_DRAW_ROUND_PATH_H

#include "draw/display.h"

#define FOVEA__PATH_CORNERS 8

typedef struct fovea__path {
    double corner[2 * FOVEA__PATH_CORNERS];  // x, y pairs from start to tip
    int count;                               // at least 2 when drawn
} fovea__path;

// Appends a corner; of more than FOVEA__PATH_CORNERS none.
void fovea__path_add(fovea__path *line, double x, double y);
void fovea__put_path(fovea__display *display, const fovea__path *line, fovea__colour colour);

#endif
