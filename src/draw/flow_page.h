// SPDX-License-Identifier: MIT
// What flow_page.c, which says where everything stands, and flow_draw.c, which draws it, share.
#ifndef FOVEA_DRAW_FLOW_PAGE_H
#define FOVEA_DRAW_FLOW_PAGE_H

#include "draw/flow_struct.h"

// Pixels.
enum {
    FOVEA__FLOW_PAD = 9,    // from a box to its text
    FOVEA__FLOW_LINE = 17,  // of text
    FOVEA__FLOW_GAP = 24,   // between ranks
    FOVEA__FLOW_COLUMN_GAP = 44,
    FOVEA__FLOW_FRAME_SIDE = 12,  // from the boxes to their frame
    FOVEA__FLOW_FRAME_HEAD = 26,
    FOVEA__FLOW_FRAME_FOOT = 10
};

// Where a rank, the boxes side by side, stands.
typedef struct fovea__flow_rank {
    double top, height;
    double above, below;  // what a frame takes
    int32_t column;
    bool may_break;  // a column may end here
} fovea__flow_rank;

// A chart on its page.
typedef struct fovea__flow_place {
    const fovea__flow *flow;
    fovea__display *display;
    double x, y, column_width, bottom;
    double *lane;             // [lanes] centres within a column
    double *box;              // [lanes] widths of boxes; 0: only arrows run there
    fovea__flow_rank *place;  // [ranks]
} fovea__flow_place;

// Regular or bold text of a role's colour.
fovea__text_style fovea__flow_text_style(bool bold, double size, fovea__role role,
                                         fovea__anchor anchor);
double fovea__flow_box_height(const fovea__flow_node *node);

// The whole chart onto the display, every rank and lane having its place.
void fovea__flow_draw(const fovea__flow_place *p);

#endif
