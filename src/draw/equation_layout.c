// SPDX-License-Identifier: MIT
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw/equation_struct.h"
#include "draw/number.h"

typedef struct grid {
    fovea__display *display;
    double width;    // that may be taken
    double picture;  // longest side of a picture
    double gap;
} grid;

typedef struct box {
    double width, height, cell;
    bool written;  // the numbers stand in the cells
} box;

static const fovea__text_style title_style = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style caption_style = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style cell_style = {
    FOVEA__FACE_MONO, 11, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_MIDDLE, 0};
static const fovea__text_style sign_style = {
    FOVEA__FACE_REGULAR, 22, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_MIDDLE, 0};

static double line(const grid *g, const fovea__text_style *style) {
    return fovea__line_height(g->display, style->size);
}

// Sizes

static box matrix_box(const grid *g, const fovea__kept_term *kept) {
    const fovea__term *term = &kept->term;
    double widest = 0, most = fmax((double)term->columns, (double)term->rows);
    bool terminal = g->display->terminal;
    for (int64_t i = 0; kept->cells && i < term->rows * term->columns; i++)
        widest = fmax(widest, fovea__text_width(g->display, &cell_style, kept->cells[i]));
    box b = {.cell = terminal ? fovea__snap_x(g->display, widest + 8) : fmax(ceil(widest) + 8, 30)};
    double room = terminal ? 0.45 * g->width : fmax(0.36 * g->width, 240);
    b.written = kept->cells && b.cell * most <= room;
    if (!b.written) b.cell = fmax(terminal ? 8 : 3, floor(fmin(room, 224) / most));
    b.width = b.cell * (double)term->columns;
    b.height = (terminal && b.written ? FOVEA__CELL_HEIGHT : b.cell) * (double)term->rows;
    return b;
}

static box picture_box(const grid *g, const fovea__term *term) {
    double most = fmax((double)term->columns, (double)term->rows);
    double cell = g->picture / most;
    double step = g->display->terminal ? FOVEA__CELL_WIDTH : 0.5;
    if (cell > step) cell = step * floor(cell / step + 1e-9);
    return (box){fovea__snap_x(g->display, cell * (double)term->columns),
                 fovea__snap_y(g->display, cell * (double)term->rows), cell, false};
}

static box box_of(const grid *g, const fovea__kept_term *kept) {
    if (kept->term.kind == FOVEA__TERM_MATRIX) return matrix_box(g, kept);
    if (kept->term.kind == FOVEA__TERM_PICTURE) return picture_box(g, &kept->term);
    return (box){g->display->terminal ? FOVEA__CELL_WIDTH : 16, 0, 0, false};
}

// Room for each picture on the line that begins with term `*at`, which moves to the next line's.
static double picture_share(const grid *g, const fovea__equation *equation, size_t *at) {
    double left = g->width;
    int pictures = 0;
    size_t first = *at, i = first;
    for (; i < equation->count && (i == first || !equation->terms[i].term.new_line); i++) {
        bool picture = equation->terms[i].term.kind == FOVEA__TERM_PICTURE;
        pictures += picture;
        if (!picture) left -= box_of(g, &equation->terms[i]).width;
        if (i > first) left -= g->gap;
    }
    *at = i;
    return pictures ? left / pictures : g->width;
}

// Pictures share what matrices and signs leave, but are never too small to be seen.
static void choose_picture_side(grid *g, const fovea__equation *equation) {
    bool terminal = g->display->terminal;
    double share = g->width, least = fmin(g->width, terminal ? 20 * FOVEA__CELL_WIDTH : 200);
    for (size_t at = 0; at < equation->count;) share = fmin(share, picture_share(g, equation, &at));
    g->picture = fmin(fmax(share, least), terminal ? 48 * FOVEA__CELL_WIDTH : 420);
    if (terminal) g->picture = FOVEA__CELL_WIDTH * floor(g->picture / FOVEA__CELL_WIDTH);
}

static double slot_width(const grid *g, const fovea__kept_term *kept, const box *b) {
    if (kept->term.kind == FOVEA__TERM_SIGN || !kept->term.title) return b->width;
    return fmax(b->width, fovea__text_width(g->display, &title_style, kept->term.title));
}

// Terms

static void put_values(const grid *g, const fovea__kept_term *kept, const box *b, double x,
                       double y) {
    const fovea__term *term = &kept->term;
    size_t count = (size_t)(term->rows * term->columns);
    const fovea__colormap *map = g->display->mono ? fovea__colormap_find("greys") : kept->map;
    if (g->display->status) return;
    uint8_t *rgb = fovea__new(g->display->context, count, 3, g->display->error);
    if (!rgb) {
        g->display->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        fovea__rgb colour = isfinite(term->values[i])
                                ? fovea__colormap_at(map, term->values[i], term->low, term->high)
                                : FOVEA__NOT_FINITE_RGB;
        memcpy(rgb + 3 * i, &(uint8_t[3]){colour.r, colour.g, colour.b}, 3);
    }
    if (!b->written || !g->display->mono)
        fovea__put_picture(g->display, x, y, b->width, b->height, rgb, term->rows, term->columns);
    double height = b->height / (double)term->rows;
    for (size_t i = 0; i < count && b->written; i++) {
        fovea__text_style style = cell_style;
        double left = x + b->cell * (double)(i % (size_t)term->columns);
        double top = y + height * (double)(i / (size_t)term->columns);
        style.colour = fovea__fixed_colour(
            fovea__contrast((fovea__rgb){rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]}));
        if (g->display->mono) style.colour = cell_style.colour;
        fovea__put_text(g->display, &style, left + b->cell / 2,
                        top + (height - line(g, &style)) / 2, kept->cells[i]);
    }
    fovea__free(g->display->context, rgb);
}

// The colours and their ends.
static double put_bar(const grid *g, const fovea__kept_term *kept, double width, double x,
                      double y) {
    enum { STEPS = 160 };
    uint8_t rgb[STEPS][3];
    const fovea__term *term = &kept->term;
    const fovea__colormap *map = g->display->mono ? fovea__colormap_find("greys") : kept->map;
    double height = g->display->terminal ? FOVEA__CELL_HEIGHT : 8;
    for (int i = 0; i < STEPS; i++) {
        fovea__rgb colour = fovea__colormap_at(map, i + 0.5, 0, STEPS);
        memcpy(rgb[i], &(uint8_t[3]){colour.r, colour.g, colour.b}, 3);
    }
    fovea__put_picture(g->display, x, y, width, height, rgb[0], 1, STEPS);
    double below = y + height + (g->display->terminal ? 0 : 2),
           middle = (term->low + term->high) / 2;
    for (int i = 0; i < 3; i++) {
        fovea__text_style style = caption_style;
        fovea__number text;
        double value = i == 0 ? term->low : i == 1 ? middle : term->high;
        if (i == 1 && (middle != 0 || width < 112)) continue;
        style.anchor = (fovea__anchor)i;
        fovea__number_short(value, text);
        fovea__number_minus(text);
        fovea__put_text(g->display, &style, x + width * i / 2, below, text);
    }
    return below + line(g, &caption_style) - y;
}

static double put_below(const grid *g, const fovea__kept_term *kept, const box *b, double width,
                        double x, double y) {
    double top = y;
    y += g->display->terminal ? 0 : 5;
    if (kept->term.values && !b->written) {
        double bar = fmin(fmax(b->width, 64), g->display->terminal ? 160 : 180);
        y += put_bar(g, kept, bar, x, y) + (g->display->terminal ? 0 : 2);
    }
    if (kept->term.caption)
        y +=
            fovea__put_paragraph(g->display, &caption_style, x, y, width, kept->term.caption, true);
    return y - top;
}

static void put_cell_lines(const grid *g, const fovea__term *term, const box *b, double x,
                           double y) {
    fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_FRAME);
    if (g->display->terminal || !b->written) return;
    for (int64_t i = 1; i < term->columns; i++)
        fovea__put_line(g->display, x + b->cell * (double)i, y, x + b->cell * (double)i,
                        y + b->height, colour, 1);
    for (int64_t i = 1; i < term->rows; i++)
        fovea__put_line(g->display, x, y + b->cell * (double)i, x + b->width,
                        y + b->cell * (double)i, colour, 1);
}

static void put_box(const grid *g, const fovea__kept_term *kept, const box *b, double x, double y) {
    const fovea__term *term = &kept->term;
    if (term->kind == FOVEA__TERM_SIGN) {
        fovea__put_text(g->display, &sign_style, x + b->width / 2,
                        y - fovea__snap_y(g->display, line(g, &sign_style) / 2), term->title);
        return;
    }
    if (term->rgb)
        fovea__put_picture(g->display, x, y, b->width, b->height, term->rgb, term->rows,
                           term->columns);
    else
        put_values(g, kept, b, x, y);
    put_cell_lines(g, term, b, x, y);
    if (!g->display->terminal)
        fovea__put_frame(g->display, x - 0.5, y - 0.5, b->width + 1, b->height + 1,
                         fovea__theme_colour(FOVEA__ROLE_FRAME), 1, 0);
}

// Terms `first` to `end` on one line; smaller ones stand in the middle of the tallest.
static double put_line(const grid *g, const fovea__equation *equation, size_t first, size_t end,
                       double x, double y) {
    double title = line(g, &title_style) + (g->display->terminal ? 0 : 3), tallest = 0, deepest = 0;
    for (size_t i = first; i < end; i++)
        tallest = fmax(tallest, box_of(g, &equation->terms[i]).height);
    for (size_t i = first; i < end; i++) {
        const fovea__kept_term *kept = &equation->terms[i];
        box b = box_of(g, kept);
        double width = slot_width(g, kept, &b);
        double down = fovea__snap_y(g->display, (tallest - b.height) / 2);
        if (g->display->terminal) down = FOVEA__CELL_HEIGHT * floor((tallest - b.height) / 32);
        double top = y + title + down;
        put_box(g, kept, &b, x, top);
        if (kept->term.kind != FOVEA__TERM_SIGN) {
            if (kept->term.title)
                fovea__put_text(g->display, &title_style, x, top - title, kept->term.title);
            double below = put_below(g, kept, &b, width, x, top + b.height);
            deepest = fmax(deepest, title + down + b.height + below);
        }
        x += width + g->gap;
    }
    return fovea__snap_y(g->display, fmax(deepest, title + tallest));
}

double fovea__equation_layout(const void *data, fovea__display *display, double x, double y,
                              double width) {
    const fovea__equation *equation = data;
    grid g = {.display = display, .width = width, .gap = display->terminal ? 8 : 18};
    double top = y;
    choose_picture_side(&g, equation);
    for (size_t first = 0; first < equation->count && !display->status;) {
        double taken = 0;
        size_t end = first;
        for (; end < equation->count; end++) {
            box b = box_of(&g, &equation->terms[end]);
            double more = slot_width(&g, &equation->terms[end], &b) + (end > first ? g.gap : 0);
            if (end > first && (equation->terms[end].term.new_line || taken + more > width + 0.5))
                break;
            taken += more;
        }
        if (first) y += display->terminal ? FOVEA__CELL_HEIGHT : 18;
        y += put_line(&g, equation, first, end, x, y);
        first = end;
    }
    return y - top;
}
