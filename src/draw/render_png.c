// SPDX-License-Identifier: MIT
// Pixels, and PNG of them: cairo's image surface, text as filled outlines.
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "draw/paint.h"
#include "formats/png.h"

typedef struct outline_target {
    cairo_t *cairo;
    double size;
} outline_target;

static void target_move(void *user, double x, double y) {
    outline_target *t = user;
    cairo_close_path(t->cairo);
    cairo_move_to(t->cairo, x * t->size, -y * t->size);
}

static void target_line(void *user, double x, double y) {
    outline_target *t = user;
    cairo_line_to(t->cairo, x * t->size, -y * t->size);
}

static void target_cubic(void *user, double ax, double ay, double bx, double by, double x,
                         double y) {
    outline_target *t = user;
    double s = t->size;
    cairo_curve_to(t->cairo, ax * s, -ay * s, bx * s, -by * s, x * s, -y * s);
}

static void target_quad(void *user, double cx, double cy, double x, double y) {
    outline_target *t = user;
    double px, py;
    cairo_get_current_point(t->cairo, &px, &py);
    px /= t->size;
    py /= -t->size;
    target_cubic(user, px + 2 * (cx - px) / 3, py + 2 * (cy - py) / 3, x + 2 * (cx - x) / 3,
                 y + 2 * (cy - y) / 3, x, y);
}

static fovea_status fill_text(cairo_t *cairo, const fovea__item *item, void *user,
                              fovea_error *error) {
    outline_target target = {cairo, item->style.size};
    fovea__outline_sink sink = {target_move, target_line, target_quad, target_cubic, &target};
    cairo_new_path(cairo);
    FOVEA__TRY(fovea__fonts_outline(user, item->style.face, item->string, &sink, error));
    cairo_close_path(cairo);
    cairo_fill(cairo);
    return FOVEA_OK;
}

// Cairo's pixels are native 32-bit words 0x00RRGGBB.
typedef struct taking {
    const unsigned char *pixels;
    size_t stride;
    const fovea__raster *raster;
} taking;

enum { TAKEN = 64 };  // rows a worker takes at a time

static void take_rows(void *user, int64_t item, int32_t worker) {
    const taking *t = user;
    (void)worker;
    int64_t width = t->raster->width, end = (item + 1) * TAKEN;
    for (int64_t y = item * TAKEN; y < t->raster->height && y < end; y++) {
        const uint32_t *row = (const uint32_t *)(t->pixels + (size_t)y * t->stride);
        uint8_t *out = t->raster->rgb + 3 * y * width;
        for (int64_t x = 0; x < width; x++) {
            *out++ = (uint8_t)(row[x] >> 16);
            *out++ = (uint8_t)(row[x] >> 8);
            *out++ = (uint8_t)row[x];
        }
    }
}

static fovea_status take_pixels(fovea_context *context, cairo_surface_t *surface,
                                fovea__raster *raster, fovea_error *error) {
    raster->rgb = fovea__new(context, (size_t)raster->width * (size_t)raster->height, 3, error);
    if (!raster->rgb) return FOVEA_OUT_OF_MEMORY;
    cairo_surface_flush(surface);
    taking t = {cairo_image_surface_get_data(surface),
                (size_t)cairo_image_surface_get_stride(surface), raster};
    fovea__parallel(context, (raster->height + TAKEN - 1) / TAKEN, take_rows, &t);
    return FOVEA_OK;
}

static double whole_steps(double pixels, int32_t step) {
    return step * ceil(ceil(pixels - 1e-6) / step);
}

fovea_status fovea__render_raster(fovea_context *context, const fovea__display *display, bool dark,
                                  double scale, int32_t step_x, int32_t step_y,
                                  fovea__raster *raster, fovea_error *error) {
    double wide = whole_steps(display->width * scale, step_x);
    double high = whole_steps(display->height * scale, step_y);
    if (wide > 30000 || high > 30000 || wide * high > 400e6)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the figure would have %.0f x %.0f pixels (at most 30000 a side and 400 "
                           "million in all): write SVG or PDF, or show less of it",
                           wide, high);
    *raster = (fovea__raster){.width = (int32_t)wide, .height = (int32_t)high};
    // Cairo draws into memory of ours, which comes in large pages.
    int stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, raster->width);
    unsigned char *pixels = fovea__new(context, (size_t)stride, (size_t)raster->height, error);
    if (!pixels) return FOVEA_OUT_OF_MEMORY;
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        pixels, CAIRO_FORMAT_RGB24, raster->width, raster->height, stride);
    cairo_t *cairo = cairo_create(surface);
    fovea__rgb ground = fovea__colour_resolve(fovea__theme_colour(FOVEA__ROLE_BACKGROUND), dark);
    cairo_set_source_rgb(cairo, ground.r / 255.0, ground.g / 255.0, ground.b / 255.0);
    cairo_paint(cairo);
    cairo_scale(cairo, scale, scale);
    fovea__painter painter = {.dark = dark, .text = fill_text, .user = display->fonts};
    fovea_status status = fovea__paint(cairo, display, &painter, error);
    if (!status) status = take_pixels(context, surface, raster, error);
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    fovea__free(context, pixels);
    return status;
}

fovea_status fovea__render_png(fovea_context *context, const fovea__display *display, bool dark,
                               double scale, fovea__bytes *bytes, fovea_error *error) {
    fovea__raster raster;
    FOVEA__TRY(fovea__render_raster(context, display, dark, scale, 1, 1, &raster, error));
    fovea_status status =
        fovea__png_write(context, raster.rgb, raster.width, raster.height, 3,
                         (size_t)raster.width * 3, FOVEA__PNG_SMALL, bytes, error);
    fovea__free(context, raster.rgb);
    return status;
}
