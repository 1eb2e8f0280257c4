// SPDX-License-Identifier: MIT
// The axes of a plot: ranges over the data, ticks at nice numbers, and where a value stands.
#ifndef FOVEA_DRAW_PLOT_AXES_H
#define FOVEA_DRAW_PLOT_AXES_H

#include "draw/charts.h"
#include "draw/number.h"

typedef struct fovea__axes {
    const fovea__plot *plot;
    fovea__display *display;
    double left, top, width, height;  // of the area inside the axes
    double x_low, x_high, y_low, y_high;
} fovea__axes;

typedef struct fovea__tick_mark {
    double at;
    fovea__number text;
} fovea__tick_mark;

enum { FOVEA__MOST_TICKS = 40 };

extern const fovea__text_style fovea__plot_small;  // of tick labels and names of axes

// Sets the ranges from the plot; width and height must be known.
void fovea__axes_set_ranges(fovea__axes *a);
// The value on a linear axis: y, its decimal logarithm with log_y, NaN where there is none.
double fovea__plot_y(const fovea__plot *plot, double y);
double fovea__axes_x(const fovea__axes *a, double x);  // pixels
double fovea__axes_y(const fovea__axes *a, double y);  // pixels; of a value made by fovea__plot_y

// Ticks of y with their texts; returns how many.
int fovea__axes_ticks(const fovea__axes *a, fovea__tick_mark marks[FOVEA__MOST_TICKS]);
double fovea__axes_mark_width(const fovea__axes *a, const fovea__tick_mark *marks, int count);
void fovea__put_y_axis(const fovea__axes *a, const fovea__tick_mark *marks, int count);
void fovea__put_x_axis(const fovea__axes *a);
void fovea__put_zero_lines(const fovea__axes *a);
// The legend from (x, y) on; returns its height, 0 without any entry.
double fovea__put_legend(const fovea__axes *a, double x, double y, double width);
void fovea__put_notes(const fovea__axes *a);

#endif
