// SPDX-License-Identifier: MIT
#include "draw/svg_paint.h"

#include <string.h>

#include "draw/number.h"

void fovea__svg_number(fovea__text *text, double value) {
    fovea__number number;
    fovea__number_fixed(value, 2, number);
    char *end = number + strlen(number);
    while (end[-1] == '0') *--end = 0;
    if (end[-1] == '.') *--end = 0;
    fovea__text_add(text, number);
}

void fovea__svg_attribute(fovea__svg *out, const char *name, double value) {
    fovea__text_format(out->text, " %s=\"", name);
    fovea__svg_number(out->text, value);
    fovea__text_add(out->text, "\"");
}

static void put_hex(fovea__svg *out, const char *name, fovea__rgb rgb) {
    fovea__text_format(out->text, " %s=\"#%02x%02x%02x\"", name, rgb.r, rgb.g, rgb.b);
}

static bool is_white(fovea__rgb rgb) {
    return rgb.r == 255;
}

static bool is_class(const fovea__svg *out, fovea__colour colour) {
    return out->theme == FOVEA_THEME_AUTO && colour.role > FOVEA__ROLE_RGB;
}

// In the automatic theme a role is a class, "f-" for fills and "l-" for lines; the text colour by
// contrast is one of four classes, for black or white in the light and in the dark theme.
static void put_class(fovea__svg *out, char letter, fovea__colour colour) {
    if (colour.contrast)
        fovea__text_format(out->text, "c%c%c",
                           is_white(fovea__colour_resolve(colour, false)) ? 'w' : 'k',
                           is_white(fovea__colour_resolve(colour, true)) ? 'w' : 'k');
    else
        fovea__text_format(out->text, "%c-%s", letter, fovea__role_class(colour.role));
}

// What the class leaves open: the colour where it is none, how much of it shows.
static void put_own_colour(fovea__svg *out, const char *name, fovea__colour colour) {
    bool automatic = out->theme == FOVEA_THEME_AUTO, faded = automatic && colour.fade;
    if (colour.contrast && is_class(out, colour)) return;
    fovea__colour full = colour;
    if (faded && !colour.contrast) full.fade = 0;
    if (!is_class(out, colour))
        put_hex(out, name, fovea__colour_resolve(full, out->theme == FOVEA_THEME_DARK));
    if (!faded || colour.contrast) return;
    fovea__text_format(out->text, " %s-opacity=\"", name);
    fovea__svg_number(out->text, (255 - colour.fade) / 255.0);
    fovea__text_add(out->text, "\"");
}

void fovea__svg_fill(fovea__svg *out, fovea__colour colour) {
    if (is_class(out, colour)) {
        fovea__text_add(out->text, " class=\"");
        put_class(out, 'f', colour);
        fovea__text_add(out->text, "\"");
    }
    put_own_colour(out, "fill", colour);
}

void fovea__svg_paint(fovea__svg *out, const fovea__item *item) {
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
    if (item->stroke_width != 1) fovea__svg_attribute(out, "stroke-width", item->stroke_width);
    if (item->dash == FOVEA__DASH_DASHED) fovea__text_add(out->text, " stroke-dasharray=\"5 4\"");
    if (item->dash == FOVEA__DASH_DOTTED)
        fovea__text_add(out->text, " stroke-dasharray=\"1.5 2.5\"");
}

void fovea__svg_theme_rules(fovea__text *text, bool dark) {
    for (int role = FOVEA__ROLE_BACKGROUND; role < FOVEA__ROLE_COUNT; role++) {
        fovea__rgb rgb = fovea__colour_resolve(fovea__theme_colour((fovea__role)role), dark);
        const char *name = fovea__role_class((fovea__role)role);
        fovea__text_format(text, ".f-%s{fill:#%02x%02x%02x}.l-%s{stroke:#%02x%02x%02x}", name,
                           rgb.r, rgb.g, rgb.b, name, rgb.r, rgb.g, rgb.b);
    }
    fovea__text_add(text, dark ? ".ckk,.cwk{fill:#000}.ckw,.cww{fill:#fff}"
                               : ".ckk,.ckw{fill:#000}.cwk,.cww{fill:#fff}");
}
