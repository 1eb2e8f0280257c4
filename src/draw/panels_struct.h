// SPDX-License-Identifier: MIT
// A block of panels as it is kept: shared by its building (panels.c), its ranges (panel_range.c)
// and its layout (panel_layout.c).
#ifndef FOVEA_DRAW_PANELS_STRUCT_H
#define FOVEA_DRAW_PANELS_STRUCT_H

#include "draw/colormap.h"
#include "draw/panels.h"

typedef struct fovea__kept_panel {
    fovea__panel panel;      // data and texts owned
    double low, high, mean;  // over the finite values; 0 where there are none
    int64_t not_finite;      // values that are not
    bool has_numbers;        // a finite value
} fovea__kept_panel;

typedef struct fovea__panel_row {
    char *label, *note;   // owned, may be NULL
    size_t first, count;  // panels of the row
} fovea__panel_row;

struct fovea__panels {
    fovea_context *context;
    fovea__panels_options options;  // map and scale_name point to owned copies
    char *scale_name;
    const fovea__colormap *map;  // NULL: by kind
    fovea__kept_panel *panels;
    size_t count, capacity;
    fovea__panel_row *rows;
    size_t row_count, row_capacity;
};

// The range of colours for panels of `kind` among `count` panels: [-m, m] for SIGNED, [min(0, low),
// high] for ACTIVATION ([low, high] where all panels float), [0, 1] or wider for PICTURE; the fixed range where the options have one. A
// kind that does not occur gives false. A range without width is widened so that colours stay
// defined.
bool fovea__panels_range(const fovea__panels *panels, fovea__panel_kind kind, size_t first,
                         size_t count, double *low, double *high);

// Whether any of these panels has numbers beyond the magnitude where its colours end.
bool fovea__panels_cut(const fovea__panels *panels, fovea__panel_kind kind, size_t first,
                       size_t count);

// The colour map of a kind; greys for all on a terminal without colours.
const fovea__colormap *fovea__panels_map(const fovea__panels *panels, fovea__panel_kind kind,
                                         bool mono);

double fovea__panels_layout(const void *data, fovea__display *display, double x, double y,
                            double width);

#endif
