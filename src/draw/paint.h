// SPDX-License-Identifier: MIT
// Painting a display list with cairo: shared by PNG, PDF and the terminal's picture layer.
#ifndef FOVEA_DRAW_PAINT_H
#define FOVEA_DRAW_PAINT_H

#include <cairo.h>

#include "base/file.h"
#include "draw/display.h"

// Draws one line of text at item->x, item->y (the baseline) with cairo's state as it stands.
typedef fovea_status fovea__paint_text(cairo_t *cairo, const fovea__item *item, void *user,
                                       fovea_error *error);

typedef struct fovea__painter {
    bool dark;
    fovea__paint_text *text;
    void *user;
} fovea__painter;

// Paints one item that is no text.
void fovea__paint_shape(fovea_context *context, cairo_t *cairo, const fovea__item *item, bool dark);
// Paints all items. Errors: OUT_OF_MEMORY, FAILED (cairo's own state), and those of painter->text.
fovea_status fovea__paint(cairo_t *cairo, const fovea__display *display,
                          const fovea__painter *painter, fovea_error *error);

// Status of cairo as ours: OUT_OF_MEMORY, IO or FAILED with cairo's text.
fovea_status fovea__cairo_status(cairo_status_t status, fovea_error *error);

// Rows of `width` pixels, R, G and B each.
typedef struct fovea__raster {
    uint8_t *rgb;  // [height][width][3]; fovea__free
    int32_t width, height;
} fovea__raster;

// The display as pixels, `scale` for one CSS pixel, on the ground of the theme. Width and height
// are rounded up to multiples of `step_x` and `step_y`. Errors: INVALID_ARGUMENT (more than 30000 a
// side or 400 million in all), OUT_OF_MEMORY, FAILED; nothing is to be freed then.
fovea_status fovea__render_raster(fovea_context *context, const fovea__display *display, bool dark,
                                  double scale, int32_t step_x, int32_t step_y,
                                  fovea__raster *raster, fovea_error *error);
// The display as PNG at `scale` pixels for one CSS pixel. `bytes->data` is freed with fovea__free.
fovea_status fovea__render_png(fovea_context *context, const fovea__display *display, bool dark,
                               double scale, fovea__bytes *bytes, fovea_error *error);
// The display as one page of PDF with real, searchable text; a CSS pixel is 0.75 points.
fovea_status fovea__render_pdf(fovea_context *context, const fovea__display *display, bool dark,
                               const char *title, fovea__bytes *bytes, fovea_error *error);

#endif
