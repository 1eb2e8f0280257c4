// SPDX-License-Identifier: MIT
// Charts made from plain arrays: curves, a confusion matrix, bars, a table. All inputs are copied.
#ifndef FOVEA_DRAW_CHARTS_H
#define FOVEA_DRAW_CHARTS_H

#include "draw/display.h"
#include "draw/figure.h"

typedef struct fovea__series {
    const char *name;     // in the legend
    const double *x, *y;  // [count]; a y that is not finite leaves a gap
    int64_t count;
    int32_t colour;  // series colour 0 to 7
    fovea__dash dash;
    bool points;  // a dot at each value (always for a single one)
} fovea__series;

typedef struct fovea__plot {
    const char *title, *x_label, *y_label;  // NULL: none
    const fovea__series *series;
    size_t count;
    bool log_y;      // values <= 0 leave gaps
    bool whole_x;    // ticks of x at whole numbers only (epochs)
    bool percent_y;  // y is a share: ticks as percent
    bool fixed_y;    // y runs from y_low to y_high, else over the data, at nice numbers
    double y_low, y_high;
} fovea__plot;

// Plots beside each other (below each other where the width is small), one legend for each. Errors:
// INVALID_ARGUMENT (no plot; y_low >= y_high when fixed; log_y with y_low <= 0), OUT_OF_MEMORY.
fovea_status fovea__figure_add_plots(fovea_figure *figure, const fovea__plot *plots, size_t count,
                                     fovea_error *error);

typedef struct fovea__matrix {
    const int64_t *counts;     // [classes][classes], row = true class, column = predicted
    int64_t classes;           // 1 to 1000
    const char *const *names;  // [classes], NULL: indices
    const char *row_title, *column_title;  // NULL: "true class", "predicted class"
} fovea__matrix;

// Colour = share of the row; counts are written while cells are large enough (to about 30 classes).
// Right edge: recall; lower edge: precision; lower right: accuracy. Errors: INVALID_ARGUMENT,
// OUT_OF_MEMORY.
fovea_status fovea__figure_add_matrix(fovea_figure *figure, const fovea__matrix *matrix,
                                      fovea_error *error);

typedef struct fovea__bar {
    const char *label;
    double value;      // not finite: no bar
    const char *text;  // written behind the bar; NULL: the value
    int32_t colour;    // series colour 0 to 7, -1: muted
} fovea__bar;

// Horizontal bars from zero (to both sides if values are negative). `high` is the end of the scale;
// 0: the largest magnitude. `title` may be NULL.
fovea_status fovea__figure_add_bars(fovea_figure *figure, const char *title, const fovea__bar *bars,
                                    size_t count, double high, fovea_error *error);

// A table of `rows`×`columns` texts, row-major, the first row the header (bold) when `header`.
// `align` has a letter for each column: 'l', 'r' or 'c'. NULL cells are empty.
fovea_status fovea__figure_add_table(fovea_figure *figure, const char *const *cells, int64_t rows,
                                     int64_t columns, const char *align, bool header,
                                     fovea_error *error);

#endif
