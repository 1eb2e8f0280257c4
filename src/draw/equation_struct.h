// SPDX-License-Identifier: MIT
// An equation as it is kept by equation.c and laid out by equation_layout.c.
#ifndef FOVEA_DRAW_EQUATION_STRUCT_H
#define FOVEA_DRAW_EQUATION_STRUCT_H

#include "draw/colormap.h"
#include "draw/equation.h"

typedef struct fovea__kept_term {
    fovea__term term;  // texts and arrays owned; `cells` NULL
    char **cells;      // owned, [rows][columns]; NULL: none
    const fovea__colormap *map;
} fovea__kept_term;

typedef struct fovea__equation {
    fovea__kept_term *terms;
    size_t count;
} fovea__equation;

double fovea__equation_layout(const void *data, fovea__display *display, double x, double y,
                              double width);

#endif
