// SPDX-License-Identifier: MIT
// Places grids of cells beside each other and draws them.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/cell_grid_struct.h"

// Cells

static fovea__colour cell_fill(const fovea__kept_grid *kept, const fovea__cell *cell) {
    const fovea__cell_grid *grid = &kept->grid;
    if (cell->fill.role != FOVEA__ROLE_NONE) return cell->fill;
    if (!kept->map) return fovea__theme_colour(FOVEA__ROLE_SURFACE);
    return fovea__fixed_colour(
        isfinite(cell->value) ? fovea__colormap_at(kept->map, cell->value, grid->low, grid->high)
                              : FOVEA__NOT_FINITE_RGB);
}

// Three slanting lines from edge to edge of the cell.
static void put_hatch(const fovea__cell_sizes *s, double x, double y, double width, double height) {
    fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_FRAME);
    colour.fade = 110;
    for (int i = 1; i <= 3; i++) {
        double sum = (width + height) * i / 4;  // of the offsets along the line
        double x1 = fmin(sum, width), x2 = fmax(0, sum - height);
        fovea__put_line(s->display, x + x1, y + sum - x1, x + x2, y + sum - x2, colour, 1);
    }
}

static void put_cell_text(const fovea__cell_sizes *s, const fovea__cell_grid *grid,
                          const fovea__cell *cell, fovea__colour fill, double x, double y) {
    fovea__number text;
    fovea__text_style style = fovea__cell_style(s, cell);
    fovea__cell_text(grid, cell, s->terminal, text);
    if (cell->kind == FOVEA__CELL_NUMBER) {
        style.colour = fill;
        style.colour.contrast = true;
        if (fill.role == FOVEA__ROLE_RGB)
            style.colour = fovea__fixed_colour(fovea__contrast(fill.rgb));
        if (s->display->mono) style.colour = fovea__theme_colour(FOVEA__ROLE_INK);
    } else {
        style.colour = fovea__theme_colour(FOVEA__ROLE_MUTED);
    }
    if (!text[0]) return;
    fovea__put_text(s->display, &style, x + s->cell_width / 2,
                    y + (s->cell_height - fovea__cell_line(s, &style)) / 2, text);
}

static void put_cell(const fovea__cell_sizes *s, const fovea__kept_grid *kept,
                     const fovea__cell *cell, double x, double y) {
    fovea__colour fill = cell_fill(kept, cell);
    double gap = s->terminal || s->cell_width < 10 ? 0 : 1;
    double width = s->cell_width - gap, height = s->cell_height - gap;
    bool number = cell->kind == FOVEA__CELL_NUMBER;
    if (number && !(s->display->mono && s->written))
        fovea__put_rectangle(s->display, x, y, width, height, fill);
    if (!number && !s->terminal) {
        fovea__put_rectangle(
            s->display, x, y, width, height,
            fovea__theme_colour(cell->kind == FOVEA__CELL_GHOST ? FOVEA__ROLE_SURFACE
                                                                : FOVEA__ROLE_BACKGROUND));
        if (cell->kind == FOVEA__CELL_GHOST && s->cell_width >= 16)
            put_hatch(s, x, y, width, height);
    }
    if (s->written) put_cell_text(s, &kept->grid, cell, fill, x, y);
    if (cell->dot && !s->terminal)
        fovea__put_dot(s->display, x + 5, y + 5, 2.5, fovea__theme_colour(FOVEA__ROLE_SERIES_2));
}

static void put_coordinates(const fovea__cell_sizes *s, const fovea__cell_grid *grid,
                            const fovea__cell_extent *e, double x, double y) {
    double small = fovea__cell_line(s, &fovea__cell_small);
    fovea__text_style style = fovea__cell_small;
    fovea__number text;
    style.anchor = FOVEA__ANCHOR_END;
    for (int64_t row = 0; row < grid->rows; row++) {
        fovea__number_fixed((double)(grid->first_row + row), 0, text);
        fovea__number_minus(text);
        fovea__put_text(s->display, &style, x + e->gutter - (s->terminal ? 8 : 5),
                        y + (double)row * s->cell_height + (s->cell_height - small) / 2, text);
    }
    style.anchor = FOVEA__ANCHOR_MIDDLE;
    for (int64_t column = 0; column < grid->columns; column++) {
        fovea__number_fixed((double)(grid->first_column + column), 0, text);
        fovea__number_minus(text);
        if (fovea__text_width(s->display, &style, text) > s->cell_width) continue;
        fovea__put_text(s->display, &style, x + e->gutter + ((double)column + 0.5) * s->cell_width,
                        y - small - (s->terminal ? 0 : 2), text);
    }
}

// Lines of the grid that go on a little where the array does.
static void put_stubs(const fovea__cell_sizes *s, const fovea__cell_grid *grid, double x, double y,
                      double width, double height) {
    fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_FRAME);
    double right = x + width - 0.5, bottom = y + height - 0.5;
    if (s->terminal) return;
    for (int64_t column = 0; column <= grid->columns; column++) {
        double at = x + (double)column * s->cell_width - 0.5;
        if (grid->more & FOVEA__SIDE_BOTTOM)
            fovea__put_line(s->display, at, bottom, at, bottom + FOVEA__CELL_STUB - 2, colour, 1);
    }
    for (int64_t row = 0; row <= grid->rows; row++) {
        double at = y + (double)row * s->cell_height - 0.5;
        if (grid->more & FOVEA__SIDE_RIGHT)
            fovea__put_line(s->display, right, at, right + FOVEA__CELL_STUB - 2, at, colour, 1);
    }
}

// Marks

// In a terminal brackets stand at both ends of each marked row.
static void put_brackets(const fovea__cell_sizes *s, const fovea__cell_mark *mark, double x,
                         double y) {
    fovea__text_style style = {.face = FOVEA__FACE_BOLD, .size = 12, .colour = mark->colour};
    for (int64_t row = 0; row < mark->rows; row++) {
        double top = y + (double)(mark->row + row) * s->cell_height;
        double right = x + (double)(mark->column + mark->columns) * s->cell_width;
        fovea__put_text(s->display, &style, x + (double)mark->column * s->cell_width, top, "[");
        fovea__put_text(s->display, &style, right - FOVEA__CELL_WIDTH, top, "]");
    }
}

static void put_outline(const fovea__cell_sizes *s, const fovea__cell_mark *mark, double x,
                        double y, double width, double height) {
    if (mark->dash == FOVEA__DASH_NONE) {
        fovea__put_frame(s->display, x, y, width, height, mark->colour, mark->width, 0);
        return;
    }
    double corners[] = {x, y, x + width, y, x + width, y + height, x, y + height, x, y};
    fovea__put_polyline(s->display, corners, 5, mark->colour, mark->width, mark->dash);
}

static void put_mark(const fovea__cell_sizes *s, const fovea__cell_mark *mark, double x, double y) {
    if (s->terminal) {
        if (mark->dash == FOVEA__DASH_NONE && s->written) put_brackets(s, mark, x, y);
        return;
    }
    double in = mark->inset;
    put_outline(s, mark, x + (double)mark->column * s->cell_width - 0.5 + in,
                y + (double)mark->row * s->cell_height - 0.5 + in,
                (double)mark->columns * s->cell_width - 2 * in,
                (double)mark->rows * s->cell_height - 2 * in);
}

// A mark on a picture is never too small to be found.
static void put_picture(const fovea__cell_sizes *s, const fovea__cell_grid *grid,
                        const fovea__cell_extent *e, double x, double y) {
    fovea__put_picture(s->display, x, y, e->body_width, e->body_height, grid->rgb, grid->rows,
                       grid->columns);
    if (s->terminal) return;
    fovea__put_frame(s->display, x - 0.5, y - 0.5, e->body_width + 1, e->body_height + 1,
                     fovea__theme_colour(FOVEA__ROLE_FRAME), 1, 0);
    for (size_t i = 0; i < grid->mark_count; i++) {
        const fovea__cell_mark *mark = &grid->marks[i];
        double factor_x = e->body_width / (double)grid->columns;
        double factor_y = e->body_height / (double)grid->rows;
        double width = fmax(7, (double)mark->columns * factor_x);
        double height = fmax(7, (double)mark->rows * factor_y);
        double left = x + ((double)mark->column + (double)mark->columns / 2) * factor_x - width / 2;
        double top = y + ((double)mark->row + (double)mark->rows / 2) * factor_y - height / 2;
        fovea__put_frame(s->display, left, top, width, height,
                         fovea__fixed_colour((fovea__rgb){255, 255, 255}), mark->width + 2, 0);
        put_outline(s, mark, left, top, width, height);
    }
}

// What stands below the cells: the scale, the caption.

typedef char range_text[2 * FOVEA__NUMBER_SIZE + 8];

static void scale_text(const fovea__cell_grid *grid, range_text text) {
    fovea__number low, high;
    fovea__number_short(grid->low, low);
    fovea__number_short(grid->high, high);
    fovea__number_minus(low);
    fovea__number_minus(high);
    if (grid->low < grid->high)
        snprintf(text, sizeof(range_text), "%s … %s", low, high);
    else
        snprintf(text, sizeof(range_text), "all %s", low);
}

static double put_scale(const fovea__cell_sizes *s, const fovea__kept_grid *kept, double x,
                        double y) {
    enum { STEPS = 64 };
    uint8_t rgb[STEPS][3];
    range_text text;
    double lead = s->terminal ? 0 : 6, strip = 64, small = fovea__cell_line(s, &fovea__cell_small);
    bool bar = !s->display->mono && kept->grid.high > kept->grid.low;
    for (int i = 0; i < STEPS; i++) {
        fovea__rgb colour = fovea__colormap_at(kept->map, i + 0.5, 0, STEPS);
        memcpy(rgb[i], &(uint8_t[3]){colour.r, colour.g, colour.b}, 3);
    }
    double height = s->terminal ? FOVEA__CELL_HEIGHT : 6;
    if (bar)
        fovea__put_picture(s->display, x, y + lead + (small - height) / 2, strip, height, rgb[0], 1,
                           STEPS);
    scale_text(&kept->grid, text);
    fovea__put_text(s->display, &fovea__cell_small, x + (bar ? strip + 8 : 0), y + lead, text);
    return lead + small;
}

static void put_grid(const fovea__cell_sizes *s, const fovea__kept_grid *kept,
                     const fovea__cell_extent *e, double x, double y) {
    const fovea__cell_grid *grid = &kept->grid;
    double left = x + e->gutter;
    if (grid->title)
        fovea__put_text(s->display, &fovea__cell_title, left, y - e->above, grid->title);
    if (grid->cells && grid->coordinates) put_coordinates(s, grid, e, x, y);
    if (!grid->cells) put_picture(s, grid, e, left, y);
    // Seen between the cells: lines that keep white cells apart on white.
    if (grid->cells && !s->terminal && s->cell_width >= 10)
        fovea__put_rectangle(s->display, left - 1, y - 1, e->body_width + 1, e->body_height + 1,
                             fovea__theme_colour(FOVEA__ROLE_GRID));
    for (int64_t i = 0; grid->cells && i < grid->rows * grid->columns; i++)
        put_cell(s, kept, &grid->cells[i], left + (double)(i % grid->columns) * s->cell_width,
                 y + (double)(i / grid->columns) * s->cell_height);
    if (grid->cells) put_stubs(s, grid, left, y, e->body_width, e->body_height);
    for (size_t i = 0; grid->cells && i < grid->mark_count; i++)
        put_mark(s, &grid->marks[i], left, y);
    y += e->body_height + (grid->more & FOVEA__SIDE_BOTTOM && !s->terminal ? FOVEA__CELL_STUB : 0);
    if (grid->cells && kept->map) y += put_scale(s, kept, left, y);
    if (grid->caption)
        fovea__put_paragraph(s->display, &fovea__cell_small, left, y + (s->terminal ? 0 : 4),
                             e->width, grid->caption, true);
}

static void put_arrow(const fovea__cell_sizes *s, double x, double y, double width, bool left) {
    fovea__colour ink = fovea__theme_colour(FOVEA__ROLE_MUTED);
    double from = left ? x + width - 8 : x + 8, to = left ? x + 8 : x + width - 8;
    fovea__put_line(s->display, fmin(from, to) + (left ? 6 : 0), y, fmax(from, to) - (left ? 0 : 6),
                    y, ink, 1.5);
    fovea__put_arrow_head(s->display, to, y, to - from, 0, 9, ink);
}

static void put_sign(const fovea__cell_sizes *s, const fovea__cell_grid *grid,
                     const fovea__cell_extent *e, double x, double y) {
    static const char *const signs[] = {"", "×", "=", "+", "->", "<-"};
    fovea__text_style style = {FOVEA__FACE_REGULAR, 20, fovea__theme_colour(FOVEA__ROLE_MUTED),
                               FOVEA__ANCHOR_MIDDLE, 0};
    double line = fovea__cell_line(s, &style), middle = x + e->sign / 2;
    double top = s->terminal ? FOVEA__CELL_HEIGHT * floor(y / FOVEA__CELL_HEIGHT) : y - line / 2;
    bool left = grid->sign == FOVEA__SIGN_ARROW_LEFT;
    if ((grid->sign == FOVEA__SIGN_ARROW || left) && !s->terminal)
        put_arrow(s, x, y, e->sign, left);
    else
        fovea__put_text(s->display, &style, middle, top, signs[grid->sign]);
    if (!grid->sign_label) return;
    style = fovea__cell_small;
    style.anchor = FOVEA__ANCHOR_MIDDLE;
    double above = s->terminal ? top - FOVEA__CELL_HEIGHT : y - 7 - fovea__cell_line(s, &style);
    fovea__put_text(s->display, &style, middle, above, grid->sign_label);
}

// Grids first..end of one line: their cells are centred about one height.
static double put_line(const fovea__cell_sizes *s, const fovea__kept_row *row, size_t first,
                       size_t end, double x, double y) {
    double rise = 0, fall = 0;
    for (size_t i = first; i < end; i++) {
        fovea__cell_extent e = fovea__cell_grid_extent(s, &row->grids[i].grid);
        rise = fmax(rise, fovea__snap_y(s->display, e.body_height / 2) + e.above);
        fall = fmax(fall, e.body_height / 2 + e.below);
    }
    double middle = y + rise;
    for (size_t i = first; i < end; i++) {
        const fovea__cell_grid *grid = &row->grids[i].grid;
        fovea__cell_extent e = fovea__cell_grid_extent(s, grid);
        if (i > first && grid->sign == FOVEA__SIGN_NONE) x += s->terminal ? 24 : 30;
        if (grid->sign) put_sign(s, grid, &e, x, middle);
        double top = middle - fovea__snap_y(s->display, e.body_height / 2);
        put_grid(s, &row->grids[i], &e, x + e.sign, top);
        x += e.sign + e.width;
    }
    return fovea__snap_y(s->display, rise + fall);
}

double fovea__cell_row_layout(const void *data, fovea__display *display, double x, double y,
                              double width) {
    const fovea__kept_row *row = data;
    double top = y;
    fovea__cell_sizes s = fovea__cell_row_sizes(row, display, width);
    if (row->label) {
        fovea__put_text(display, &fovea__cell_label, x, y, row->label);
        y += fovea__cell_line(&s, &fovea__cell_label) + (s.terminal ? 0 : 4);
    }
    for (size_t first = 0; first < row->count && !display->status;) {
        size_t end = fovea__cell_line_end(&s, row, first);
        if (first) y += s.terminal ? 16 : 18;
        y += put_line(&s, row, first, end, x, y);
        first = end;
    }
    if (!s.written) {
        fovea__put_text_within(display, &fovea__cell_small, x, y + (s.terminal ? 0 : 6), width,
                               "values not written: too many for cells that can be read");
        y += fovea__cell_line(&s, &fovea__cell_small) + (s.terminal ? 0 : 6);
    }
    if (row->text) {
        y += s.terminal ? 0 : 12;
        y += fovea__put_paragraph(display, &fovea__cell_title, x, y, fmin(width, 900), row->text,
                                  true);
    }
    return y - top;
}
