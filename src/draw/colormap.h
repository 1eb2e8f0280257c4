// SPDX-License-Identifier: MIT
// Colour maps: 256 colours from the low to the high end of a range.
#ifndef FOVEA_DRAW_COLORMAP_H
#define FOVEA_DRAW_COLORMAP_H

#include <stddef.h>

#include "draw/colour.h"
#include "fovea/status.h"

typedef struct fovea__colormap {
    const char *name;
    const uint8_t (*rgb)[3];  // 256 rows
} fovea__colormap;

// viridis magma inferno plasma cividis turbo greys RdBu coolwarm. Diverging maps go from blue (low,
// negative) through a pale middle to red (high, positive).
extern const fovea__colormap fovea__colormaps[];
extern const size_t fovea__colormap_count;

const fovea__colormap *fovea__colormap_find(const char *name);  // NULL: no such map
// The same with an error that names all maps: INVALID_ARGUMENT. No name: NULL, no error.
fovea_status fovea__colormap_choose(const char *name, const fovea__colormap **map,
                                    fovea_error *error);

// The colour of `value` in the range low..high: entry floor(256 (value-low)/(high-low)), clamped to
// 0..255. The middle entry where high <= low. `value` must not be NaN.
fovea__rgb fovea__colormap_at(const fovea__colormap *map, double value, double low, double high);

// Marks values that are no numbers; no map contains a colour near it.
#define FOVEA__NOT_FINITE_RGB ((fovea__rgb){255, 0, 255})

#endif
