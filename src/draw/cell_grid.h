// SPDX-License-Identifier: MIT
// Grids of cells with their numbers written in, in one row with signs between them ("×", "=", an
// arrow): arithmetic on arrays as it is drawn on a board. Windows are outlined, cells that are not
// in an array are ghosts, a whole picture may stand beside its cut-out. Long rows wrap.
//
//   fovea__cell cells[4] = {{.value = 1}, {.value = 2}, {.value = 3}, {.value = 4}};
//   fovea__cell_grid grid = {.title = "input", .rows = 2, .columns = 2, .cells = cells,
//                            .map = "greys", .low = 0, .high = 4};
//   fovea__figure_add_cell_grids(figure, &(fovea__cell_row){.grids = &grid, .count = 1}, error);
#ifndef FOVEA_DRAW_CELL_GRID_H
#define FOVEA_DRAW_CELL_GRID_H

#include "draw/figure.h"

typedef enum fovea__cell_kind {
    FOVEA__CELL_NUMBER = 0,  // filled with the colour of its value
    FOVEA__CELL_GHOST = 1,   // hatched: not in the array (padding)
    FOVEA__CELL_OPEN = 2,    // an outline: nothing there yet
} fovea__cell_kind;

typedef struct fovea__cell {
    fovea__cell_kind kind;
    double value;
    const char *text;    // written instead of the value; NULL: the value
    fovea__colour fill;  // instead of the map's colour; of the role NONE: the map's
    bool strong;         // bold
    bool dot;            // a dot in its upper left corner
} fovea__cell;

// An outline around cells of a grid, or pixels of a picture.
typedef struct fovea__cell_mark {
    int64_t row, column, rows, columns;
    fovea__colour colour;
    double width;  // of the stroke
    double inset;  // pixels inwards, so that neighbours do not cover each other
    fovea__dash dash;
} fovea__cell_mark;

typedef enum fovea__cell_sign {
    FOVEA__SIGN_NONE,
    FOVEA__SIGN_TIMES,
    FOVEA__SIGN_EQUALS,
    FOVEA__SIGN_PLUS,
    FOVEA__SIGN_ARROW,
    FOVEA__SIGN_ARROW_LEFT,
} fovea__cell_sign;

enum { FOVEA__SIDE_TOP = 1, FOVEA__SIDE_RIGHT = 2, FOVEA__SIDE_BOTTOM = 4, FOVEA__SIDE_LEFT = 8 };

typedef struct fovea__cell_grid {
    const char *title, *caption;  // above and below; NULL: none
    fovea__cell_sign sign;        // before the grid
    const char *sign_label;       // above the sign; NULL: none
    int64_t rows, columns;        // of the cells, or of the picture
    const fovea__cell *cells;     // [rows][columns]; NULL: a picture
    const uint8_t *rgb;           // [rows][columns][3]; NULL: cells
    const char *map;  // colour map of the values, with its scale below; NULL: no colours
    double low, high;
    int decimals;                     // of written values
    bool coordinates;                 // numbers of rows and columns at the edges,
    int64_t first_row, first_column;  // from these on
    int more;                         // FOVEA__SIDE_…, where the array goes on
    const fovea__cell_mark *marks;
    size_t mark_count;
} fovea__cell_grid;

typedef struct fovea__cell_row {
    const char *label;  // above the row, bold; NULL: none
    const char *text;   // below it, as the arithmetic in words; NULL: none
    const char *room;   // cells are wide enough for this too, so that frames agree; NULL: none
    const fovea__cell_grid *grids;
    size_t count;
} fovea__cell_row;

// Appends a row; everything is copied. Errors: INVALID_ARGUMENT (no cells, unknown map),
// OUT_OF_MEMORY.
fovea_status fovea__figure_add_cell_grids(fovea_figure *figure, const fovea__cell_row *row,
                                          fovea_error *error);

// Digits after the point for values of these magnitudes in cells: none when all are whole, else 2
// below 100 (3 below 0.1), 1 below 1000. Values not finite do not count.
int fovea__cell_decimals(const double *values, int64_t count);

#endif
