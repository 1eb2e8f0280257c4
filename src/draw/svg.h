// SPDX-License-Identifier: MIT
// SVG of a display list: text as text, pictures as PNG data.
#ifndef FOVEA_DRAW_SVG_H
#define FOVEA_DRAW_SVG_H

#include "base/text.h"
#include "draw/display.h"
#include "fovea/draw.h"

// Appends one <svg> element. With FOVEA_THEME_AUTO colours are classes that follow the viewer's
// preference, else they stand in the elements. `title` (may be NULL) becomes its accessible name.
fovea_status fovea__svg_write(const fovea__display *display, fovea_theme theme, const char *title,
                              fovea__text *text, fovea_error *error);

#endif
