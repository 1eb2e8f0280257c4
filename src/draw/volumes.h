// SPDX-License-Identifier: MIT
// A row of volumes on a page, as papers draw convnets: stacks of sheets for maps, columns of
// circles for vectors, what leads from one to the next written between them. Long rows wrap.
//
// Heights and widths of sheets go by the square root of their size; four or fewer sheets are all
// drawn, beyond that every doubling adds one; a column shows all of ten units, else four at each
// end.
#ifndef FOVEA_DRAW_VOLUMES_H
#define FOVEA_DRAW_VOLUMES_H

#include "draw/figure.h"

typedef enum fovea__volume_link {
    FOVEA__LINK_ARROW = 0,
    FOVEA__LINK_WINDOW = 1,  // a window of the sheet before leads to one point of this one
    FOVEA__LINK_ALL = 2,     // every unit with every unit before
    FOVEA__LINK_UNROLL = 3,  // the sheets before, number by number
} fovea__volume_link;

typedef struct fovea__volume {
    int64_t channels, height, width;    // sheets; channels 0: a column
    int64_t units;                      // of a column
    const char *title, *shape, *count;  // below, the first one bold; NULL: none
    const char *label;                  // above the way to this volume, lines by '\n'; NULL: none
    int32_t colour;                     // series colour 0 to 7, -1: neutral
    fovea__volume_link link;            // from the volume before
    int64_t window[2];                  // height and width in elements of the sheet before
    const char *const *names;           // [units] beside the circles; NULL: none
    const uint8_t *rgb;                 // [height][width][3] on the front sheet; NULL: none
} fovea__volume;

typedef struct fovea__volumes fovea__volumes;

// Copies everything. Errors: OUT_OF_MEMORY.
fovea_status fovea__volumes_create(fovea_context *context, const fovea__volume *volumes,
                                   int32_t count, fovea__volumes **result, fovea_error *error);
void fovea__volumes_free(fovea_context *context, fovea__volumes *volumes);
// Pages only. Returns the height.
double fovea__volumes_layout(const fovea__volumes *volumes, fovea__display *display, double x,
                             double y, double width);

// The units of a column that are drawn: all of up to ten, else four at each end. `index` has room
// for ten; returns how many.
int fovea__column_units(int64_t units, int64_t index[10]);

#endif
