// SPDX-License-Identifier: MIT
// Grids of cells as they are kept: built by cell_grid.c, drawn by cell_grid_layout.c.
#ifndef FOVEA_DRAW_CELL_GRID_STRUCT_H
#define FOVEA_DRAW_CELL_GRID_STRUCT_H

#include "draw/cell_grid.h"
#include "draw/colormap.h"
#include "draw/number.h"

typedef struct fovea__kept_grid {
    fovea__cell_grid grid;  // its pointers are those below
    const fovea__colormap *map;
    fovea__cell *cells;
    char **texts;  // of the cells
    uint8_t *rgb;
    fovea__cell_mark *marks;
    char *title, *caption, *sign_label;
} fovea__kept_grid;

typedef struct fovea__kept_row {
    char *label, *text, *room;
    fovea__kept_grid *grids;
    size_t count;
} fovea__kept_row;

// What is written into a cell.
void fovea__cell_text(const fovea__cell_grid *grid, const fovea__cell *cell, bool terminal,
                      fovea__number text);

double fovea__cell_row_layout(const void *data, fovea__display *display, double x, double y,
                              double width);

#endif
