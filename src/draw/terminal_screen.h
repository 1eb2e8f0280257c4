// SPDX-License-Identifier: MIT
// The character cells of a terminal, filled by terminal.c and terminal_marks.c, written with escape
// sequences by terminal_screen.c.
#ifndef FOVEA_DRAW_TERMINAL_SCREEN_H
#define FOVEA_DRAW_TERMINAL_SCREEN_H

#include "base/text.h"
#include "draw/display.h"
#include "fovea/draw.h"

typedef struct fovea__cell {
    uint32_t point;  // code point, 0: nothing yet
    fovea__rgb fore, back;
    bool has_fore, has_back, bold, faint;
    uint8_t dots;  // braille pattern of curves
} fovea__cell;

typedef struct fovea__screen {
    fovea_context *context;
    fovea_terminal_colours colours;
    int columns, rows;
    fovea__cell *cells;
    double clip[4];  // left, top, right, bottom in pixels
} fovea__screen;

static inline bool fovea__screen_mono(const fovea__screen *s) {
    return s->colours <= FOVEA_TERMINAL_PLAIN;
}

static inline fovea__cell *fovea__screen_cell(const fovea__screen *s, int column, int row) {
    if (column < 0 || row < 0 || column >= s->columns || row >= s->rows) return NULL;
    return &s->cells[(size_t)row * (size_t)s->columns + (size_t)column];
}

static inline bool fovea__same_rgb(fovea__rgb a, fovea__rgb b) {
    return a.r == b.r && a.g == b.g && a.b == b.b;
}

// Lines, curves and texts of the layout, over the pictures that are there.
void fovea__screen_put_marks(fovea__screen *s, const fovea__display *display);
// Appends a line of cells, blank ends left out, with '\n'.
void fovea__screen_add_row(const fovea__screen *s, fovea__text *text, int row);

#endif
