// SPDX-License-Identifier: MIT
// One picture and the units that it is connected with, on a page.
#include <math.h>

#include "draw/volumes_struct.h"
#include "draw/wiring_struct.h"

// Lines a side; of more pixels every n-th has its line, so that the picture stays to be seen.
enum { MOST_LINES = 10 };

typedef struct view {
    const fovea__wiring *w;
    fovea__display *display;
    double x, y, pixel, width, height;  // of the picture
    fovea__volume units;
    fovea__volume_place place;
    fovea__colour colour;
} view;

static void put_picture(const view *v) {
    const fovea__wiring *w = v->w;
    fovea__colour grid = fovea__theme_colour(FOVEA__ROLE_MUTED);
    double stroke = w->rgb ? 0.22 : 0.4;
    if (w->rgb)
        fovea__put_picture(v->display, v->x, v->y, v->width, v->height, w->rgb, w->height,
                           w->width);
    else
        fovea__put_rectangle(v->display, v->x, v->y, v->width, v->height,
                             fovea__theme_colour(FOVEA__ROLE_SURFACE));
    for (int64_t r = 1; r < w->height && v->pixel >= 4; r++)
        fovea__put_line(v->display, v->x, v->y + v->pixel * (double)r, v->x + v->width,
                        v->y + v->pixel * (double)r, grid, stroke);
    for (int64_t c = 1; c < w->width && v->pixel >= 4; c++)
        fovea__put_line(v->display, v->x + v->pixel * (double)c, v->y, v->x + v->pixel * (double)c,
                        v->y + v->height, grid, stroke);
    fovea__put_frame(v->display, v->x, v->y, v->width, v->height,
                     fovea__theme_colour(FOVEA__ROLE_MUTED), 1, 0);
}

static void put_lines(const view *v, double unit_x, double unit_y) {
    const fovea__wiring *w = v->w;
    fovea__colour colour = v->colour;
    int64_t first[2], steps[2];
    for (int d = 0; d < 2; d++) {
        steps[d] = (w->last[d] - w->first[d] + MOST_LINES) / MOST_LINES;
        first[d] = w->first[d] + (w->last[d] - w->first[d]) % steps[d] / 2;
    }
    bool some = steps[0] > 1 || steps[1] > 1;
    double stroke = some ? 0.4 : 0.6;
    colour.fade = some ? 0 : 60;
    for (int64_t r = first[0]; r <= w->last[0]; r += steps[0])
        for (int64_t c = first[1]; c <= w->last[1]; c += steps[1])
            fovea__put_line(v->display, v->x + v->pixel * ((double)c + 0.5),
                            v->y + v->pixel * ((double)r + 0.5), unit_x, unit_y, colour, stroke);
}

static void put_patch(const view *v, const int64_t *move, double stroke) {
    const fovea__wiring *w = v->w;
    double x = v->x + v->pixel * (double)(w->first[1] + move[1]);
    double y = v->y + v->pixel * (double)(w->first[0] + move[0]);
    double width = v->pixel * (double)(w->last[1] - w->first[1] + 1);
    double height = v->pixel * (double)(w->last[0] - w->first[0] + 1);
    fovea__put_frame(v->display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_BACKGROUND),
                     stroke + 2, 0);
    fovea__put_frame(v->display, x, y, width, height, v->colour, stroke, 0);
}

static double unit_place(double start, double side, int64_t unit, int64_t units) {
    return start + side * ((double)unit + 0.5) / (double)units;
}

// Another place where the same weights are used: its box and the two outer lines to its unit.
static void put_other(const view *v, int64_t rows, int64_t columns) {
    const fovea__wiring *w = v->w;
    const int64_t unit[2] = {w->unit[0] + rows, w->unit[1] + columns};
    const int64_t move[2] = {rows * w->step[0], columns * w->step[1]};
    for (int d = 0; d < 2; d++)
        if (unit[d] < 0 || unit[d] >= w->map[d] || w->first[d] + move[d] < 0 ||
            w->last[d] + move[d] >= (d ? w->width : w->height))
            return;
    const fovea__volume_place *p = &v->place;
    double x = unit_place(p->left, p->sheet_width, unit[1], w->map[1]);
    double y = unit_place(p->top + p->depth, p->sheet_height, unit[0], w->map[0]);
    double right = v->x + v->pixel * (double)(w->last[1] + move[1] + 1);
    fovea__colour colour = v->colour;
    colour.fade = 90;
    for (int k = 0; k < 2; k++) {
        int64_t row = k ? w->last[0] + move[0] + 1 : w->first[0] + move[0];
        fovea__put_line(v->display, right, v->y + v->pixel * (double)row, x, y, colour, 0.8);
    }
    put_patch(v, move, 1.2);
    fovea__put_dot(v->display, x, y, 2.5, v->colour);
}

static void put_maps(view *v) {
    const fovea__wiring *w = v->w;
    const fovea__volume_place *p = &v->place;
    fovea__volume_draw(v->display, &v->units, p);
    double x = unit_place(p->left, p->sheet_width, w->unit[1], w->map[1]);
    double y = unit_place(p->top + p->depth, p->sheet_height, w->unit[0], w->map[0]);
    put_other(v, -w->map[0] / 3, -w->map[1] / 3);
    put_other(v, w->map[0] / 3, -w->map[1] / 5);
    put_lines(v, x, y);
    put_patch(v, (const int64_t[2]){0, 0}, 2);
    fovea__put_dot(v->display, x, y, 4, v->colour);
}

static void put_column(view *v) {
    int64_t index[10];
    const fovea__volume_place *p = &v->place;
    int shown = fovea__column_units(v->units.units, index);
    double x = p->left + FOVEA__CIRCLE / 2.0;
    double y = p->top + fovea__circle_at(v->units.units, shown > 2 ? 2 : 0);
    put_lines(v, x - FOVEA__CIRCLE / 2.0, y);
    fovea__volume_draw(v->display, &v->units, p);
    fovea__put_dot(v->display, x, y, FOVEA__CIRCLE / 2.0 + 1, v->colour);
}

static void place_units(view *v, double left) {
    const fovea__wiring *w = v->w;
    int64_t index[10];
    fovea__volume_place *p = &v->place;
    p->left = left;
    if (w->units) {
        int shown = fovea__column_units(w->units, index);
        v->units = (fovea__volume){.units = w->units, .colour = 2};
        p->height = fovea__circle_at(w->units, shown - 1) + FOVEA__CIRCLE / 2.0;
    } else {
        double larger = (double)(w->map[0] > w->map[1] ? w->map[0] : w->map[1]);
        v->units = (fovea__volume){
            .channels = w->maps, .height = w->map[0], .width = w->map[1], .colour = 0};
        p->depth = (double)(fovea__sheet_count(w->maps) - 1) * FOVEA__SHEET_STEP;
        p->sheet_width = fmax(6, FOVEA__WIRING_MAP * (double)w->map[1] / larger);
        p->sheet_height = fmax(6, FOVEA__WIRING_MAP * (double)w->map[0] / larger);
        p->height = p->sheet_height + p->depth;
    }
    p->top = v->y + (v->height - p->height) / 2;
}

double fovea__wiring_page(const fovea__wiring *w, fovea__display *display, double x, double y,
                          double width) {
    double start = y;
    fovea__text_style title = {
        .face = FOVEA__FACE_BOLD, .size = 14, .colour = fovea__theme_colour(FOVEA__ROLE_INK)};
    fovea__text_style lines = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
    fovea__put_text_within(display, &title, x, y, width, w->title);
    y += fovea__line_height(display, title.size) + 10;
    double larger = (double)(w->height > w->width ? w->height : w->width);
    double pixel = FOVEA__WIRING_PICTURE / larger;
    // Boxes that reach over the edge need their room.
    int64_t over[2] = {w->first[0] < 0 ? -w->first[0] : 0, w->first[1] < 0 ? -w->first[1] : 0};
    view v = {.w = w,
              .display = display,
              .x = x + pixel * (double)over[1] + 2,
              .y = y + pixel * (double)over[0] + 2,
              .pixel = pixel,
              .width = pixel * (double)w->width,
              .height = pixel * (double)w->height,
              .colour = fovea__series_colour(w->units ? 2 : 0)};
    place_units(&v, v.x + v.width + FOVEA__WIRING_GAP);
    put_picture(&v);
    (w->units ? put_column : put_maps)(&v);
    y = fmax(v.y + v.height, v.place.top + v.place.height) + 14;
    y += fovea__put_paragraph(display, &lines, x, y, fmin(width, FOVEA__WIRING_WIDTH), w->lines,
                              true);
    return y - start;
}
