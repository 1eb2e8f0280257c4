// SPDX-License-Identifier: MIT
// Boxes on a picture in character cells: the picture two cells wide for each high, the boxes'
// outlines in line-drawing characters with a letter each that the legend takes up.
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw/field_struct.h"

typedef struct view {
    const fovea__field *field;
    fovea__display *display;
    fovea__field_extent extent;
    double x, y;
    double width;            // of texts
    double columns_a_pixel;  // cells; rows are half of it
    char *line;              // room for a row of outline characters
} view;

static int column_of(const view *v, int64_t column) {
    return (int)floor((double)(column - v->extent.low[1]) * v->columns_a_pixel);
}
static int row_of(const view *v, int64_t row) {
    return (int)floor((double)(row - v->extent.low[0]) * v->columns_a_pixel / 2);
}

static void put_at(const view *v, const fovea__text_style *style, int column, int row,
                   const char *text) {
    fovea__put_text(v->display, style, v->x + FOVEA__CELL_WIDTH * column,
                    v->y + FOVEA__CELL_HEIGHT * row, text);
}

static void put_level(const view *v, const fovea__text_style *style, int left, int right, int row,
                      const char *start, const char *middle, const char *end) {
    char *at = v->line;
    for (int column = left; column <= right; column++) {
        const char *sign = column == left ? start : column == right ? end : middle;
        size_t length = strlen(sign);
        memcpy(at, sign, length);
        at += length;
    }
    *at = 0;
    put_at(v, style, left, row, v->line);
}

static void put_box(const view *v, int32_t index) {
    const fovea__field_box *box = &v->field->box[index];
    char letter[2] = {(char)('a' + index % 26), 0};
    fovea__text_style style = {.size = 12, .colour = fovea__series_colour(index)};
    int left = column_of(v, box->low[1]), right = column_of(v, box->high[1] + 1) - 1;
    int top = row_of(v, box->low[0]), bottom = row_of(v, box->high[0] + 1) - 1;
    if (right < left + 1) right = left + 1;
    if (bottom < top) bottom = top;
    put_level(v, &style, left, right, top, letter, "─", "┐");
    if (bottom > top) put_level(v, &style, left, right, bottom, "└", "─", "┘");
    for (int row = top + 1; row < bottom; row++) {
        put_at(v, &style, left, row, "│");
        put_at(v, &style, right, row, "│");
    }
}

// Outside the picture but inside a box: dots.
static void put_outside(const view *v, const fovea__field_box *box) {
    fovea__text_style style = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
    int left = column_of(v, box->low[1]), right = column_of(v, box->high[1] + 1) - 1;
    int first = column_of(v, 0), last = column_of(v, v->field->width) - 1;
    int high = row_of(v, 0), low = row_of(v, v->field->height) - 1;
    for (int row = row_of(v, box->low[0]); row < row_of(v, box->high[0] + 1); row++)
        for (int column = left; column <= right; column++)
            if (row < high || row > low || column < first || column > last)
                put_at(v, &style, column, row, "·");
}

static int put_legend(const view *v, int row) {
    fovea__text_style title = {
        .face = FOVEA__FACE_BOLD, .size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_INK)};
    fovea__text_style lines = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
    for (int32_t i = 0; i < v->field->count; i++) {
        const fovea__field_box *box = &v->field->box[i];
        char letter[4] = {(char)('a' + i % 26), ' ', ' ', 0};
        put_at(v, &title, 0, row, letter);
        put_at(v, &title, 3, row++, box->title);
        double indent = 3 * FOVEA__CELL_WIDTH;
        double height =
            fovea__put_paragraph(v->display, &lines, v->x + indent, v->y + FOVEA__CELL_HEIGHT * row,
                                 fmin(76 * FOVEA__CELL_WIDTH, v->width - indent), box->lines, true);
        row += (int)(height / FOVEA__CELL_HEIGHT);
    }
    return row;
}

// The picture's own cells; an empty grid has a point at each pixel that gets a cell.
static void put_picture(const view *v) {
    const fovea__field *f = v->field;
    int left = column_of(v, 0), top = row_of(v, 0);
    int columns = column_of(v, f->width) - left, rows = row_of(v, f->height) - top;
    fovea__text_style style = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
    if (columns < 1) columns = 1;
    if (rows < 1) rows = 1;
    if (f->rgb) {
        fovea__put_picture(v->display, v->x + FOVEA__CELL_WIDTH * left,
                           v->y + FOVEA__CELL_HEIGHT * top, FOVEA__CELL_WIDTH * columns,
                           FOVEA__CELL_HEIGHT * rows, f->rgb, f->height, f->width);
        return;
    }
    for (int row = 0; row < rows; row++) {
        char *at = v->line;
        for (int column = 0; column < columns; column++)
            *at++ = v->columns_a_pixel >= 1.5 && column % 2 ? ' ' : '.';
        *at = 0;
        put_at(v, &style, left, top + row, v->line);
    }
}

double fovea__field_cells(const fovea__field *field, fovea__display *display, double x, double y,
                          double width) {
    view v = {.field = field,
              .display = display,
              .extent = fovea__field_extent_of(field),
              .x = x,
              .y = y,
              .width = width};
    double rows = (double)(v.extent.high[0] - v.extent.low[0] + 1);
    double columns = (double)(v.extent.high[1] - v.extent.low[1] + 1);
    double room = fmin(floor(width / FOVEA__CELL_WIDTH), 80);
    v.columns_a_pixel = fmin(2, fmin(room / columns, 80 / rows));
    v.line = fovea__new(display->context, (size_t)room + 3, 3, display->error);
    if (!v.line) {
        display->status = FOVEA_OUT_OF_MEMORY;
        return 0;
    }
    put_picture(&v);
    for (int32_t i = field->count; i-- > 0;) put_outside(&v, &field->box[i]);
    for (int32_t i = field->count; i-- > 0;) put_box(&v, i);
    int end = (int)ceil(rows * v.columns_a_pixel / 2);
    end = put_legend(&v, end + 1);
    fovea__free(display->context, v.line);
    return FOVEA__CELL_HEIGHT * end;
}
