// SPDX-License-Identifier: MIT
// One volume and the way into it: sheets, circles, windows, connections.
#include <math.h>

#include "draw/volumes_struct.h"

enum { ALL_UNITS = 10, END_UNITS = 4, ALL_SHEETS = 4 };

int fovea__sheet_count(int64_t channels) {
    if (channels <= ALL_SHEETS) return (int)channels;
    return ALL_SHEETS + (int)floor(log2((double)channels / ALL_SHEETS) + 0.5);
}

int fovea__column_units(int64_t units, int64_t index[10]) {
    bool all = units <= ALL_UNITS;
    int shown = all ? (int)units : 2 * END_UNITS;
    for (int k = 0; k < shown; k++) index[k] = all || k < END_UNITS ? k : units - shown + k;
    return shown;
}

double fovea__circle_at(int64_t units, int k) {
    bool gap = units > ALL_UNITS && k >= END_UNITS;
    return FOVEA__CIRCLE / 2.0 + (double)k * FOVEA__CIRCLE_STEP + (gap ? FOVEA__CIRCLE_STEP : 0);
}

static fovea__colour edge_colour(int32_t colour) {
    return colour < 0 ? fovea__theme_colour(FOVEA__ROLE_MUTED) : fovea__series_colour(colour);
}

static fovea__colour faded(fovea__colour colour, int fade) {
    colour.fade = (uint8_t)fade;
    return colour;
}

// Opaque in every back end: a tint over the page's own colour.
static void put_sheet(fovea__display *display, double x, double y, double width, double height,
                      int32_t colour, int fade) {
    fovea__colour edge = edge_colour(colour);
    fovea__put_rectangle(display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_BACKGROUND));
    fovea__put_box(display, x, y, width, height, faded(edge, fade), faded(edge, 40), 1, 0);
}

static void draw_sheets(fovea__display *display, const fovea__volume *v,
                        const fovea__volume_place *p) {
    int sheets = fovea__sheet_count(v->channels);
    for (int k = sheets; k-- > 0;) {
        double off = (double)k * FOVEA__SHEET_STEP;
        double x = p->left + off, y = p->top + p->depth - off;
        put_sheet(display, x, y, p->sheet_width, p->sheet_height, v->colour,
                  185 + 50 * k / (sheets > 1 ? sheets - 1 : 1));
        if (k > 0 || !v->rgb) continue;
        fovea__put_picture(display, x, y, p->sheet_width, p->sheet_height, v->rgb, v->height,
                           v->width);
        fovea__put_frame(display, x, y, p->sheet_width, p->sheet_height,
                         fovea__theme_colour(FOVEA__ROLE_MUTED), 1, 0);
    }
}

static void draw_column(fovea__display *display, const fovea__volume *v,
                        const fovea__volume_place *p) {
    int64_t index[10];
    int shown = fovea__column_units(v->units, index);
    fovea__colour edge = edge_colour(v->colour), ink = fovea__theme_colour(FOVEA__ROLE_INK);
    fovea__text_style style = {.size = 11, .colour = ink};
    double middle = p->left + FOVEA__CIRCLE / 2.0;
    for (int k = 0; k < shown; k++) {
        double y = p->top + fovea__circle_at(v->units, k);
        fovea__put_dot(display, middle, y, FOVEA__CIRCLE / 2.0,
                       fovea__theme_colour(FOVEA__ROLE_BACKGROUND));
        fovea__put_circle(display, middle, y, FOVEA__CIRCLE / 2.0 - 0.5, faded(edge, 150), edge, 1);
        if (v->names && v->names[index[k]])
            fovea__put_text(display, &style, p->left + FOVEA__CIRCLE + 6, y - 7.5,
                            v->names[index[k]]);
    }
    if (shown == v->units) return;
    double last = p->top + fovea__circle_at(v->units, END_UNITS - 1);
    for (int k = 0; k < 3; k++)
        fovea__put_dot(display, middle, last + FOVEA__CIRCLE_STEP + 5 * (k - 1), 1.4,
                       fovea__theme_colour(FOVEA__ROLE_MUTED));
}

void fovea__volume_draw(fovea__display *display, const fovea__volume *volume,
                        const fovea__volume_place *place) {
    (volume->channels ? draw_sheets : draw_column)(display, volume, place);
}

static void link_arrow(fovea__display *display, double from, double to, double y) {
    fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_MUTED);
    fovea__put_line(display, from + 8, y, to - 12, y, colour, 1.2);
    fovea__put_arrow_head(display, to - 6, y, 1, 0, 7, colour);
}

// Where a window is shown on the sheet before, and the unit it leads to: the same share of the way.
#define WINDOW_X 0.62
#define WINDOW_Y 0.30

static double window_at(double start, double side, double part, double share) {
    return start + share * (side - part);
}

static void link_window(fovea__display *display, const fovea__volume *from,
                        const fovea__volume_place *a, const fovea__volume *to,
                        const fovea__volume_place *b) {
    double width = fmin(1, (double)to->window[1] / (double)from->width) * a->sheet_width;
    double height = fmin(1, (double)to->window[0] / (double)from->height) * a->sheet_height;
    double x = window_at(a->left, a->sheet_width, width, WINDOW_X);
    double y = window_at(a->top + a->depth, a->sheet_height, height, WINDOW_Y);
    double unit_x = window_at(b->left, b->sheet_width, 0, 1 - WINDOW_X);
    double unit_y = window_at(b->top + b->depth, b->sheet_height, 0, WINDOW_Y);
    fovea__colour ink = faded(fovea__theme_colour(FOVEA__ROLE_INK), 60);
    fovea__colour ray = faded(fovea__theme_colour(FOVEA__ROLE_INK), 130);
    fovea__put_line(display, x + width, y, unit_x, unit_y, ray, 0.8);
    fovea__put_line(display, x + width, y + height, unit_x, unit_y, ray, 0.8);
    if (from->rgb) {
        fovea__put_frame(display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_BACKGROUND),
                         3.5, 0);
        fovea__put_frame(display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_INK), 1.5,
                         0);
    } else {
        fovea__put_box(display, x, y, width, height, faded(ink, 215), ink, 1, 0);
    }
    fovea__put_dot(display, unit_x, unit_y, 2, ink);
}

static void link_all(fovea__display *display, const fovea__volume *from,
                     const fovea__volume_place *a, const fovea__volume *to,
                     const fovea__volume_place *b) {
    int64_t index[10];
    int sources = fovea__column_units(from->units, index);
    int targets = fovea__column_units(to->units, index);
    fovea__colour colour = faded(fovea__theme_colour(FOVEA__ROLE_MUTED), 150);
    for (int s = 0; s < sources; s++)
        for (int t = 0; t < targets; t++)
            fovea__put_line(display, a->left + FOVEA__CIRCLE,
                            a->top + fovea__circle_at(from->units, s), b->left,
                            b->top + fovea__circle_at(to->units, t), colour, 0.6);
}

static void link_unroll(fovea__display *display, const fovea__volume_place *a,
                        const fovea__volume *to, const fovea__volume_place *b) {
    int64_t index[10];
    int shown = fovea__column_units(to->units, index);
    double right = a->left + a->sheet_width + a->depth, low = a->top + a->sheet_height;
    double first = b->top + fovea__circle_at(to->units, 0);
    double last = b->top + fovea__circle_at(to->units, shown - 1);
    double shape[] = {right + 3,   a->top,   b->left - 3, first - 6,
                      b->left - 3, last + 6, right + 3,   low};
    fovea__colour tint = faded(fovea__theme_colour(FOVEA__ROLE_MUTED), 225);
    fovea__put_polygon(display, shape, 4, tint, fovea__theme_colour(FOVEA__ROLE_NONE), 0);
}

void fovea__volume_link_draw(fovea__display *display, const fovea__volume *from,
                             const fovea__volume_place *from_place, const fovea__volume *to,
                             const fovea__volume_place *place) {
    double right = from_place->left + from_place->width;
    if (to->link == FOVEA__LINK_WINDOW && from->channels && to->channels)
        link_window(display, from, from_place, to, place);
    else if (to->link == FOVEA__LINK_ALL && !from->channels && !to->channels)
        link_all(display, from, from_place, to, place);
    else if (to->link == FOVEA__LINK_UNROLL && from->channels && !to->channels)
        link_unroll(display, from_place, to, place);
    else
        link_arrow(display, right, place->left, place->top + place->height / 2);
}
