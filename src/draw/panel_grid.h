// SPDX-License-Identifier: MIT
// The grid that panels stand in: sizes chosen by panel_grid.c, colour bars drawn by panel_bar.c,
// panels placed by panel_layout.c.
#ifndef FOVEA_DRAW_PANEL_GRID_H
#define FOVEA_DRAW_PANEL_GRID_H

#include "draw/number.h"
#include "draw/panels_struct.h"

typedef struct fovea__panel_grid {
    const fovea__panels *panels;
    fovea__display *display;
    bool terminal;
    double box_width, box_height;  // of the largest panel
    double share;                  // widest slot that leaves room for the columns asked for
    double slot, gap_x, gap_y;     // width of a column without its gap
    double row_gap;                // between rows
    double line;                   // width of a full line of panels, without the gutter
    double gutter;                 // width of the row labels with their gap
    size_t columns;
    bool values;        // values are written into the cells
    int decimals[4];    // of written values, by kind of panel
    double value_size;  // pixels per em of written values
    double value_cell;  // side of a cell that holds one
} fovea__panel_grid;

extern const fovea__text_style fovea__panel_title, fovea__panel_caption, fovea__panel_label;

// Sizes of the grid for `panels` in `width` pixels.
fovea__panel_grid fovea__panel_grid_make(const fovea__panels *panels, fovea__display *display,
                                         double width);

double fovea__panel_line(const fovea__panel_grid *g, const fovea__text_style *style);
// Pixels of one array element in a panel of this size, in steps that keep all elements equal.
double fovea__panel_cell(const fovea__panel_grid *g, const fovea__panel *panel);
bool fovea__panel_has_values(const fovea__panel_grid *g, const fovea__panel *panel);
// A value as it is written into cells.
void fovea__panel_value(const fovea__panel_grid *g, fovea__panel_kind kind, double value,
                        fovea__number text);

// Whether the panel has a colour bar of its own below it.
bool fovea__panel_has_bar(const fovea__panel_grid *g, const fovea__panel *panel);
// "−0.4 … 0.4": the range of the panel's own bar; "all 0" where its values are equal.
typedef char fovea__range_text[2 * FOVEA__NUMBER_SIZE + 16];
void fovea__panel_range_text(const fovea__kept_panel *kept, double low, double high,
                             fovea__range_text text);

void fovea__panel_not_finite(const fovea__kept_panel *kept, fovea__number text);  // "3 not finite"

// Colour bars with their ends written below; each returns the height it took, 0 without a bar.
double fovea__panel_figure_bars(const fovea__panel_grid *g, double x, double y, double width);
double fovea__panel_row_bars(const fovea__panel_grid *g, const fovea__panel_row *row, double x,
                             double y);
double fovea__panel_bar(const fovea__panel_grid *g, const fovea__kept_panel *kept, double low,
                        double high, double x, double y, double width);

#endif
