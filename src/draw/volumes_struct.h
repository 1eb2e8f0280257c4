// SPDX-License-Identifier: MIT
// The insides of a row of volumes, for volumes.c and its drawing.
#ifndef FOVEA_DRAW_VOLUMES_STRUCT_H
#define FOVEA_DRAW_VOLUMES_STRUCT_H

#include "draw/volumes.h"

struct fovea__volumes {
    fovea__volume *volume;  // texts, names and pictures owned
    int32_t count;
};

// Where a volume stands: its box on the page, the front sheet within it, and the row of a long net.
typedef struct fovea__volume_place {
    double left, top, width, height;  // of the whole drawing
    double sheet_width, sheet_height, depth;
    double label_x;  // middle of the label of the way here
    int32_t row;
} fovea__volume_place;

// Draws volume `index`; `before` is NULL for the first one and at the beginning of a row.
void fovea__volume_draw(fovea__display *display, const fovea__volume *volume,
                        const fovea__volume_place *place);
void fovea__volume_link_draw(fovea__display *display, const fovea__volume *from,
                             const fovea__volume_place *from_place, const fovea__volume *to,
                             const fovea__volume_place *place);

// How many sheets are drawn of `channels`.
int fovea__sheet_count(int64_t channels);
// Middle of circle `k` of a column, down from its upper end.
double fovea__circle_at(int64_t units, int k);

enum { FOVEA__CIRCLE = 12, FOVEA__CIRCLE_STEP = 17, FOVEA__SHEET_STEP = 5 };

#endif
