// SPDX-License-Identifier: MIT
#include "draw/svg.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw/number.h"
#include "formats/png.h"

typedef struct svg {
    fovea__text *text;
    fovea_theme theme;
    int clips;
    bool framed;    // inside the element of a frame
    size_t serial;  // tells clip paths and animations of several figures in one page apart
} svg;

// Two decimals, without trailing zeros.
static void put_number(fovea__text *text, double value) {
    fovea__number number;
    fovea__number_fixed(value, 2, number);
    char *end = number + strlen(number);
    while (end[-1] == '0') *--end = 0;
    if (end[-1] == '.') *--end = 0;
    fovea__text_add(text, number);
}

static void put_attribute(svg *out, const char *name, double value) {
    fovea__text_format(out->text, " %s=\"", name);
    put_number(out->text, value);
    fovea__text_add(out->text, "\"");
}

static void put_hex(svg *out, const char *name, fovea__rgb rgb) {
    fovea__text_format(out->text, " %s=\"#%02x%02x%02x\"", name, rgb.r, rgb.g, rgb.b);
}

static bool is_white(fovea__rgb rgb) {
    return rgb.r == 255;
}

static bool is_class(const svg *out, fovea__colour colour) {
    return out->theme == FOVEA_THEME_AUTO && colour.role > FOVEA__ROLE_RGB;
}

// In the automatic theme a role is a class, "f-" for fills and "l-" for lines; the text colour by
// contrast is one of four classes, for black or white in the light and in the dark theme.
static void put_class(svg *out, char letter, fovea__colour colour) {
    if (colour.contrast)
        fovea__text_format(out->text, "c%c%c",
                           is_white(fovea__colour_resolve(colour, false)) ? 'w' : 'k',
                           is_white(fovea__colour_resolve(colour, true)) ? 'w' : 'k');
    else
        fovea__text_format(out->text, "%c-%s", letter, fovea__role_class(colour.role));
}

// What the class leaves open: the colour where it is none, how much of it shows.
static void put_own_colour(svg *out, const char *name, fovea__colour colour) {
    bool automatic = out->theme == FOVEA_THEME_AUTO, faded = automatic && colour.fade;
    if (colour.contrast && is_class(out, colour)) return;
    fovea__colour full = colour;
    if (faded && !colour.contrast) full.fade = 0;
    if (!is_class(out, colour))
        put_hex(out, name, fovea__colour_resolve(full, out->theme == FOVEA_THEME_DARK));
    if (!faded || colour.contrast) return;
    fovea__text_format(out->text, " %s-opacity=\"", name);
    put_number(out->text, (255 - colour.fade) / 255.0);
    fovea__text_add(out->text, "\"");
}

static void put_fill(svg *out, fovea__colour colour) {
    if (is_class(out, colour)) {
        fovea__text_add(out->text, " class=\"");
        put_class(out, 'f', colour);
        fovea__text_add(out->text, "\"");
    }
    put_own_colour(out, "fill", colour);
}

static void put_paint(svg *out, const fovea__item *item) {
    bool filled = item->fill.role != FOVEA__ROLE_NONE,
         stroked = item->stroke.role != FOVEA__ROLE_NONE;
    bool fill_class = filled && is_class(out, item->fill);
    bool stroke_class = stroked && is_class(out, item->stroke);
    if (fill_class || stroke_class) fovea__text_add(out->text, " class=\"");
    if (fill_class) put_class(out, 'f', item->fill);
    if (fill_class && stroke_class) fovea__text_add(out->text, " ");
    if (stroke_class) put_class(out, 'l', item->stroke);
    if (fill_class || stroke_class) fovea__text_add(out->text, "\"");
    if (filled)
        put_own_colour(out, "fill", item->fill);
    else
        fovea__text_add(out->text, " fill=\"none\"");
    if (!stroked) return;
    put_own_colour(out, "stroke", item->stroke);
    if (item->stroke_width != 1) put_attribute(out, "stroke-width", item->stroke_width);
    if (item->dash == FOVEA__DASH_DASHED) fovea__text_add(out->text, " stroke-dasharray=\"5 4\"");
    if (item->dash == FOVEA__DASH_DOTTED)
        fovea__text_add(out->text, " stroke-dasharray=\"1.5 2.5\"");
}

static void put_box(svg *out, const fovea__item *item) {
    put_attribute(out, "x", item->x);
    put_attribute(out, "y", item->y);
    put_attribute(out, "width", item->width);
    put_attribute(out, "height", item->height);
}

static void put_rectangle(svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<rect");
    put_box(out, item);
    if (item->radius > 0) put_attribute(out, "rx", item->radius);
    put_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_line(svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<line");
    put_attribute(out, "x1", item->x);
    put_attribute(out, "y1", item->y);
    put_attribute(out, "x2", item->x + item->width);
    put_attribute(out, "y2", item->y + item->height);
    put_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_points(svg *out, const fovea__item *item, const char *element) {
    fovea__text_format(out->text, "<%s points=\"", element);
    for (size_t i = 0; i < 2 * item->point_count; i++) {
        if (i) fovea__text_add(out->text, i % 2 ? "," : " ");
        put_number(out->text, item->points[i]);
    }
    fovea__text_add(out->text, "\"");
    put_paint(out, item);
    fovea__text_add(out->text, " stroke-linejoin=\"round\"/>\n");
}

static void put_curve(svg *out, const fovea__item *item) {
    fovea__text_add(out->text, "<path d=\"");
    for (size_t i = 0; i < item->point_count; i++) {
        fovea__text_add(out->text, i == 0 ? "M" : i == 1 ? "C" : " ");
        put_number(out->text, item->points[2 * i]);
        fovea__text_add(out->text, ",");
        put_number(out->text, item->points[2 * i + 1]);
    }
    fovea__text_add(out->text, "\"");
    put_paint(out, item);
    fovea__text_add(out->text, "/>\n");
}

static void put_text(svg *out, const fovea__item *item) {
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    static const char mono[] = " font-family=\"'DejaVu Sans Mono',Menlo,Consolas,monospace\"";
    static const char *const faces[] = {"", " font-weight=\"bold\"", mono};
    fovea__text_add(out->text, "<text");
    put_attribute(out, "x", item->x);
    put_attribute(out, "y", item->y);
    put_attribute(out, "font-size", item->style.size);
    fovea__text_add(out->text, faces[item->style.face]);
    fovea__text_add(out->text, anchors[item->style.anchor]);
    if (item->style.rotation != 0) {
        fovea__text_add(out->text, " transform=\"rotate(");
        put_number(out->text, item->style.rotation);
        fovea__text_add(out->text, " ");
        put_number(out->text, item->x);
        fovea__text_add(out->text, " ");
        put_number(out->text, item->y);
        fovea__text_add(out->text, ")\"");
    }
    put_fill(out, item->style.colour);
    fovea__text_add(out->text, ">");
    fovea__text_markup(out->text, item->string);
    fovea__text_add(out->text, "</text>\n");
}

static fovea_status put_picture(svg *out, const fovea__item *item, fovea_error *error) {
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

static void put_clip(svg *out, const fovea__item *item) {
    fovea__text_format(out->text, "<clipPath id=\"clip%zu-%d\"><rect", out->serial, ++out->clips);
    put_box(out, item);
    fovea__text_format(out->text, "/></clipPath>\n<g clip-path=\"url(#clip%zu-%d)\">\n",
                       out->serial, out->clips);
}

// A frame is a group that an animation shows in its time. Without animations, or where the viewer
// wants none, the attribute leaves the first frame.
static void put_frame(svg *out, const fovea__item *item) {
    if (out->framed) fovea__text_add(out->text, "</g>\n");
    out->framed = item->kind == FOVEA__ITEM_FRAME;
    if (!out->framed) return;
    fovea__text_format(out->text, "<g class=\"a%zu\"%s style=\"animation-delay:", out->serial,
                       item->frame ? " visibility=\"hidden\"" : "");
    put_number(out->text, (item->frame - item->frames) * item->seconds);
    fovea__text_add(out->text, "s\">\n");
}

// Each frame shows during the first part of its own cycle; the delays shift the cycles.
static void put_animation_rules(const svg *out, const fovea__display *display) {
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
    put_number(out->text, item->frames * item->seconds);
    fovea__text_format(out->text,
                       "s step-end infinite}@media (prefers-reduced-motion:reduce){"
                       ".a%zu{animation:none}}</style>\n",
                       out->serial);
}

// An empty area above what it covers.
static void put_link(svg *out, const fovea__item *item) {
    fovea__text_format(out->text, "<a href=\"#%s\"><rect fill-opacity=\"0\"", item->string);
    put_attribute(out, "x", item->x);
    put_attribute(out, "y", item->y);
    put_attribute(out, "width", item->width);
    put_attribute(out, "height", item->height);
    fovea__text_add(out->text, "/></a>\n");
}

static fovea_status put_item(svg *out, const fovea__item *item, fovea_error *error) {
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
            put_attribute(out, "x", item->x);
            put_attribute(out, "y", item->y);
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

static void put_theme_rules(fovea__text *text, bool dark) {
    for (int role = FOVEA__ROLE_BACKGROUND; role < FOVEA__ROLE_COUNT; role++) {
        fovea__rgb rgb = fovea__colour_resolve(fovea__theme_colour((fovea__role)role), dark);
        const char *name = fovea__role_class((fovea__role)role);
        fovea__text_format(text, ".f-%s{fill:#%02x%02x%02x}.l-%s{stroke:#%02x%02x%02x}", name,
                           rgb.r, rgb.g, rgb.b, name, rgb.r, rgb.g, rgb.b);
    }
    fovea__text_add(text, dark ? ".ckk,.cwk{fill:#000}.ckw,.cww{fill:#fff}"
                               : ".ckk,.ckw{fill:#000}.cwk,.cww{fill:#fff}");
}

fovea_status fovea__svg_write(const fovea__display *display, fovea_theme theme, const char *title,
                              fovea__text *text, fovea_error *error) {
    svg out = {.text = text, .theme = theme, .serial = text->length};
    // What is inside a picture cannot be followed.
    fovea__text_format(text, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"%s\"",
                       has_links(display) ? "group" : "img");
    put_attribute(&out, "width", display->width);
    put_attribute(&out, "height", display->height);
    fovea__text_add(text, " viewBox=\"0 0 ");
    put_number(text, display->width);
    fovea__text_add(text, " ");
    put_number(text, display->height);
    fovea__text_add(text,
                    "\" font-family=\"'DejaVu Sans','Bitstream Vera Sans',Verdana,sans-serif\">\n");
    if (title) {
        fovea__text_add(text, "<title>");
        fovea__text_markup(text, title);
        fovea__text_add(text, "</title>\n");
    }
    if (theme == FOVEA_THEME_AUTO) {
        fovea__text_add(text, "<style>");
        put_theme_rules(text, false);
        fovea__text_add(text, "@media (prefers-color-scheme:dark){");
        put_theme_rules(text, true);
        fovea__text_add(text, "}</style>\n");
    }
    put_animation_rules(&out, display);
    fovea__text_add(text, "<rect width=\"100%\" height=\"100%\"");
    put_fill(&out, fovea__theme_colour(FOVEA__ROLE_BACKGROUND));
    fovea__text_add(text, "/>\n");
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < display->count && !status; i++)
        status = put_item(&out, &display->items[i], error);
    fovea__text_add(text, "</svg>\n");
    return status;
}
