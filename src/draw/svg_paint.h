// SPDX-License-Identifier: MIT
// Numbers and colours in SVG.
#ifndef FOVEA_DRAW_SVG_PAINT_H
#define FOVEA_DRAW_SVG_PAINT_H

#include <stdbool.h>

#include "base/text.h"
#include "draw/display.h"
#include "fovea/draw.h"

// A document that is being written.
typedef struct fovea__svg {
    fovea__text *text;
    fovea_theme theme;
    int clips;
    bool framed;    // inside the element of a frame
    size_t serial;  // tells clip paths and animations of several figures in one page apart
} fovea__svg;

// Two decimals, without trailing zeros.
void fovea__svg_number(fovea__text *text, double value);
// ` name="value"`
void fovea__svg_attribute(fovea__svg *out, const char *name, double value);
// Attributes: the fill of a text, fill and stroke of an item.
void fovea__svg_fill(fovea__svg *out, fovea__colour colour);
void fovea__svg_paint(fovea__svg *out, const fovea__item *item);
// What the classes of the automatic theme mean, in the light or in the dark.
void fovea__svg_theme_rules(fovea__text *text, bool dark);

#endif
