// SPDX-License-Identifier: MIT
// Rows of heat maps as panels.
#ifndef FOVEA_FIGURES_HEAT_ROWS_H
#define FOVEA_FIGURES_HEAT_ROWS_H

#include "draw/panels.h"
#include "figures/heat_map.h"

typedef struct fovea__heat_rows {
    fovea_context *context;
    fovea_view picture;  // U8 C×H×W
    const fovea_heat *heats;
    fovea__heat_map *maps;  // of the heats
    int32_t count;
    fovea_heat_options options;
    fovea__panels *panels;
} fovea__heat_rows;

// The row that begins at heat `first`: where it ends.
int32_t fovea__heat_row_end(const fovea__heat_rows *rows, int32_t first);
// Panels beside each other in the row.
int64_t fovea__heat_line(const fovea__heat_rows *rows, int32_t first, int32_t end);
// The percentile of magnitudes at which the colours of heat i end.
double fovea__heat_clip(const fovea__heat_rows *rows, int32_t i);
// Appends the row of heats `first` ... `end`-1: raw maps and those over the picture, and channels where
// they are asked for. Errors: OUT_OF_MEMORY.
fovea_status fovea__heat_add_row(const fovea__heat_rows *rows, int32_t first, int32_t end,
                                 fovea_error *error);

#endif
