// SPDX-License-Identifier: MIT
#include "draw/paint.h"

#include <math.h>

#include "base/fail.h"
#include "draw/shrink.h"

fovea_status fovea__cairo_status(cairo_status_t status, fovea_error *error) {
    if (status == CAIRO_STATUS_SUCCESS) return FOVEA_OK;
    if (status == CAIRO_STATUS_NO_MEMORY)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory to draw the figure");
    return fovea__fail(error, FOVEA_FAILED, "drawing failed: %s", cairo_status_to_string(status));
}

static void set_colour(cairo_t *cairo, fovea__colour colour, bool dark) {
    fovea__rgb rgb = fovea__colour_resolve(colour, dark);
    cairo_set_source_rgb(cairo, rgb.r / 255.0, rgb.g / 255.0, rgb.b / 255.0);
}

static void rounded_path(cairo_t *cairo, const fovea__item *item) {
    double r = fmin(item->radius, fmin(item->width, item->height) / 2);
    if (r <= 0) {
        cairo_rectangle(cairo, item->x, item->y, item->width, item->height);
        return;
    }
    double left = item->x + r, right = item->x + item->width - r;
    double top = item->y + r, bottom = item->y + item->height - r;
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, right, top, r, -M_PI / 2, 0);
    cairo_arc(cairo, right, bottom, r, 0, M_PI / 2);
    cairo_arc(cairo, left, bottom, r, M_PI / 2, M_PI);
    cairo_arc(cairo, left, top, r, M_PI, 1.5 * M_PI);
    cairo_close_path(cairo);
}

static void fill_and_stroke(cairo_t *cairo, const fovea__item *item, bool dark) {
    if (item->fill.role != FOVEA__ROLE_NONE) {
        set_colour(cairo, item->fill, dark);
        cairo_fill_preserve(cairo);
    }
    if (item->stroke.role != FOVEA__ROLE_NONE) {
        static const double lengths[][2] = {{0}, {5, 4}, {1.5, 2.5}};
        set_colour(cairo, item->stroke, dark);
        cairo_set_line_width(cairo, item->stroke_width);
        cairo_set_dash(cairo, lengths[item->dash], item->dash ? 2 : 0, 0);
        cairo_stroke_preserve(cairo);
    }
    cairo_new_path(cairo);
}

static void polyline_path(cairo_t *cairo, const fovea__item *item) {
    for (size_t i = 0; i < item->point_count; i++)
        cairo_line_to(cairo, item->points[2 * i], item->points[2 * i + 1]);
}

static void curve_path(cairo_t *cairo, const fovea__item *item) {
    const double *p = item->points;
    cairo_move_to(cairo, p[0], p[1]);
    for (size_t i = 1; i + 2 < item->point_count; i += 3)
        cairo_curve_to(cairo, p[2 * i], p[2 * i + 1], p[2 * i + 2], p[2 * i + 3], p[2 * i + 4],
                       p[2 * i + 5]);
}

static cairo_surface_t *picture_surface(const fovea__item *item) {
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)item->columns, (int)item->rows);
    if (cairo_surface_status(surface)) return surface;
    int stride = cairo_image_surface_get_stride(surface);
    unsigned char *pixels = cairo_image_surface_get_data(surface);
    const uint8_t *rgb = item->rgb;
    for (int64_t y = 0; y < item->rows; y++) {
        uint32_t *row = (uint32_t *)(pixels + y * stride);
        for (int64_t x = 0; x < item->columns; x++, rgb += 3)
            row[x] = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

// On pixels a picture that becomes smaller is averaged by ourselves into the pixels it covers.
static bool paint_smaller(fovea_context *context, cairo_t *cairo, const fovea__item *item) {
    double left = item->x, top = item->y, right = item->x + item->width;
    double bottom = item->y + item->height;
    if (cairo_surface_get_type(cairo_get_target(cairo)) != CAIRO_SURFACE_TYPE_IMAGE) return false;
    cairo_user_to_device(cairo, &left, &top);
    cairo_user_to_device(cairo, &right, &bottom);
    left = rint(left);
    top = rint(top);
    int width = (int)(rint(right) - left), height = (int)(rint(bottom) - top);
    if ((width == item->columns && height == item->rows) ||
        !fovea__can_shrink(item->rows, item->columns, height, width))
        return false;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (!cairo_surface_status(surface)) {
        fovea__shrink(context, item->rgb, item->rows, item->columns,
                      (uint32_t *)cairo_image_surface_get_data(surface), height, width,
                      cairo_image_surface_get_stride(surface) / 4);
        cairo_surface_mark_dirty(surface);
    }
    cairo_save(cairo);
    cairo_identity_matrix(cairo);
    cairo_set_source_surface(cairo, surface, left, top);
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
    cairo_rectangle(cairo, left, top, width, height);
    cairo_fill(cairo);
    cairo_restore(cairo);
    cairo_surface_destroy(surface);
    return true;
}

// Enlarged in the units of the page: every element a square. Only by the scale of the raster:
// between its neighbours, for which the simple filter does.
static cairo_filter_t picture_filter(cairo_t *cairo, const fovea__item *item) {
    double width = item->width, height = item->height;
    if (width >= item->columns && height >= item->rows) return CAIRO_FILTER_NEAREST;
    cairo_user_to_device_distance(cairo, &width, &height);
    return width >= item->columns && height >= item->rows ? CAIRO_FILTER_BILINEAR
                                                          : CAIRO_FILTER_BEST;
}

static void paint_picture(fovea_context *context, cairo_t *cairo, const fovea__item *item) {
    if (paint_smaller(context, cairo, item)) return;
    cairo_surface_t *surface = picture_surface(item);
    cairo_filter_t filter = picture_filter(cairo, item);
    cairo_save(cairo);
    cairo_rectangle(cairo, item->x, item->y, item->width, item->height);
    cairo_clip(cairo);
    cairo_translate(cairo, item->x, item->y);
    cairo_scale(cairo, item->width / (double)item->columns, item->height / (double)item->rows);
    cairo_set_source_surface(cairo, surface, 0, 0);
    cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
    cairo_pattern_set_filter(cairo_get_source(cairo), filter);
    cairo_paint(cairo);
    cairo_restore(cairo);
    cairo_surface_destroy(surface);
}

void fovea__paint_shape(fovea_context *context, cairo_t *cairo, const fovea__item *item,
                        bool dark) {
    switch (item->kind) {
        case FOVEA__ITEM_RECTANGLE:
            rounded_path(cairo, item);
            fill_and_stroke(cairo, item, dark);
            break;
        case FOVEA__ITEM_LINE:
            cairo_move_to(cairo, item->x, item->y);
            cairo_line_to(cairo, item->x + item->width, item->y + item->height);
            fill_and_stroke(cairo, item, dark);
            break;
        case FOVEA__ITEM_POLYLINE:
            polyline_path(cairo, item);
            fill_and_stroke(cairo, item, dark);
            break;
        case FOVEA__ITEM_POLYGON:
            polyline_path(cairo, item);
            cairo_close_path(cairo);
            fill_and_stroke(cairo, item, dark);
            break;
        case FOVEA__ITEM_CURVE:
            curve_path(cairo, item);
            fill_and_stroke(cairo, item, dark);
            break;
        case FOVEA__ITEM_PICTURE:
            paint_picture(context, cairo, item);
            break;
        case FOVEA__ITEM_CLIP:
            cairo_save(cairo);
            cairo_rectangle(cairo, item->x, item->y, item->width, item->height);
            cairo_clip(cairo);
            break;
        case FOVEA__ITEM_UNCLIP:
            cairo_restore(cairo);
            break;
        case FOVEA__ITEM_TEXT:
        case FOVEA__ITEM_FRAME:
        case FOVEA__ITEM_STILL:
        case FOVEA__ITEM_LINK:
        case FOVEA__ITEM_PLACE:
            break;
    }
}

static fovea_status paint_text(cairo_t *cairo, const fovea__item *item,
                               const fovea__painter *painter, fovea_error *error) {
    cairo_save(cairo);
    set_colour(cairo, item->style.colour, painter->dark);
    cairo_translate(cairo, item->x, item->y);
    cairo_rotate(cairo, item->style.rotation * M_PI / 180);
    if (item->style.anchor != FOVEA__ANCHOR_START)
        cairo_translate(
            cairo, item->style.anchor == FOVEA__ANCHOR_END ? -item->width : -item->width / 2, 0);
    fovea_status status = painter->text(cairo, item, painter->user, error);
    cairo_restore(cairo);
    return status;
}

fovea_status fovea__paint(cairo_t *cairo, const fovea__display *display,
                          const fovea__painter *painter, fovea_error *error) {
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
    for (size_t i = 0; i < display->count; i++) {
        const fovea__item *item = &display->items[i];
        if (item->kind == FOVEA__ITEM_TEXT)
            FOVEA__TRY(paint_text(cairo, item, painter, error));
        else
            fovea__paint_shape(display->context, cairo, item, painter->dark);
    }
    return fovea__cairo_status(cairo_status(cairo), error);
}
