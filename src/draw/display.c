// SPDX-License-Identifier: MIT
#include "draw/display.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"

fovea_status fovea__display_begin(fovea_context *context, const fovea__medium *medium,
                                  fovea__display *display, fovea_error *error) {
    *display = (fovea__display){.context = context,
                                .terminal = medium->terminal,
                                .mono = medium->mono,
                                .animated = medium->animated,
                                .error = error};
    display->status = fovea__fonts_create(context, &display->fonts, error);
    return display->status;
}

void fovea__display_release(fovea__display *display) {
    for (size_t i = 0; i < display->count; i++) {
        fovea__free(display->context, display->items[i].string);
        fovea__free(display->context, display->items[i].points);
        fovea__free(display->context, display->items[i].rgb);
    }
    fovea__free(display->context, display->items);
    fovea__fonts_free(display->fonts);
    *display = (fovea__display){0};
}

// The figure grows with what is put; inside a clip nothing can stick out of the clip's own box.
static void extend(fovea__display *display, double right, double bottom) {
    if (display->clipped) return;
    display->width = fmax(display->width, right);
    display->height = fmax(display->height, bottom);
}

static fovea__item *put(fovea__display *display, fovea__item_kind kind, double x, double y,
                        double width, double height) {
    if (display->status) return NULL;
    fovea__item *items =
        fovea__grow(display->context, display->items, display->count, &display->capacity,
                    display->count + 1, sizeof *items, display->error);
    if (!items) {
        display->status = FOVEA_OUT_OF_MEMORY;
        return NULL;
    }
    display->items = items;
    fovea__item *item = &items[display->count++];
    *item = (fovea__item){.kind = kind, .x = x, .y = y, .width = width, .height = height};
    return item;
}

// Owned copy of `size` bytes for an item; NULL has the failure kept.
static void *keep(fovea__display *display, const void *bytes, size_t size) {
    void *copy = fovea__new(display->context, size, 1, display->error);
    if (copy)
        memcpy(copy, bytes, size);
    else
        display->status = FOVEA_OUT_OF_MEMORY;
    return copy;
}

void fovea__put_rectangle(fovea__display *display, double x, double y, double width, double height,
                          fovea__colour fill) {
    fovea__item *item = put(display, FOVEA__ITEM_RECTANGLE, x, y, width, height);
    if (!item) return;
    item->fill = fill;
    extend(display, x + width, y + height);
}

void fovea__put_box(fovea__display *display, double x, double y, double width, double height,
                    fovea__colour fill, fovea__colour stroke, double stroke_width, double radius) {
    fovea__item *item = put(display, FOVEA__ITEM_RECTANGLE, x, y, width, height);
    if (!item) return;
    item->fill = fill;
    item->stroke = stroke;
    item->stroke_width = stroke_width;
    item->radius = radius;
    extend(display, x + width + stroke_width / 2, y + height + stroke_width / 2);
}

void fovea__put_frame(fovea__display *display, double x, double y, double width, double height,
                      fovea__colour stroke, double stroke_width, double radius) {
    fovea__put_box(display, x, y, width, height, fovea__theme_colour(FOVEA__ROLE_NONE), stroke,
                   stroke_width, radius);
}

void fovea__put_circle(fovea__display *display, double x, double y, double radius,
                       fovea__colour fill, fovea__colour stroke, double stroke_width) {
    fovea__put_box(display, x - radius, y - radius, 2 * radius, 2 * radius, fill, stroke,
                   stroke_width, radius);
}

void fovea__put_dot(fovea__display *display, double x, double y, double radius,
                    fovea__colour fill) {
    fovea__put_circle(display, x, y, radius, fill, fovea__theme_colour(FOVEA__ROLE_NONE), 0);
}

void fovea__put_line(fovea__display *display, double x1, double y1, double x2, double y2,
                     fovea__colour colour, double stroke_width) {
    fovea__item *item = put(display, FOVEA__ITEM_LINE, x1, y1, x2 - x1, y2 - y1);
    if (!item) return;
    item->stroke = colour;
    item->stroke_width = stroke_width;
    extend(display, fmax(x1, x2), fmax(y1, y2));
}

static fovea__item *put_points(fovea__display *display, fovea__item_kind kind, const double *points,
                               size_t count) {
    fovea__item *item = put(display, kind, 0, 0, 0, 0);
    size_t bytes;
    if (!item) return NULL;
    if (!fovea__mul_size(count, 2 * sizeof *points, &bytes)) {
        display->status = fovea__fail(display->error, FOVEA_OUT_OF_MEMORY, "too many points");
        return NULL;
    }
    item->points = keep(display, points, bytes);
    if (!item->points) return NULL;
    item->point_count = count;
    for (size_t i = 0; i < count; i++) extend(display, points[2 * i], points[2 * i + 1]);
    return item;
}

static void set_stroke(fovea__item *item, fovea__colour colour, double width, fovea__dash dash) {
    if (!item) return;
    item->stroke = colour;
    item->stroke_width = width;
    item->dash = dash;
}

void fovea__put_polyline(fovea__display *display, const double *points, size_t count,
                         fovea__colour colour, double stroke_width, fovea__dash dash) {
    set_stroke(put_points(display, FOVEA__ITEM_POLYLINE, points, count), colour, stroke_width,
               dash);
}

void fovea__put_curve(fovea__display *display, const double *points, size_t count,
                      fovea__colour colour, double stroke_width, fovea__dash dash) {
    set_stroke(put_points(display, FOVEA__ITEM_CURVE, points, count), colour, stroke_width, dash);
}

void fovea__put_polygon(fovea__display *display, const double *points, size_t count,
                        fovea__colour fill, fovea__colour stroke, double stroke_width) {
    fovea__item *item = put_points(display, FOVEA__ITEM_POLYGON, points, count);
    set_stroke(item, stroke, stroke_width, FOVEA__DASH_NONE);
    if (item) item->fill = fill;
}

void fovea__put_arrow_head(fovea__display *display, double x, double y, double dx, double dy,
                           double size, fovea__colour fill) {
    double length = hypot(dx, dy);
    if (!(length > 0)) return;
    double ux = dx / length * size, uy = dy / length * size, wing = 0.42;
    double points[] = {
        x, y, x - ux - wing * uy, y - uy + wing * ux, x - ux + wing * uy, y - uy - wing * ux};
    fovea__put_polygon(display, points, 3, fill, fovea__theme_colour(FOVEA__ROLE_NONE), 0);
}

double fovea__line_height(const fovea__display *display, double size) {
    return display->terminal ? FOVEA__CELL_HEIGHT : ceil(1.35 * size);
}

double fovea__text_width(fovea__display *display, const fovea__text_style *style,
                         const char *string) {
    if (display->terminal) {
        double cells = 0;
        while (fovea__next_code_point(&string)) cells++;
        return cells * FOVEA__CELL_WIDTH;
    }
    double width = 0;
    if (!display->status)
        display->status = fovea__fonts_width(display->fonts, style->face, style->size, string,
                                             &width, display->error);
    return width;
}

void fovea__put_text(fovea__display *display, const fovea__text_style *style, double x, double top,
                     const char *string) {
    double width = fovea__text_width(display, style, string);
    double line = fovea__line_height(display, style->size);
    // DejaVu's capitals are 0.729 em high: centred between the line's edges they look centred.
    double baseline = display->terminal ? top + 12 : top + line / 2 + 0.365 * style->size;
    fovea__item *item = put(display, FOVEA__ITEM_TEXT, x, baseline, width, line);
    if (!item) return;
    item->style = *style;
    item->string = keep(display, string, strlen(string) + 1);
    if (style->rotation == 0) {
        double share = style->anchor == FOVEA__ANCHOR_START    ? 1
                       : style->anchor == FOVEA__ANCHOR_MIDDLE ? 0.5
                                                               : 0;
        extend(display, x + share * width, top + line);
    }
}

void fovea__put_text_within(fovea__display *display, const fovea__text_style *style, double x,
                            double top, double width, const char *string) {
    if (display->status) return;
    if (fovea__text_width(display, style, string) <= width + 0.01) {
        fovea__put_text(display, style, x, top, string);
        return;
    }
    const char *dots = display->terminal ? "~" : "…";
    size_t size = strlen(string);
    char *shortened = fovea__new(display->context, size + 4, 1, display->error);
    if (!shortened) {
        display->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    size_t length = size;
    do {  // take characters off the end until what is left fits
        while (length > 0 && ((unsigned char)string[--length] & 0xc0) == 0x80) {
        }
        memcpy(shortened, string, length);
        strcpy(shortened + length, dots);
    } while (length > 0 && fovea__text_width(display, style, shortened) > width);
    fovea__put_text(display, style, x, top, shortened);
    fovea__free(display->context, shortened);
}

// Bytes of `string` that make the next line: up to '\n', or as many words as fit, at least one.
static size_t next_line(fovea__display *display, const fovea__text_style *style, double width,
                        const char *string, char *line) {
    size_t fits = 0;
    for (size_t at = 0;; at++) {
        if (string[at] && string[at] != ' ' && string[at] != '\n') continue;
        memcpy(line, string, at);
        line[at] = 0;
        if (fits && fovea__text_width(display, style, line) > width) break;
        fits = at;
        if (string[at] != ' ') break;
    }
    line[fits] = 0;
    return fits;
}

double fovea__put_paragraph(fovea__display *display, const fovea__text_style *style, double x,
                            double top, double width, const char *string, bool show) {
    char *line = NULL;
    if (!display->status) {
        line = fovea__new(display->context, strlen(string) + 1, 1, display->error);
        if (!line) display->status = FOVEA_OUT_OF_MEMORY;
    }
    double height = 0;
    while (line && *string) {
        string += next_line(display, style, width, string, line);
        if (show && *line) fovea__put_text(display, style, x, top + height, line);
        height += fovea__line_height(display, style->size);
        if (*string) string++;  // the blank or line end that was broken at
    }
    fovea__free(display->context, line);
    return height;
}

void fovea__put_picture(fovea__display *display, double x, double y, double width, double height,
                        const uint8_t *rgb, int64_t rows, int64_t columns) {
    fovea__item *item = put(display, FOVEA__ITEM_PICTURE, x, y, width, height);
    if (!item) return;
    item->rgb = keep(display, rgb, (size_t)(rows * columns * 3));
    item->rows = rows;
    item->columns = columns;
    extend(display, x + width, y + height);
}

void fovea__put_clip(fovea__display *display, double x, double y, double width, double height) {
    if (put(display, FOVEA__ITEM_CLIP, x, y, width, height)) {
        extend(display, x + width, y + height);
        display->clipped = true;
    }
}

void fovea__put_unclip(fovea__display *display) {
    put(display, FOVEA__ITEM_UNCLIP, 0, 0, 0, 0);
    display->clipped = false;
}

void fovea__put_animation_frame(fovea__display *display, int32_t frame, int32_t frames,
                                double seconds) {
    fovea__item *item = put(display, FOVEA__ITEM_FRAME, 0, 0, 0, 0);
    if (!item) return;
    item->frame = frame;
    item->frames = frames;
    item->seconds = seconds;
}

void fovea__put_link(fovea__display *display, double x, double y, double width, double height,
                     const char *name) {
    fovea__item *item = put(display, FOVEA__ITEM_LINK, x, y, width, height);
    if (item) item->string = keep(display, name, strlen(name) + 1);
}

void fovea__put_place(fovea__display *display, double x, double y, const char *name) {
    fovea__item *item = put(display, FOVEA__ITEM_PLACE, x, y, 0, 0);
    if (item) item->string = keep(display, name, strlen(name) + 1);
}

void fovea__put_still(fovea__display *display) {
    put(display, FOVEA__ITEM_STILL, 0, 0, 0, 0);
}

double fovea__snap_x(const fovea__display *display, double x) {
    double unit = display->terminal ? FOVEA__CELL_WIDTH : 1;
    return unit * ceil(x / unit - 1e-9);
}

double fovea__snap_y(const fovea__display *display, double y) {
    double unit = display->terminal ? FOVEA__CELL_HEIGHT : 1;
    return unit * ceil(y / unit - 1e-9);
}
