// SPDX-License-Identifier: MIT
// Charts made from plain arrays: curves, a confusion matrix, bars, a table. All inputs are copied.
#ifndef FOVEA_DRAW_CHARTS_H
#define FOVEA_DRAW_CHARTS_H

#include "draw/display.h"
#include "draw/figure.h"

typedef struct fovea__series {
    const char *name;     // in the legend; NULL: belongs to the others, not told of on its own
    const double *x, *y;  // [count]; a y that is not finite leaves a gap
    int64_t count;
    int32_t colour;  // series colour 0 to 7
    fovea__dash dash;
    bool points;  // a dot at each value (always for a single one)
} fovea__series;

// A few words at a place of the plot, kept inside its axes.
typedef struct fovea__plot_note {
    double x, y;           // where the text ends, is centred or begins: its anchor
    fovea__anchor anchor;  // across; down, the text is centred on y
    const char *text;
    int32_t colour;  // series colour 0 to 7, -1: muted
} fovea__plot_note;

// An entry of a legend that is written by hand.
typedef struct fovea__plot_key {
    const char *name;
    int32_t colour;  // series colour 0 to 7, -1: ink, for a stroke that any colour may have
    fovea__dash dash;
} fovea__plot_key;

typedef struct fovea__plot {
    const char *title, *x_label, *y_label;  // NULL: none
    const fovea__series *series;
    size_t count;
    const fovea__plot_key *keys;  // the legend, NULL: the names of the series
    size_t key_count;
    const fovea__plot_note *notes;
    size_t note_count;
    bool zero_lines;  // x = 0 and y = 0 stronger than the grid, where they are inside
    bool log_y;       // values <= 0 leave gaps
    bool whole_x;     // ticks of x at whole numbers only (epochs)
    bool percent_y;   // y is a share: ticks as percent
    bool fixed_y;     // y runs from y_low to y_high, else over the data, at nice numbers
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
    const char *const *links;  // [classes][classes] places that cells lead to, NULL: none; NULL: no
                               // cell does
} fovea__matrix;

// Colour = share of the row; counts are written while cells are large enough (to about 30 classes).
// Right edge: recall; lower edge: precision; lower right: accuracy. Errors: INVALID_ARGUMENT,
// OUT_OF_MEMORY.
fovea_status fovea__figure_add_matrix(fovea_figure *figure, const fovea__matrix *matrix,
                                      fovea_error *error);

typedef struct fovea__columns {
    const char *title;          // NULL: none
    const char *const *groups;  // [group_count], under each group
    size_t group_count;
    const char *const *series;  // [series_count], in the legend; at most 8
    size_t series_count;
    const double *values;      // [group_count][series_count], 0 and more; not finite: no column
    const char *const *texts;  // the same, written above each column; NULL: the values
    double high;               // end of the scale; 0: the largest value
} fovea__columns;

// Upright bars in groups, a colour for each series; groups that do not fit go on in a row below.
// Errors: INVALID_ARGUMENT (nothing to draw, more than 8 series, a value below 0), OUT_OF_MEMORY.
fovea_status fovea__figure_add_columns(fovea_figure *figure, const fovea__columns *columns,
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
