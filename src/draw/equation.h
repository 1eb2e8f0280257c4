// SPDX-License-Identifier: MIT
// Pictures and matrices beside each other with signs between them: picture ∗ matrix = picture. What
// does not fit beside goes to the next line.
#ifndef FOVEA_DRAW_EQUATION_H
#define FOVEA_DRAW_EQUATION_H

#include "draw/figure.h"

typedef enum fovea__term_kind {
    FOVEA__TERM_PICTURE = 0,  // `rgb`, or `values` as colours of `map` with a bar below
    FOVEA__TERM_MATRIX = 1,   // `values` as coloured cells with `cells` written in where they fit
    FOVEA__TERM_SIGN = 2,     // `title` alone
} fovea__term_kind;

typedef struct fovea__term {
    fovea__term_kind kind;
    const char *title;         // above it
    const char *caption;       // below it, lines by '\n'; NULL: none
    const char *said;          // its line in the figure's text; NULL: none
    const uint8_t *rgb;        // [rows][columns][3]
    const float *values;       // [rows][columns], finite or not (magenta)
    const char *const *cells;  // [rows][columns], of a matrix
    int64_t rows, columns;
    const char *map;   // name of a colour map
    double low, high;  // of its ends
    bool new_line;     // it begins a line
} fovea__term;

// All is copied. Errors: INVALID_ARGUMENT (unknown map, no term), OUT_OF_MEMORY.
fovea_status fovea__figure_add_equation(fovea_figure *figure, const fovea__term *terms,
                                        size_t count, fovea_error *error);

#endif
