// SPDX-License-Identifier: MIT
// Lines, curves and texts of a terminal layout: rules of box characters, braille dots or marks,
// text as text.
#include <math.h>
#include <string.h>

#include "draw/display.h"
#include "draw/terminal_screen.h"

// Lines and curves

static void put_rule(const fovea__screen *s, const fovea__item *item) {
    bool level = fabs(item->width) >= fabs(item->height),
         ascii = s->colours == FOVEA_TERMINAL_ASCII;
    if (item->stroke.role != FOVEA__ROLE_FRAME && item->stroke.role != FOVEA__ROLE_INK) return;
    int column = (int)floor(item->x / 8), row = (int)floor(item->y / 16);
    int length = (int)ceil(level ? item->width / 8 : item->height / 16);
    for (int i = 0; i < length; i++) {
        fovea__cell *at = fovea__screen_cell(s, column + (level ? i : 0), row + (level ? 0 : i));
        if (!at || at->point) continue;
        at->point = level ? (ascii ? '-' : 0x2500) : (ascii ? '|' : 0x2502);
        at->faint = true;
    }
}

static void put_dot(const fovea__screen *s, double x, double y, fovea__colour colour) {
    static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    static const char marks[] = "*+xo#@%&";
    if (x < s->clip[0] || y < s->clip[1] || x > s->clip[2] || y > s->clip[3]) return;
    int column = (int)floor(x / 8), row = (int)floor(y / 16);
    fovea__cell *at = fovea__screen_cell(s, column, row);
    if (!at) return;
    if (fovea__screen_mono(s)) {
        int series = (int)colour.role - (int)FOVEA__ROLE_SERIES_1;
        at->point = (uint32_t)marks[series >= 0 && series < 8 ? series : 0];
        return;
    }
    at->dots |= bits[(int)floor(y / 4) - 4 * row][(int)floor(x / 4) - 2 * column];
    at->point = 0x2800 + at->dots;
    at->fore = fovea__colour_resolve(colour, false);
    at->has_fore = true;
    at->has_back = false;
}

// Whether a dashed or dotted stroke leaves a gap `along` pixels from its beginning: whole cells.
static bool in_gap(fovea__dash dash, double along) {
    if (dash == FOVEA__DASH_NONE) return false;
    double period = dash == FOVEA__DASH_DASHED ? 24 : 16;
    return fmod(fabs(along) + 1e-6, period) >= period - 8;
}

static void put_segment(const fovea__screen *s, const double *from, const double *to,
                        const fovea__item *item) {
    double dx = to[0] - from[0], dy = to[1] - from[1];
    bool steep = fabs(dy) > 2 * fabs(dx);
    int steps = (int)ceil(fmin(fmax(fabs(dx), fabs(dy)) / 3, 20000)) + 1;
    for (int i = 0; i <= steps; i++) {
        double x = from[0] + dx * i / steps, y = from[1] + dy * i / steps;
        double along = steep ? (y - item->points[1]) / 2 : x - item->points[0];
        if (!in_gap(item->dash, along)) put_dot(s, x, y, item->stroke);
    }
}

static void put_polyline(const fovea__screen *s, const fovea__item *item) {
    for (size_t i = 1; i < item->point_count; i++)
        put_segment(s, item->points + 2 * i - 2, item->points + 2 * i, item);
}

// Point of a cubic curve at t, one coordinate.
static double cubic_at(const double *p, double t) {
    double u = 1 - t;
    return u * u * u * p[0] + 3 * u * u * t * p[2] + 3 * u * t * t * p[4] + t * t * t * p[6];
}

static void put_curve(const fovea__screen *s, const fovea__item *item) {
    enum { PIECES = 24 };
    for (size_t i = 0; i + 3 < item->point_count; i += 3) {
        const double *p = item->points + 2 * i;
        double from[2] = {p[0], p[1]};
        for (int k = 1; k <= PIECES; k++) {
            double t = (double)k / PIECES, to[2] = {cubic_at(p, t), cubic_at(p + 1, t)};
            put_segment(s, from, to, item);
            memcpy(from, to, sizeof from);
        }
    }
}

// A circle is a dot; other rounded frames have no form in cells.
static void put_round(const fovea__screen *s, const fovea__item *item) {
    if (item->radius <= 0 || fmax(item->width, item->height) > 2 * item->radius + 0.5) return;
    put_dot(s, item->x + item->width / 2, item->y + item->height / 2,
            item->fill.role != FOVEA__ROLE_NONE ? item->fill : item->stroke);
}

// Text

static void style_text_cell(const fovea__screen *s, fovea__cell *at,
                            const fovea__text_style *style) {
    fovea__role role = style->colour.role;
    bool covered = at->has_back || at->has_fore;
    fovea__rgb back = at->has_back ? at->back : at->fore;
    at->has_back = covered;
    at->back = back;
    at->has_fore = false;
    at->bold = style->face == FOVEA__FACE_BOLD;
    at->faint = !covered && (role == FOVEA__ROLE_MUTED || role == FOVEA__ROLE_FRAME);
    if (fovea__screen_mono(s)) return;
    if (covered) {
        at->fore = fovea__contrast(back);
        at->has_fore = true;
    } else if (role >= FOVEA__ROLE_GOOD && !style->colour.contrast) {
        at->fore = fovea__colour_resolve(style->colour, false);
        at->has_fore = true;
    }
}

static uint32_t to_ascii(uint32_t point) {
    if (point >= 0x250c && point <= 0x254b) return '+';  // corners and crossings of boxes
    if (point >= 0x256d && point <= 0x2570) return '+';
    switch (point) {
        case 0x2500:
        case 0x2501:
        case 0x2504:
            return '-';
        case 0x2502:
        case 0x2503:
        case 0x2506:
            return '|';
        case 0x2191:
        case 0x25b2:
            return '^';
        case 0x2193:
        case 0x25bc:
            return 'v';
        case 0x25c0:
            return '<';
        case 0x25b6:
        case 0x2192:
            return '>';
        case 0x2212:
        case 0x2013:
            return '-';
        case 0x2217:
            return '*';
        case 0xd7:
            return 'x';
        case 0xb1:
            return '+';
        case 0xb2:
        case 0xb3:
            return '2' + (point - 0xb2);
        case 0x2264:
            return '<';
        case 0x2265:
            return '>';
        case 0xb7:
            return '.';
        case 0x2026:
            return '~';
        case 0x2009:
        case 0xa0:
            return ' ';
        default:
            return point < 128 ? point : '?';
    }
}

static void put_text(const fovea__screen *s, const fovea__item *item) {
    static const double share[] = {0, 0.5, 1};
    double left = item->x - share[item->style.anchor] * item->width;
    int column = (int)floor(left / 8 + 0.5), row = (int)floor(item->y / 16);
    const char *string = item->string;
    for (uint32_t point; (point = fovea__next_code_point(&string)); column++) {
        fovea__cell *at = fovea__screen_cell(s, column, row);
        if (!at) continue;
        // Control characters would move the cursor or change the terminal.
        if (point < 32 || (point >= 127 && point < 160)) point = '?';
        at->point = s->colours == FOVEA_TERMINAL_ASCII ? to_ascii(point) : point;
        style_text_cell(s, at, &item->style);
    }
}

void fovea__screen_put_marks(fovea__screen *s, const fovea__display *display) {
    for (size_t i = 0; i < display->count; i++) {
        const fovea__item *item = &display->items[i];
        switch (item->kind) {
            case FOVEA__ITEM_LINE:
                put_rule(s, item);
                break;
            case FOVEA__ITEM_POLYLINE:
                put_polyline(s, item);
                break;
            case FOVEA__ITEM_CURVE:
                put_curve(s, item);
                break;
            case FOVEA__ITEM_RECTANGLE:
                put_round(s, item);
                break;
            case FOVEA__ITEM_CLIP:
                memcpy(s->clip,
                       (double[4]){item->x, item->y, item->x + item->width, item->y + item->height},
                       sizeof s->clip);
                break;
            case FOVEA__ITEM_UNCLIP:
                memcpy(s->clip, (double[4]){0, 0, INFINITY, INFINITY}, sizeof s->clip);
                break;
            case FOVEA__ITEM_TEXT:
            case FOVEA__ITEM_PICTURE:
            case FOVEA__ITEM_POLYGON:
            case FOVEA__ITEM_FRAME:
            case FOVEA__ITEM_STILL:
            case FOVEA__ITEM_LINK:
            case FOVEA__ITEM_PLACE:
                break;
        }
    }
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == FOVEA__ITEM_TEXT) put_text(s, &display->items[i]);
}
