// SPDX-License-Identifier: MIT
// A terminal layout as characters: pictures as half blocks or shades, then lines and text on them.
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/colormap.h"
#include "draw/figure.h"
#include "draw/paint.h"
#include "draw/terminal_graphics.h"
#include "draw/terminal_screen.h"

// The picture layer: one pixel is half a cell.

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
        fovea__paint_shape(display->context, cairo, &item, true);
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
    fovea__screen_put_marks(s, display);
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
