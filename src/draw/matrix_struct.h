// SPDX-License-Identifier: MIT
// A confusion matrix as it is kept: built by matrix.c, drawn by matrix_layout.c.
#ifndef FOVEA_DRAW_MATRIX_STRUCT_H
#define FOVEA_DRAW_MATRIX_STRUCT_H

#include "draw/charts.h"

typedef struct fovea__kept_matrix {
    int64_t classes;
    int64_t *counts;
    char **names;
    char *row_title, *column_title;
    char **links;  // [classes][classes], NULL: none
    int64_t *row_sum, *column_sum;
    int64_t total, correct;
} fovea__kept_matrix;

static inline int64_t fovea__matrix_count(const fovea__kept_matrix *m, int64_t row,
                                          int64_t column) {
    return m->counts[row * m->classes + column];
}

// "97.3 %", or a dash where there is nothing to divide by.
void fovea__matrix_percent(int64_t part, int64_t whole, int decimals, char text[64]);

double fovea__matrix_layout(const void *data, fovea__display *display, double x, double y,
                            double width);

#endif
