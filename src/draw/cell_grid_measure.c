// SPDX-License-Identifier: MIT
// How large the cells of a row are, and what each grid of it takes.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/cell_grid_struct.h"

const fovea__text_style fovea__cell_title = {
    FOVEA__FACE_REGULAR, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__cell_label = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__cell_small = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};

enum { CAPTION_WIDTH = 240, PICTURE_SIDE = 150 };

fovea__text_style fovea__cell_style(const fovea__cell_sizes *s, const fovea__cell *cell) {
    return (fovea__text_style){.face = cell->strong ? FOVEA__FACE_BOLD : FOVEA__FACE_MONO,
                               .size = s->text_size,
                               .anchor = FOVEA__ANCHOR_MIDDLE};
}

static double widest_text(const fovea__cell_sizes *s, const fovea__kept_row *row) {
    fovea__text_style bold = fovea__cell_style(s, &(fovea__cell){.strong = true});
    fovea__text_style plain = fovea__cell_style(s, &(fovea__cell){0});
    double widest = 0;
    if (row->room)
        widest = fmax(fovea__text_width(s->display, &bold, row->room),
                      fovea__text_width(s->display, &plain, row->room));
    for (size_t i = 0; i < row->count; i++) {
        const fovea__cell_grid *grid = &row->grids[i].grid;
        for (int64_t c = 0; grid->cells && c < grid->rows * grid->columns; c++) {
            fovea__number text;
            fovea__text_style style = fovea__cell_style(s, &grid->cells[c]);
            fovea__cell_text(grid, &grid->cells[c], s->terminal, text);
            widest = fmax(widest, fovea__text_width(s->display, &style, text));
        }
    }
    return widest;
}

static int64_t most_columns(const fovea__kept_row *row) {
    int64_t most = 1;
    for (size_t i = 0; i < row->count; i++)
        if (row->grids[i].grid.cells && row->grids[i].grid.columns > most)
            most = row->grids[i].grid.columns;
    return most;
}

double fovea__cell_line(const fovea__cell_sizes *s, const fovea__text_style *style) {
    return fovea__line_height(s->display, style->size);
}

static double picture_factor(const fovea__cell_sizes *s, const fovea__cell_grid *grid) {
    double longer = (double)(grid->rows > grid->columns ? grid->rows : grid->columns);
    return PICTURE_SIDE / longer * (s->terminal ? 1.2 : 1);
}

static double sign_width(const fovea__cell_sizes *s, const fovea__cell_grid *grid) {
    if (grid->sign == FOVEA__SIGN_NONE) return 0;
    double label =
        grid->sign_label ? fovea__text_width(s->display, &fovea__cell_small, grid->sign_label) : 0;
    return fovea__snap_x(s->display, fmax(grid->sign >= FOVEA__SIGN_ARROW ? 48 : 34, label + 16));
}

// Of the longest line of a caption, but not so wide that it would push the grids apart.
static double caption_width(const fovea__cell_sizes *s, const char *caption) {
    double widest = 0;
    char line[256];
    while (*caption) {
        size_t length = strcspn(caption, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, caption);
        widest = fmax(widest, fovea__text_width(s->display, &fovea__cell_small, line));
        caption += length + (caption[length] == '\n');
    }
    return fovea__snap_x(s->display, fmin(widest, CAPTION_WIDTH));
}

static double number_width(const fovea__cell_sizes *s, int64_t coordinate) {
    fovea__number text;
    fovea__number_fixed((double)coordinate, 0, text);
    fovea__number_minus(text);
    return fovea__text_width(s->display, &fovea__cell_small, text);
}

fovea__cell_extent fovea__cell_grid_extent(const fovea__cell_sizes *s,
                                           const fovea__cell_grid *grid) {
    fovea__cell_extent e = {.sign = sign_width(s, grid)};
    double small = fovea__cell_line(s, &fovea__cell_small);
    bool cells = grid->cells != NULL;
    if (cells && grid->coordinates) {
        e.gutter =
            fovea__snap_x(s->display, fmax(number_width(s, grid->first_row),
                                           number_width(s, grid->first_row + grid->rows - 1)) +
                                          (s->terminal ? 8 : 7));
        e.above += small + (s->terminal ? 0 : 2);
    }
    double factor = cells ? 1 : picture_factor(s, grid);
    e.body_width =
        fovea__snap_x(s->display, (double)grid->columns * (cells ? s->cell_width : factor));
    e.body_height =
        fovea__snap_y(s->display, (double)grid->rows * (cells ? s->cell_height : factor));
    e.width = e.gutter + e.body_width;
    if (grid->title) {
        e.above += fovea__cell_line(s, &fovea__cell_title) + (s->terminal ? 0 : 4);
        e.width = fmax(
            e.width, fovea__snap_x(s->display,
                                   fovea__text_width(s->display, &fovea__cell_title, grid->title)));
    }
    if (grid->more & FOVEA__SIDE_BOTTOM && !s->terminal) e.below += FOVEA__CELL_STUB;
    if (grid->map && cells) e.below += small + (s->terminal ? 0 : 6);
    if (grid->caption) {
        e.width = fmax(e.width, caption_width(s, grid->caption));
        e.below += (s->terminal ? 0 : 4) + fovea__put_paragraph(s->display, &fovea__cell_small, 0,
                                                                0, e.width, grid->caption, false);
    }
    return e;
}

size_t fovea__cell_line_end(const fovea__cell_sizes *s, const fovea__kept_row *row, size_t first) {
    double x = 0;
    for (size_t i = first; i < row->count; i++) {
        fovea__cell_extent e = fovea__cell_grid_extent(s, &row->grids[i].grid);
        x += e.sign + e.width + (e.sign > 0 ? 0 : 30);
        if (i > first && x > s->width + 30) return i;
    }
    return row->count;
}

static void size_cells(fovea__cell_sizes *s, const fovea__kept_row *row, double text_size) {
    s->text_size = text_size;
    double widest = widest_text(s, row);
    s->cell_width = s->terminal ? widest + 16 : fmax(32, ceil(widest) + 10);
    s->cell_height = s->terminal ? FOVEA__CELL_HEIGHT : fmin(s->cell_width, 40);
}

fovea__cell_sizes fovea__cell_row_sizes(const fovea__kept_row *row, fovea__display *display,
                                        double width) {
    fovea__cell_sizes s = {
        .display = display, .terminal = display->terminal, .written = true, .width = width};
    double room = (width - 40) / (double)most_columns(row);
    for (double text_size = 13; text_size >= 11; text_size--) {
        size_cells(&s, row, text_size);
        if (fovea__cell_line_end(&s, row, 0) == row->count && s.cell_width <= room) return s;
    }
    if (s.cell_width <= room) {
        size_cells(&s, row, 12);
        if (s.cell_width > room) size_cells(&s, row, 11);
        return s;
    }
    s.written = false;
    s.cell_width = s.terminal ? FOVEA__CELL_WIDTH * fmax(1, floor(room / FOVEA__CELL_WIDTH))
                              : fmax(4, floor(fmin(room, 24)));
    if (!s.terminal) s.cell_height = s.cell_width;
    return s;
}
