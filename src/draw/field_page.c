// SPDX-License-Identifier: MIT
// Boxes on a picture, on a page: the picture left, the map and the legend right of it.
#include <math.h>

#include "draw/field_struct.h"

enum { PICTURE = 440, MAP = 170, GAP = 56, LINE = 17, HATCH = 7, LEGEND = 260 };

typedef struct view {
    const fovea__field *field;
    fovea__display *display;
    fovea__field_extent extent;
    double x, y, pixel;  // where the extent begins, and the side of a pixel
} view;

static double left_of(const view *v, int64_t column) {
    return v->x + v->pixel * (double)(column - v->extent.low[1]);
}
static double top_of(const view *v, int64_t row) {
    return v->y + v->pixel * (double)(row - v->extent.low[0]);
}

static fovea__colour faded(fovea__role role, int fade) {
    fovea__colour colour = fovea__theme_colour(role);
    colour.fade = (uint8_t)fade;
    return colour;
}

static void put_grid(fovea__display *display, double x, double y, double pixel, int64_t rows,
                     int64_t columns, fovea__colour colour) {
    double width = pixel * (double)columns, height = pixel * (double)rows;
    for (int64_t r = 1; r < rows && pixel >= 4; r++)
        fovea__put_line(display, x, y + pixel * (double)r, x + width, y + pixel * (double)r, colour,
                        0.6);
    for (int64_t c = 1; c < columns && pixel >= 4; c++)
        fovea__put_line(display, x + pixel * (double)c, y, x + pixel * (double)c, y + height,
                        colour, 0.6);
    fovea__put_frame(display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_MUTED), 1, 0);
}

static void put_picture(const view *v) {
    const fovea__field *f = v->field;
    double x = left_of(v, 0), y = top_of(v, 0);
    double width = v->pixel * (double)f->width, height = v->pixel * (double)f->height;
    if (f->rgb)
        fovea__put_picture(v->display, x, y, width, height, f->rgb, f->height, f->width);
    else
        fovea__put_rectangle(v->display, x, y, width, height,
                             fovea__theme_colour(FOVEA__ROLE_SURFACE));
    if (!f->rgb)
        put_grid(v->display, x, y, v->pixel, f->height, f->width, faded(FOVEA__ROLE_FRAME, 60));
    else
        fovea__put_frame(v->display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_MUTED), 1,
                         0);
}

// Diagonal lines over rows [top, bottom] and columns [left, right].
static void hatch(const view *v, int64_t top, int64_t left, int64_t bottom, int64_t right) {
    if (bottom < top || right < left) return;
    double x = left_of(v, left), y = top_of(v, top);
    double width = left_of(v, right + 1) - x, height = top_of(v, bottom + 1) - y;
    fovea__put_rectangle(v->display, x, y, width, height, faded(FOVEA__ROLE_SURFACE, 0));
    fovea__put_clip(v->display, x, y, width, height);
    // Lines start at whole steps of the page, so that the hatching of neighbours goes on.
    double first = HATCH * floor((x + y) / HATCH);
    for (double sum = first; sum < x + y + width + height; sum += HATCH)
        fovea__put_line(v->display, sum - y, y, sum - y - height, y + height,
                        fovea__theme_colour(FOVEA__ROLE_FRAME), 1);
    fovea__put_unclip(v->display);
}

// The parts of the box outside the picture: above, below, left and right of it.
static void hatch_outside(const view *v, const fovea__field_box *box) {
    const fovea__field *f = v->field;
    int64_t last_row = f->height - 1, last_column = f->width - 1;
    int64_t top = box->low[0] < 0 ? 0 : box->low[0];
    int64_t bottom = box->high[0] > last_row ? last_row : box->high[0];
    hatch(v, box->low[0], box->low[1], box->high[0] < -1 ? box->high[0] : -1, box->high[1]);
    hatch(v, box->low[0] > f->height ? box->low[0] : f->height, box->low[1], box->high[0],
          box->high[1]);
    hatch(v, top, box->low[1], bottom, box->high[1] < -1 ? box->high[1] : -1);
    hatch(v, top, box->low[1] > last_column ? box->low[1] : last_column + 1, bottom, box->high[1]);
}

static void put_box(const view *v, int32_t index) {
    const fovea__field_box *box = &v->field->box[index];
    double x = left_of(v, box->low[1]), y = top_of(v, box->low[0]);
    double width = left_of(v, box->high[1] + 1) - x, height = top_of(v, box->high[0] + 1) - y;
    fovea__put_frame(v->display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_BACKGROUND),
                     4.5, 0);
    fovea__put_frame(v->display, x, y, width, height, fovea__series_colour(index), 2.5, 0);
    if (index || v->pixel * 6 > width || v->field->count > 1) return;
    // The centre: a cross in the middle of the box.
    double cx = x + width / 2, cy = y + height / 2;
    for (int pass = 0; pass < 2; pass++) {
        fovea__colour colour =
            pass ? fovea__series_colour(0) : fovea__theme_colour(FOVEA__ROLE_BACKGROUND);
        double stroke = pass ? 1.8 : 4, reach = pass ? 6 : 7;
        fovea__put_line(v->display, cx - reach, cy, cx + reach, cy, colour, stroke);
        fovea__put_line(v->display, cx, cy - reach, cx, cy + reach, colour, stroke);
    }
}

// The map with its unit beside the middle of the box, and lines from the box to it. Returns where
// what stands below the map is free of both.
static double put_map(const view *v, double x, double top) {
    const fovea__field *f = v->field;
    const fovea__field_box *box = &f->box[0];
    int64_t larger = f->map[0] > f->map[1] ? f->map[0] : f->map[1];
    double cell = fmin(20, MAP / (double)larger), height = cell * (double)f->map[0];
    double right = left_of(v, box->high[1] + 1), upper = top_of(v, box->low[0]);
    double lower = top_of(v, box->high[0] + 1), y = fmax(top, (upper + lower - height) / 2);
    double unit_x = x + cell * (double)f->unit[1], unit_y = y + cell * (double)f->unit[0];
    fovea__colour colour = fovea__series_colour(0), ray = fovea__series_colour(0);
    ray.fade = 120;
    fovea__put_line(v->display, right, upper, unit_x, unit_y, ray, 1);
    fovea__put_line(v->display, right, lower, unit_x, unit_y + cell, ray, 1);
    put_grid(v->display, x, y, cell, f->map[0], f->map[1], fovea__theme_colour(FOVEA__ROLE_FRAME));
    double shown = fmax(cell, 4);
    fovea__put_rectangle(v->display, unit_x + (cell - shown) / 2, unit_y + (cell - shown) / 2,
                         shown, shown, colour);
    double share = (x - right) / fmax(1, unit_x - right);
    return fmax(y + height + 16, lower + (unit_y + cell - lower) * fmin(1, share) + 10);
}

static double put_legend(const view *v, double x, double y, double width) {
    double start = y;
    for (int32_t i = 0; i < v->field->count; i++) {
        const fovea__field_box *box = &v->field->box[i];
        fovea__text_style title = {
            .face = FOVEA__FACE_BOLD, .size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_INK)};
        fovea__text_style lines = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
        fovea__put_frame(v->display, x + 1.5, y + 3, 10, 10, fovea__series_colour(i), 2.5, 0);
        fovea__put_text_within(v->display, &title, x + 20, y, width - 20, box->title);
        y += LINE;
        y += fovea__put_paragraph(v->display, &lines, x + 20, y, width - 20, box->lines, true);
        y += v->field->count > 1 ? 4 : 8;
    }
    return y - start;
}

double fovea__field_page(const fovea__field *field, fovea__display *display, double x, double y,
                         double width) {
    view v = {.field = field, .display = display, .extent = fovea__field_extent_of(field)};
    double rows = (double)(v.extent.high[0] - v.extent.low[0] + 1);
    double columns = (double)(v.extent.high[1] - v.extent.low[1] + 1);
    bool beside = width >= PICTURE + GAP + LEGEND;
    v.x = x;
    v.y = y + 2;
    v.pixel = fmin(beside ? PICTURE : fmin(width, PICTURE), PICTURE) / fmax(rows, columns);
    put_picture(&v);
    // Hatching is drawn once, under the outlines of all boxes.
    for (int32_t i = field->count; i-- > 0;) hatch_outside(&v, &field->box[i]);
    for (int32_t i = field->count; i-- > 0;) put_box(&v, i);
    double bottom = v.y + v.pixel * rows + 2, side = beside ? x + v.pixel * columns + GAP : x;
    double top = beside ? y + 2 : bottom + 14;
    if (field->map[0] && beside) top = put_map(&v, side, top);
    top += put_legend(&v, side, top, beside ? width - (side - x) : width);
    return fmax(bottom, top) - y;
}
