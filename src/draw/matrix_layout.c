// SPDX-License-Identifier: MIT
// The confusion matrix: counts, colour by share of the row, recall and precision at the edges.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "draw/matrix_struct.h"
#include "draw/number.h"

typedef struct table {
    const fovea__kept_matrix *m;
    fovea__display *display;
    double left, top;  // of the first cell
    double cell_width, cell_height;
    bool written;  // counts stand in the cells
    double edge;   // width of the columns at the right edge
} table;

static const fovea__text_style name_style = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style small_style = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};

static double widest_name(const table *t) {
    double widest = 0;
    for (int64_t i = 0; i < t->m->classes; i++)
        widest = fmax(widest, fovea__text_width(t->display, &name_style, t->m->names[i]));
    return widest;
}

static double widest_count(const table *t) {
    double widest = 0;
    for (int64_t i = 0; i < t->m->classes * t->m->classes; i++) {
        fovea__number text;
        fovea__number_count(t->m->counts[i], text);
        widest = fmax(widest, fovea__text_width(t->display, &name_style, text));
    }
    for (int64_t i = 0; i < t->m->classes; i++) {
        fovea__number text;
        fovea__number_count(t->m->column_sum[i], text);
        widest = fmax(widest, fovea__text_width(t->display, &small_style, text));
    }
    return widest;
}

static void size_cells(table *t, double room) {
    double n = (double)t->m->classes;
    if (t->display->terminal) {
        t->cell_height = FOVEA__CELL_HEIGHT;
        t->cell_width = fmax(widest_count(t) + 8, 24);
        t->written = t->cell_width * n <= room;
        if (!t->written) t->cell_width = FOVEA__CELL_WIDTH * fmax(1, floor(room / n / 8));
        return;
    }
    double needed = ceil(widest_count(t)) + 12;
    t->written = n <= 24 || (n <= 40 && fmax(needed, 28) * n <= room * 1.2);
    double side = t->written ? fmax(n <= 4    ? 72
                                    : n <= 12 ? 46
                                              : 30,
                                    needed)
                             : fmax(3, floor(fmin(room, 720) / n));
    t->cell_width = side;
    t->cell_height = t->written ? fmax(n <= 4 ? 56 : n <= 12 ? 38 : 24, 24) : side;
}

// Cells

// A frame says that a cell can be followed.
static void put_cell_link(const table *t, int64_t row, int64_t column) {
    const char *link = t->m->links ? t->m->links[row * t->m->classes + column] : NULL;
    double x = t->left + (double)column * t->cell_width, y = t->top + (double)row * t->cell_height;
    if (!link || t->display->terminal) return;
    fovea__put_frame(t->display, x + 0.5, y + 0.5, t->cell_width - 2, t->cell_height - 2,
                     fovea__theme_colour(FOVEA__ROLE_BAD), 1.5, 0);
    fovea__put_link(t->display, x, y, t->cell_width, t->cell_height, link);
}

static void put_cell(const table *t, int64_t row, int64_t column) {
    const fovea__kept_matrix *m = t->m;
    int64_t count = fovea__matrix_count(m, row, column);
    double share = m->row_sum[row] ? (double)count / (double)m->row_sum[row] : 0;
    double x = t->left + (double)column * t->cell_width, y = t->top + (double)row * t->cell_height;
    // Errors are what one looks for and are small shares: the root lifts them out of the
    // background.
    double strength = row == column ? 0.6 * share : 0.8 * sqrt(share);
    fovea__colour fill =
        fovea__theme_colour(row == column ? FOVEA__ROLE_SERIES_1 : FOVEA__ROLE_SERIES_2);
    fill.fade = (uint8_t)lrint(255 * (1 - (t->written ? strength : fmin(1, 1.6 * strength))));
    double gap = t->display->terminal || t->cell_width < 10 ? 0 : 1;
    if (count)
        fovea__put_rectangle(t->display, x, y, t->cell_width - gap, t->cell_height - gap, fill);
    else if (!t->display->terminal && t->cell_width >= 10)
        fovea__put_rectangle(t->display, x, y, t->cell_width - gap, t->cell_height - gap,
                             fovea__theme_colour(FOVEA__ROLE_SURFACE));
    if (!t->written) return;
    fovea__text_style style = name_style;
    fovea__number text;
    style.anchor = FOVEA__ANCHOR_MIDDLE;
    style.colour = fill;
    style.colour.contrast = true;
    if (!count) style.colour = fovea__theme_colour(FOVEA__ROLE_FRAME);
    fovea__number_count(count, text);
    double line = fovea__line_height(t->display, style.size);
    fovea__put_text(t->display, &style, x + (t->cell_width - gap) / 2,
                    y + (t->cell_height - gap - line) / 2, text);
}

// Where cells are too small for names every tenth row and column has its index.
static void put_index(const table *t, double x, double y, fovea__anchor anchor, int64_t index) {
    char text[32];
    fovea__text_style style = small_style;
    style.anchor = anchor;
    snprintf(text, sizeof text, "%lld", (long long)index);
    fovea__put_text(t->display, &style, x, y, text);
}

static void put_row_name(const table *t, int64_t row, double width) {
    fovea__text_style style = name_style;
    style.anchor = FOVEA__ANCHOR_END;
    double line = fovea__line_height(t->display, style.size);
    double y = t->top + (double)row * t->cell_height + (t->cell_height - line) / 2;
    double gap = t->display->terminal ? 8 : 8;
    if (t->cell_height >= line - 4)
        fovea__put_text_within(t->display, &style, t->left - gap, y, width, t->m->names[row]);
    else if (row % 10 == 0)
        put_index(t, t->left - gap, y, FOVEA__ANCHOR_END, row);
}

// Names above the columns: level where they fit, slanting where they do not, index on a terminal.
static void put_column_name(const table *t, int64_t column, bool level) {
    fovea__text_style style = name_style;
    double x = t->left + (double)column * t->cell_width;
    double line = fovea__line_height(t->display, style.size);
    if (t->display->terminal || t->cell_width < 14) {
        if (t->written || column % 10 == 0)
            put_index(t, x + t->cell_width / 2, t->top - line - (t->display->terminal ? 0 : 2),
                      FOVEA__ANCHOR_MIDDLE, column);
    } else if (level) {
        style.anchor = FOVEA__ANCHOR_MIDDLE;
        fovea__put_text(t->display, &style, x + t->cell_width / 2, t->top - line - 4,
                        t->m->names[column]);
    } else {
        style.rotation = -45;
        fovea__put_text_within(t->display, &style, x + t->cell_width / 2 + 2, t->top - line - 2,
                               150, t->m->names[column]);
    }
}

static void put_edges(const table *t) {
    const fovea__kept_matrix *m = t->m;
    fovea__text_style style = small_style;
    double line = fovea__line_height(t->display, style.size);
    double right = t->left + (double)m->classes * t->cell_width;
    double bottom = t->top + (double)m->classes * t->cell_height;
    char text[64];
    fovea__number number;
    style.anchor = FOVEA__ANCHOR_END;
    double total_x = right + t->edge, recall_x = right + 2 * t->edge;
    double head = t->display->terminal ? t->top - line : t->top - line - 4;
    bool rows = t->cell_height >= line;
    if (rows) {
        fovea__put_text(t->display, &style, total_x, head, "total");
        fovea__put_text(t->display, &style, recall_x, head, "recall");
    }
    for (int64_t row = 0; row < m->classes && rows; row++) {
        double y = t->top + (double)row * t->cell_height + (t->cell_height - line) / 2;
        fovea__number_count(m->row_sum[row], number);
        fovea__put_text(t->display, &style, total_x, y, number);
        fovea__matrix_percent(fovea__matrix_count(m, row, row), m->row_sum[row], 1, text);
        fovea__put_text(t->display, &style, recall_x, y, text);
    }
    double gap = t->display->terminal ? 0 : 6;
    fovea__matrix_percent(m->correct, m->total, 1, text);
    fovea__text_style bold = style;
    bold.face = FOVEA__FACE_BOLD;
    bold.colour = fovea__theme_colour(FOVEA__ROLE_INK);
    fovea__number_count(m->total, number);
    fovea__put_text(t->display, &style, total_x, bottom + gap, number);
    fovea__put_text(t->display, &bold, recall_x, bottom + gap + line, text);
    fovea__put_text(t->display, &style, total_x, bottom + gap + line, "accuracy");
    if (!t->written) return;
    fovea__put_text(t->display, &style, t->left - 8, bottom + gap, "total");
    fovea__put_text(t->display, &style, t->left - 8, bottom + gap + line, "precision");
    style.anchor = FOVEA__ANCHOR_MIDDLE;
    for (int64_t column = 0; column < m->classes; column++) {
        double x = t->left + ((double)column + 0.5) * t->cell_width;
        fovea__number_count(m->column_sum[column], number);
        fovea__put_text(t->display, &style, x, bottom + gap, number);
        int64_t right_ones = fovea__matrix_count(m, column, column);
        fovea__matrix_percent(right_ones, m->column_sum[column], 1, text);
        if (fovea__text_width(t->display, &style, text) > t->cell_width - 2) {
            fovea__matrix_percent(right_ones, m->column_sum[column], 0, text);
            if (fovea__text_width(t->display, &style, text) > t->cell_width - 2)
                text[strcspn(text, " ")] = 0;
        }
        fovea__put_text(t->display, &style, x, bottom + gap + line, text);
    }
}

static double put_titles(const table *t, double x, double y, double width) {
    fovea__text title = fovea__text_begin(t->display->context);
    char *text;
    double height = 0;
    fovea__text_format(&title, "rows: %s · columns: %s · colour: share of the row", t->m->row_title,
                       t->m->column_title);
    if (!t->display->status)
        t->display->status = fovea__text_take(&title, &text, NULL, t->display->error);
    if (!t->display->status) {
        height = fovea__put_paragraph(t->display, &small_style, x, y, width, text, true);
        fovea__free(t->display->context, text);
    }
    fovea__text_discard(&title);
    return height;
}

double fovea__matrix_layout(const void *data, fovea__display *display, double x, double y,
                            double width) {
    table t = {.m = data, .display = display};
    bool terminal = display->terminal;
    double top = y, names = fmin(widest_name(&t), terminal ? 128 : fmin(170, 0.3 * width));
    double least = fovea__text_width(display, &small_style, "precision");
    names = fovea__snap_x(display, fmax(names, least));
    fovea__number total;
    fovea__number_count(t.m->total, total);
    t.edge = fmax(fovea__text_width(display, &small_style, total),
                  fovea__text_width(display, &small_style, "accuracy")) +
             (terminal ? 8 : 14);
    t.left = fovea__snap_x(display, x + names + 10);
    size_cells(&t, width - (t.left - x) - 2 * t.edge);
    y += put_titles(&t, x, y, width) + (terminal ? 0 : 10);
    double line = fovea__line_height(display, name_style.size);
    bool level = widest_name(&t) <= t.cell_width - 6;
    double slant = level || t.cell_width < 14 ? line : fmin(widest_name(&t), 150) * 0.71 + 14;
    t.top = y + (terminal ? line : slant + 4);
    for (int64_t row = 0; row < t.m->classes; row++) {
        put_row_name(&t, row, names);
        for (int64_t column = 0; column < t.m->classes; column++) put_cell(&t, row, column);
    }
    for (int64_t column = 0; column < t.m->classes; column++) put_column_name(&t, column, level);
    if (!t.written && !terminal)
        fovea__put_frame(
            display, t.left - 0.5, t.top - 0.5, (double)t.m->classes * t.cell_width + 1,
            (double)t.m->classes * t.cell_height + 1, fovea__theme_colour(FOVEA__ROLE_FRAME), 1, 0);
    for (int64_t i = 0; i < t.m->classes * t.m->classes; i++)
        put_cell_link(&t, i / t.m->classes, i % t.m->classes);
    put_edges(&t);
    double small = fovea__line_height(display, small_style.size);
    return t.top + (double)t.m->classes * t.cell_height - top + (terminal ? 0 : 6) + 2 * small;
}
