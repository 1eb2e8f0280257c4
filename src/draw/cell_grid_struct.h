// SPDX-License-Identifier: MIT
// Grids of cells as they are kept: built by cell_grid.c, measured by cell_grid_measure.c, drawn by
// cell_grid_layout.c.
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

enum { FOVEA__CELL_STUB = 7 };  // pixels that lines go on below a grid that is cut off

extern const fovea__text_style fovea__cell_title, fovea__cell_label, fovea__cell_small;

// Sizes that all grids of a row share.
typedef struct fovea__cell_sizes {
    fovea__display *display;
    bool terminal, written;
    double cell_width, cell_height, text_size;
    double width;  // the row may take
} fovea__cell_sizes;

// One grid's own sizes; heights are measured from the top of its cells.
typedef struct fovea__cell_extent {
    double gutter;  // for the numbers of its rows
    double body_width, body_height, width, above, below;
    double sign;  // width of the sign before it
} fovea__cell_extent;

// The largest text with which the row stands in one line, else the usual one in several. Cells too
// narrow for any text stay empty.
fovea__cell_sizes fovea__cell_row_sizes(const fovea__kept_row *row, fovea__display *display,
                                        double width);
fovea__cell_extent fovea__cell_grid_extent(const fovea__cell_sizes *s,
                                           const fovea__cell_grid *grid);
// Index behind the last grid from `first` on that still fits into the line; at least one does.
size_t fovea__cell_line_end(const fovea__cell_sizes *s, const fovea__kept_row *row, size_t first);
fovea__text_style fovea__cell_style(const fovea__cell_sizes *s, const fovea__cell *cell);
double fovea__cell_line(const fovea__cell_sizes *s, const fovea__text_style *style);

double fovea__cell_row_layout(const void *data, fovea__display *display, double x, double y,
                              double width);

#endif
