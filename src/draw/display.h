// SPDX-License-Identifier: MIT
// The display list: rectangles, lines, curves, polygons, texts and pictures in the order they are
// drawn, in CSS pixels from the top left, y downwards. Back ends turn it into PNG, PDF, SVG or
// terminal cells.
//
// The first failure (no memory) is kept and every later call does nothing, so a layout is checked
// once. In a terminal layout every cell is 8×16 pixels, text of any size is one cell a character,
// and layouts snap to cells with fovea__snap_x and fovea__snap_y.
#ifndef FOVEA_DRAW_DISPLAY_H
#define FOVEA_DRAW_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "draw/colour.h"
#include "draw/font.h"
#include "fovea/context.h"

#define FOVEA__CELL_WIDTH 8.0
#define FOVEA__CELL_HEIGHT 16.0

typedef enum fovea__anchor {
    FOVEA__ANCHOR_START = 0,
    FOVEA__ANCHOR_MIDDLE = 1,
    FOVEA__ANCHOR_END = 2,
} fovea__anchor;

typedef enum fovea__item_kind {
    FOVEA__ITEM_RECTANGLE,
    FOVEA__ITEM_LINE,
    FOVEA__ITEM_POLYLINE,
    FOVEA__ITEM_POLYGON,
    FOVEA__ITEM_CURVE,
    FOVEA__ITEM_TEXT,
    FOVEA__ITEM_PICTURE,
    FOVEA__ITEM_CLIP,    // what follows shows only inside the box
    FOVEA__ITEM_UNCLIP,  // until here; clips do not nest
    FOVEA__ITEM_FRAME,   // what follows is one frame of an animation, up to the next
    FOVEA__ITEM_STILL,   // what follows is in every frame again
    FOVEA__ITEM_LINK,    // the box leads to the place called `string`; SVG only, as the next
    FOVEA__ITEM_PLACE,   // what links lead to
} fovea__item_kind;

typedef struct fovea__text_style {
    fovea__face face;
    double size;  // pixels per em
    fovea__colour colour;
    fovea__anchor anchor;
    double rotation;  // degrees, clockwise, about the anchor point; pages only
} fovea__text_style;

typedef enum fovea__dash {
    FOVEA__DASH_NONE = 0,
    FOVEA__DASH_DASHED = 1,
    FOVEA__DASH_DOTTED = 2,
} fovea__dash;

typedef struct fovea__item {
    fovea__item_kind kind;
    double x, y, width, height;  // box; LINE: to (x+width, y+height); TEXT: x, y of the baseline
    fovea__colour fill, stroke;
    double stroke_width, radius;
    fovea__dash dash;         // of the stroke
    fovea__text_style style;  // TEXT
    char *string;             // TEXT, LINK, PLACE, owned
    double *points;           // POLYLINE, POLYGON, CURVE: x, y pairs, owned
    size_t point_count;
    uint8_t *rgb;  // PICTURE: [rows][columns][3], owned
    int64_t rows, columns;
    int32_t frame, frames;  // FRAME: which, from 0, of how many
    double seconds;         // FRAME: how long each one shows
} fovea__item;

typedef struct fovea__display {
    fovea_context *context;
    fovea__fonts *fonts;  // owned
    bool terminal;
    bool mono;             // a terminal without colours: values become shades of one ramp
    bool animated;         // frames stand in one place, one after another
    double width, height;  // grow with the items that are put
    fovea__item *items;
    size_t count, capacity;
    bool clipped;
    fovea_status status;
    fovea_error *error;  // borrowed, may be NULL
} fovea__display;

// What a layout is made for.
typedef struct fovea__medium {
    double width;  // CSS pixels it may take; in a terminal 8 times the columns
    bool terminal, mono;
    bool animated;  // what is drawn can move
} fovea__medium;

fovea_status fovea__display_begin(fovea_context *context, const fovea__medium *medium,
                                  fovea__display *display, fovea_error *error);
void fovea__display_release(fovea__display *display);

void fovea__put_rectangle(fovea__display *display, double x, double y, double width, double height,
                          fovea__colour fill);
void fovea__put_frame(fovea__display *display, double x, double y, double width, double height,
                      fovea__colour stroke, double stroke_width, double radius);
void fovea__put_line(fovea__display *display, double x1, double y1, double x2, double y2,
                     fovea__colour colour, double stroke_width);
void fovea__put_dot(fovea__display *display, double x, double y, double radius, fovea__colour fill);
// `points` holds `count` pairs; copied.
void fovea__put_polyline(fovea__display *display, const double *points, size_t count,
                         fovea__colour colour, double stroke_width, fovea__dash dash);
// Closed. `fill` and `stroke` may be of the role NONE.
void fovea__put_polygon(fovea__display *display, const double *points, size_t count,
                        fovea__colour fill, fovea__colour stroke, double stroke_width);
// Cubic Bezier curves joined: where it starts, then two control points and an end for each. `count`
// is 1 + 3 * curves.
void fovea__put_curve(fovea__display *display, const double *points, size_t count,
                      fovea__colour colour, double stroke_width, fovea__dash dash);
// A filled frame; `fill` and `stroke` may be of the role NONE. In a terminal only one without
// rounded corners shows, by its fill.
void fovea__put_box(fovea__display *display, double x, double y, double width, double height,
                    fovea__colour fill, fovea__colour stroke, double stroke_width, double radius);
// A disc about (x, y) with an outline.
void fovea__put_circle(fovea__display *display, double x, double y, double radius,
                       fovea__colour fill, fovea__colour stroke, double stroke_width);
// A triangle `size` long with its tip at (x, y) that points along (dx, dy).
void fovea__put_arrow_head(fovea__display *display, double x, double y, double dx, double dy,
                           double size, fovea__colour fill);
// A line of text whose box begins at `top` and is fovea__line_height(style->size) high.
void fovea__put_text(fovea__display *display, const fovea__text_style *style, double x, double top,
                     const char *string);
// The same, but shortened with "…" to `width` where it is longer.
void fovea__put_text_within(fovea__display *display, const fovea__text_style *style, double x,
                            double top, double width, const char *string);
// Text broken at blanks into lines of at most `width` (a longer word stands alone), and at each
// '\n'. Returns the height. With `put` false it only measures.
double fovea__put_paragraph(fovea__display *display, const fovea__text_style *style, double x,
                            double top, double width, const char *string, bool put);
// `rgb` is [rows][columns][3]; copied. Enlarged without smoothing, reduced by averaging.
void fovea__put_picture(fovea__display *display, double x, double y, double width, double height,
                        const uint8_t *rgb, int64_t rows, int64_t columns);
void fovea__put_clip(fovea__display *display, double x, double y, double width, double height);
void fovea__put_unclip(fovea__display *display);
// Frame `frame` (from 0) of `frames` begins, each to be shown for `seconds`. Only in a display that
// is animated; it has one animation at most.
void fovea__put_animation_frame(fovea__display *display, int32_t frame, int32_t frames,
                                double seconds);
void fovea__put_still(fovea__display *display);  // the last frame ends

// Where pages can be followed a click on the box leads to the place of the same figure or page. Names are
// of letters, digits and '-'.
void fovea__put_link(fovea__display *display, double x, double y, double width, double height,
                     const char *name);
void fovea__put_place(fovea__display *display, double x, double y, const char *name);

double fovea__text_width(fovea__display *display, const fovea__text_style *style,
                         const char *string);
double fovea__line_height(const fovea__display *display, double size);
// Upwards to whole cells in a terminal layout; to whole pixels on a page.
double fovea__snap_x(const fovea__display *display, double x);
double fovea__snap_y(const fovea__display *display, double y);

#endif
