// SPDX-License-Identifier: MIT
// A terminal layout as characters: pictures as half blocks or shades, curves as braille dots or
// marks, text as text.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/colormap.h"
#include "draw/figure.h"
#include "draw/paint.h"
#include "draw/terminal_graphics.h"
#include "draw/terminal_screen.h"

// Picture layer: one pixel is half a cell.

static bool shows_as_cells(const fovea__item *item, bool mono) {
    fovea__role role = item->fill.role;
    if (item->kind == FOVEA__ITEM_PICTURE) return true;
    bool area = item->kind == FOVEA__ITEM_POLYGON ||
                (item->kind == FOVEA__ITEM_RECTANGLE && item->radius == 0);
    return area && role != FOVEA__ROLE_NONE && role != FOVEA__ROLE_BACKGROUND &&
           role != FOVEA__ROLE_SURFACE && role != FOVEA__ROLE_GRID && !(mono && item->fill.fade);
}

static cairo_surface_t *paint_cells(const fovea__screen *s, const fovea__display *display) {
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, s->columns, 2 * s->rows);
    cairo_t *cairo = cairo_create(surface);
    cairo_scale(cairo, 1 / FOVEA__CELL_WIDTH, 2 / FOVEA__CELL_HEIGHT);
    for (size_t i = 0; i < display->count; i++) {
        fovea__item item = display->items[i];
        if (!shows_as_cells(&item, fovea__screen_mono(s))) continue;
        item.stroke = fovea__theme_colour(FOVEA__ROLE_NONE);
        if (fovea__screen_mono(s) && item.kind != FOVEA__ITEM_PICTURE)
            item.fill = fovea__fixed_colour((fovea__rgb){255, 255, 255});
        fovea__paint_shape(cairo, &item, true);
    }
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    return surface;
}

static bool half_at(cairo_surface_t *surface, int x, int y, fovea__rgb *rgb) {
    const unsigned char *pixels = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    uint32_t pixel = ((const uint32_t *)(pixels + (size_t)y * stride))[x], alpha = pixel >> 24;
    if (alpha < 128) return false;
    *rgb = (fovea__rgb){(uint8_t)((pixel >> 16 & 255) * 255 / alpha),
                        (uint8_t)((pixel >> 8 & 255) * 255 / alpha),
                        (uint8_t)((pixel & 255) * 255 / alpha)};
    return true;
}

static double lightness(fovea__rgb rgb) {
    return (0.299 * rgb.r + 0.587 * rgb.g + 0.114 * rgb.b) / 255;
}

static uint32_t shade(const fovea__screen *s, bool has_top, fovea__rgb top, bool has_bottom,
                      fovea__rgb bottom) {
    static const char ascii[] = " .:-=+*#%@";
    static const uint32_t plain[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
    if ((has_top && fovea__same_rgb(top, FOVEA__NOT_FINITE_RGB)) ||
        (has_bottom && fovea__same_rgb(bottom, FOVEA__NOT_FINITE_RGB)))
        return '?';
    double light = has_top && has_bottom ? (lightness(top) + lightness(bottom)) / 2
                   : has_top             ? lightness(top)
                                         : lightness(bottom);
    if (s->colours == FOVEA_TERMINAL_ASCII) return (uint32_t)ascii[(int)fmin(9, light * 10)];
    return plain[(int)fmin(4, light * 5)];
}

static void set_picture_cell(const fovea__screen *s, fovea__cell *at, bool has_top, fovea__rgb top,
                             bool has_bottom, fovea__rgb bottom) {
    if (!has_top && !has_bottom) return;
    if (fovea__screen_mono(s)) {
        at->point = shade(s, has_top, top, has_bottom, bottom);
    } else if (has_top && has_bottom && fovea__same_rgb(top, bottom)) {
        at->point = ' ';
        at->back = top;
        at->has_back = true;
    } else {
        at->point = has_top ? 0x2580 : 0x2584;
        at->fore = has_top ? top : bottom;
        at->has_fore = true;
        at->back = bottom;
        at->has_back = has_top && has_bottom;
    }
}

static fovea_status put_pictures(const fovea__screen *s, const fovea__display *display,
                                 fovea_error *error) {
    cairo_surface_t *surface = paint_cells(s, display);
    fovea_status status = fovea__cairo_status(cairo_surface_status(surface), error);
    for (int row = 0; row < s->rows && !status; row++)
        for (int column = 0; column < s->columns; column++) {
            fovea__rgb top = {0}, bottom = {0};
            bool has_top = half_at(surface, column, 2 * row, &top);
            bool has_bottom = half_at(surface, column, 2 * row + 1, &bottom);
            set_picture_cell(s, fovea__screen_cell(s, column, row), has_top, top, has_bottom,
                             bottom);
        }
    cairo_surface_destroy(surface);
    return status;
}

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

static void put_marks(fovea__screen *s, const fovea__display *display) {
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
                break;
        }
    }
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == FOVEA__ITEM_TEXT) put_text(s, &display->items[i]);
}

static fovea_status render(fovea__screen *s, const fovea__display *display, char **result,
                           fovea_error *error) {
    double rows = ceil(display->height / FOVEA__CELL_HEIGHT - 1e-9);
    if (rows > 16000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the figure would have %.0f lines: write it into a file, or show less "
                           "of it",
                           rows);
    s->rows = (int)rows;
    if (!s->rows) s->rows = 1;
    s->cells =
        fovea__new(s->context, (size_t)s->rows * (size_t)s->columns, sizeof *s->cells, error);
    if (!s->cells) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(put_pictures(s, display, error));
    put_marks(s, display);
    fovea__text text = fovea__text_begin(s->context);
    for (int row = 0; row < s->rows; row++) fovea__screen_add_row(s, &text, row);
    return fovea__text_take(&text, result, NULL, error);
}

void fovea_terminal_options_default(fovea_terminal_options *options) {
    *options = (fovea_terminal_options){
        .size = sizeof *options, .columns = 80, .cell_width = 10, .cell_height = 20};
}

static fovea_status check_options(const fovea_terminal_options *o, fovea_error *error) {
    if (o->size != sizeof *o || o->columns < 20 || o->columns > 1000 ||
        o->colours < FOVEA_TERMINAL_ASCII || o->colours > FOVEA_TERMINAL_TRUE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "terminal options: size %zu (must be %zu), %d columns (20 to 1000), "
                           "colours %d (0 to 4)",
                           o->size, sizeof *o, o->columns, (int)o->colours);
    if (o->graphics < FOVEA_TERMINAL_CELLS || o->graphics > FOVEA_TERMINAL_KITTY ||
        o->theme < FOVEA_THEME_AUTO || o->theme > FOVEA_THEME_DARK || o->cell_width < 4 ||
        o->cell_width > 128 || o->cell_height < 8 || o->cell_height > 256)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "terminal options: graphics %d (0 to 2), theme %d (0 to 2), cells of "
                           "%d x %d pixels (4 to 128 by 8 to 256)",
                           (int)o->graphics, (int)o->theme, o->cell_width, o->cell_height);
    return FOVEA_OK;
}

static fovea_status show_cells(fovea_context *context, const fovea_figure *figure,
                               const fovea_terminal_options *options, char **text,
                               fovea_error *error) {
    fovea__screen s = {.context = context,
                       .colours = options->colours,
                       .columns = options->columns,
                       .clip = {0, 0, INFINITY, INFINITY}};
    fovea__medium medium = {.width = FOVEA__CELL_WIDTH * options->columns,
                            .terminal = true,
                            .mono = fovea__screen_mono(&s)};
    fovea__display display = {0};
    fovea_status status = fovea__figure_layout(context, figure, &medium, &display, error);
    if (!status) status = render(&s, &display, text, error);
    fovea__free(context, s.cells);
    fovea__display_release(&display);
    return status;
}

fovea_status fovea_figure_terminal(fovea_context *context, const fovea_figure *figure,
                                   const fovea_terminal_options *options, char **text,
                                   fovea_error *error) {
    fovea_terminal_options chosen;
    fovea_terminal_options_default(&chosen);
    if (options) chosen = *options;
    FOVEA__TRY(check_options(&chosen, error));
    return chosen.graphics == FOVEA_TERMINAL_CELLS
               ? show_cells(context, figure, &chosen, text, error)
               : fovea__terminal_graphics(context, figure, &chosen, text, error);
}
