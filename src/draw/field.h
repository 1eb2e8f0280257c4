// SPDX-License-Identifier: MIT
// Boxes on a picture: each marks a rectangle of its pixels, which may reach over the edge; what
// lies outside is hatched. Beside it, for a single box, the map that the box's unit is from.
#ifndef FOVEA_DRAW_FIELD_H
#define FOVEA_DRAW_FIELD_H

#include "draw/figure.h"

typedef struct fovea__field_box {
    const char *title, *lines;  // legend: bold, then muted lines by '\n'
    int64_t low[2], high[2];    // first and last pixel, row and column
} fovea__field_box;

typedef struct fovea__field {
    int64_t height, width;        // of the picture
    const uint8_t *rgb;           // [height][width][3]; NULL: an empty grid
    const fovea__field_box *box;  // largest last
    int32_t count;
    int64_t map[2], unit[2];  // rows and columns of the map, and the unit in it; map 0×0: none
} fovea__field;

// Copies everything. Errors: INVALID_ARGUMENT (no pixels, no box), OUT_OF_MEMORY.
fovea_status fovea__figure_add_field(fovea_figure *figure, const fovea__field *field,
                                     fovea_error *error);

#endif
