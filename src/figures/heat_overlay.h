// SPDX-License-Identifier: MIT
// A heat map over its picture.
#ifndef FOVEA_FIGURES_HEAT_OVERLAY_H
#define FOVEA_FIGURES_HEAT_OVERLAY_H

#include "draw/colormap.h"
#include "figures/heat_map.h"

typedef struct fovea__heat_overlay {
    float *rgb;  // [3][height][width] in 0..1; fovea__free
    int64_t height, width;
} fovea__heat_overlay;

// The picture (U8 C×H×W) in grey, reduced to at most `side` pixels a side, with the colours of `colours` from
// low to high over it, as strong as the number is large beside the larger end: readable are both. What
// is no number leaves the picture as it is. Errors: OUT_OF_MEMORY.
fovea_status fovea__heat_overlay_make(fovea_context *context, const fovea_view *picture,
                                      const fovea__heat_map *map, const fovea__colormap *colours,
                                      double low, double high, int64_t side,
                                      fovea__heat_overlay *overlay, fovea_error *error);

#endif
