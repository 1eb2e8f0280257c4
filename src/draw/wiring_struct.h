// SPDX-License-Identifier: MIT
// What the files of the wiring block share.
#ifndef FOVEA_DRAW_WIRING_STRUCT_H
#define FOVEA_DRAW_WIRING_STRUCT_H

#include "draw/wiring.h"

// Sides in pixels: of the picture, between picture and units, of a map, and of all together.
#define FOVEA__WIRING_PICTURE 216.0
#define FOVEA__WIRING_GAP 84.0
#define FOVEA__WIRING_MAP 104.0
#define FOVEA__WIRING_WIDTH 440.0

double fovea__wiring_page(const fovea__wiring *wiring, fovea__display *display, double x, double y,
                          double width);

#endif
