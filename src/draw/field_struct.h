// SPDX-License-Identifier: MIT
// The insides of boxes on a picture, for field.c and its two layouts.
#ifndef FOVEA_DRAW_FIELD_STRUCT_H
#define FOVEA_DRAW_FIELD_STRUCT_H

#include "draw/field.h"

// What has to be seen: the picture and all boxes. First and last row and column, in pixels.
typedef struct fovea__field_extent {
    int64_t low[2], high[2];
} fovea__field_extent;

fovea__field_extent fovea__field_extent_of(const fovea__field *field);
double fovea__field_page(const fovea__field *field, fovea__display *display, double x, double y,
                         double width);
double fovea__field_cells(const fovea__field *field, fovea__display *display, double x, double y,
                          double width);

#endif
