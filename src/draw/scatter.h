// SPDX-License-Identifier: MIT
// Small pictures at places of a plane, framed in the colours of their classes.
#ifndef FOVEA_DRAW_SCATTER_H
#define FOVEA_DRAW_SCATTER_H

#include "draw/figure.h"

typedef struct fovea__scatter_point {
    double x, y;          // finite
    const uint8_t *rgb;   // [rows][columns][3]
    int32_t class_index;  // 0 … class_count-1
} fovea__scatter_point;

typedef struct fovea__scatter {
    const fovea__scatter_point *points;
    int64_t count;
    int64_t rows, columns;     // of all pictures
    const char *const *names;  // [class_count], in the legend
    int32_t class_count;
    const char *x_label, *y_label;
} fovea__scatter;

// Appends the plane; x and y have the same unit on the page. Everything is copied. Errors:
// INVALID_ARGUMENT (no point, no class), OUT_OF_MEMORY.
fovea_status fovea__figure_add_scatter(fovea_figure *figure, const fovea__scatter *scatter,
                                       fovea_error *error);

#endif
