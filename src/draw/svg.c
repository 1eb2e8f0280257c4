// SPDX-License-Identifier: MIT
#include "draw/svg.h"

#include <math.h>

#include "base/memory.h"
#include "draw/number.h"
#include "draw/svg_paint.h"
#include "formats/png.h"

static void put_box(fovea__svg *out, const fovea__item *item) {
    fovea__svg_attribute(out, "x", item->x);
    fovea__svg_attribute(out, "y", item->y);
    fovea__svg_attribute(out, "width", item->width);
    fovea__svg_attribute(out, "height", item->height);
}

static void put_rectangle(fovea__svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<rect");
    put_box(out, item);
    if (item->radius > 0) fovea__svg_attribute(out, "rx", item->radius);
    fovea__svg_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_line(fovea__svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<line");
    fovea__svg_attribute(out, "x1", item->x);
    fovea__svg_attribute(out, "y1", item->y);
    fovea__svg_attribute(out, "x2", item->x + item->width);
    fovea__svg_attribute(out, "y2", item->y + item->height);
    fovea__svg_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_points(fovea__svg *out, const fovea__item *item, const char *element) {
    fovea__text_format(out->text, "<%s points=\"", element);
    for (size_t i = 0; i < 2 * item->point_count; i++) {
        if (i) fovea__text_add(out->text, i % 2 ? "," : " ");
        fovea__svg_number(out->text, item->points[i]);
    }
    fovea__text_add(out->text, "\"");
    fovea__svg_paint(out, item);
    fovea__text_add(out->text, " stroke-linejoin=\"round\"/>\n");
}

static void put_curve(fovea__svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<path d=\"");
    for (size_t i = 0; i < item->point_count; i++) {
        fovea__text_add(out->text, i == 0 ? "M" : i == 1 ? "C" : " ");
        fovea__svg_number(out->text, item->points[2 * i]);
        fovea__text_add(out->text, ",");
        fovea__svg_number(out->text, item->points[2 * i + 1]);
    }
    fovea__text_add(out->text, "\"");
    fovea__svg_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_text(fovea__svg *out, const fovea__item *item) {
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    static const char mono[] = " font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\"";
    static const char *const faces[] = {"", " font-weight=\"bold\"", mono};
    fovea__text_add(out->text, "<text");
    fovea__svg_attribute(out, "x", item->x);
    fovea__svg_attribute(out, "y", item->y);
    fovea__svg_attribute(out, "font-size", item->style.size);
    fovea__text_add(out->text, faces[item->style.face]);
    fovea__text_add(out->text, anchors[item->style.anchor]);
    if (item->style.rotation != 0) {
        fovea__text_add(out->text, " transform=\"rotate(");
        fovea__svg_number(out->text, item->style.rotation);
        fovea__text_add(out->text, " ");
        fovea__svg_number(out->text, item->x);
        fovea__text_add(out->text, " ");
        fovea__svg_number(out->text, item->y);
        fovea__text_add(out->text, ")\"");
    }
    fovea__svg_fill(out, item->style.colour);
    fovea__text_add(out->text, ">");
    fovea__text_markup(out->text, item->string);
    fovea__text_add(out->text, "</text>\n");
}

static fovea_status put_picture(fovea__svg *out, const fovea__item *item, fovea_error *error) {
    fovea_context *context = out->text->context;
    fovea__bytes png = {0};
    fovea_status status =
        fovea__png_write(context, item->rgb, (int32_t)item->columns, (int32_t)item->rows, 3,
                         (size_t)item->columns * 3, FOVEA__PNG_SMALL, &png, error);
    if (status) return status;
    fovea__text_add(out->text, "<image");
    put_box(out, item);
    fovea__text_add(out->text, " preserveAspectRatio=\"none\"");
    if (item->width >= item->columns && item->height >= item->rows)
        fovea__text_add(out->text, " style=\"image-rendering:pixelated\"");
    fovea__text_add(out->text, " href=\"data:image/png;base64,");
    fovea__text_base64(out->text, png.data, png.size);
    fovea__text_add(out->text, "\"/>\n");
    fovea__free(context, png.data);
    return FOVEA_OK;
}

static void put_clip(fovea__svg *out, const fovea__item *item) {
    fovea__text_format(out->text, "<clipPath id=\"clip%zu-%d\"><rect", out->serial, ++out->clips);
    put_box(out, item);
    fovea__text_format(out->text, "/></clipPath>\n<g clip-path=\"url(#clip%zu-%d)\">\n",
                       out->serial, out->clips);
}

// A frame is a group that an animation shows in its time. Without animations, or where the viewer
// wants none, the attribute leaves the first frame.
static void put_frame(fovea__svg *out, const fovea__item *item) {
    if (out->framed) fovea__text_add(out->text, "</g>\n");
    out->framed = item->kind == FOVEA__ITEM_FRAME;
    if (!out->framed) return;
    fovea__text_format(out->text, "<g class=\"a%zu\"%s style=\"animation-delay:", out->serial,
                       item->frame ? " visibility=\"hidden\"" : "");
    fovea__svg_number(out->text, (item->frame - item->frames) * item->seconds);
    fovea__text_add(out->text, "s\">\n");
}

// Each frame shows during the first part of its own cycle; the delays shift the cycles.
static void put_animation_rules(const fovea__svg *out, const fovea__display *display) {
    const fovea__item *item = NULL;
    for (size_t i = 0; i < display->count && !item; i++)
        if (display->items[i].kind == FOVEA__ITEM_FRAME) item = &display->items[i];
    if (!item) return;
    fovea__number share;  // rounded up: a gap between frames would flash
    fovea__number_fixed(ceil(1e6 / item->frames) / 1e4, 4, share);
    fovea__text_format(out->text,
                       "<style>@keyframes a%zu{0%%{visibility:visible}%s%%{visibility:hidden}"
                       "100%%{visibility:hidden}}.a%zu{animation:a%zu ",
                       out->serial, share, out->serial, out->serial);
    fovea__svg_number(out->text, item->frames * item->seconds);
    fovea__text_format(out->text,
                       "s step-end infinite}@media (prefers-reduced-motion:reduce){"
                       ".a%zu{animation:none}}</style>\n",
                       out->serial);
}

// An empty area above what it covers.
static void put_link(fovea__svg *out, const fovea__item *item) {
    fovea__text_format(out->text, "<a href=\"#%s\"><rect fill-opacity=\"0\"", item->string);
    fovea__svg_attribute(out, "x", item->x);
    fovea__svg_attribute(out, "y", item->y);
    fovea__svg_attribute(out, "width", item->width);
    fovea__svg_attribute(out, "height", item->height);
    fovea__text_add(out->text, "/></a>\n");
}

static fovea_status put_item(fovea__svg *out, const fovea__item *item, fovea_error *error) {
    switch (item->kind) {
        case FOVEA__ITEM_RECTANGLE:
            put_rectangle(out, item);
            break;
        case FOVEA__ITEM_LINE:
            put_line(out, item);
            break;
        case FOVEA__ITEM_POLYLINE:
            put_points(out, item, "polyline");
            break;
        case FOVEA__ITEM_POLYGON:
            put_points(out, item, "polygon");
            break;
        case FOVEA__ITEM_CURVE:
            put_curve(out, item);
            break;
        case FOVEA__ITEM_TEXT:
            put_text(out, item);
            break;
        case FOVEA__ITEM_PICTURE:
            return put_picture(out, item, error);
        case FOVEA__ITEM_CLIP:
            put_clip(out, item);
            break;
        case FOVEA__ITEM_UNCLIP:
            fovea__text_add(out->text, "</g>\n");
            break;
        case FOVEA__ITEM_FRAME:
        case FOVEA__ITEM_STILL:
            put_frame(out, item);
            break;
        case FOVEA__ITEM_LINK:
            put_link(out, item);
            break;
        case FOVEA__ITEM_PLACE:
            fovea__text_format(out->text, "<rect id=\"%s\" fill=\"none\" width=\"1\" height=\"1\"",
                               item->string);
            fovea__svg_attribute(out, "x", item->x);
            fovea__svg_attribute(out, "y", item->y);
            fovea__text_add(out->text, "/>\n");
            break;
    }
    return FOVEA_OK;
}

static bool has_links(const fovea__display *display) {
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == FOVEA__ITEM_LINK) return true;
    return false;
}

fovea_status fovea__svg_write(const fovea__display *display, fovea_theme theme, const char *title,
                              fovea__text *text, fovea_error *error) {
    fovea__svg out = {.text = text, .theme = theme, .serial = text->length};
    // What is inside a picture cannot be followed.
    fovea__text_format(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"%s\"",
                       has_links(display) ? "group" : "img");
    fovea__svg_attribute(&out, "width", display->width);
    fovea__svg_attribute(&out, "height", display->height);
    fovea__text_add(text, " viewBox=\"0 0 ");
    fovea__svg_number(text, display->width);
    fovea__text_add(text, " ");
    fovea__svg_number(text, display->height);
    fovea__text_add(text,
                    "\" font-family=\"'DejaVu Sans','Bitstream Vera Sans',Verdana,sans-serif\">\n");
    if (title) {
        fovea__text_add(text, "<title>");
        fovea__text_markup(text, title);
        fovea__text_add(text, "</title>\n");
    }
    if (theme == FOVEA_THEME_AUTO) {
        fovea__text_add(text, "<style>");
        fovea__svg_theme_rules(text, false);
        fovea__text_add(text, "@media (prefers-color-scheme:dark){");
        fovea__svg_theme_rules(text, true);
        fovea__text_add(text, "}</style>\n");
    }
    put_animation_rules(&out, display);
    fovea__text_add(text, "<rect width=\"100%\" height=\"100%\"");
    fovea__svg_fill(&out, fovea__theme_colour(FOVEA__ROLE_BACKGROUND));
    fovea__text_add(text, "/>\n");
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < display->count && !status; i++)
        status = put_item(&out, &display->items[i], error);
    fovea__text_add(text, "</svg>\n");
    return status;
}
