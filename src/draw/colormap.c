// SPDX-License-Identifier: MIT
#include "draw/colormap.h"

#include <string.h>

const fovea__colormap *fovea__colormap_find(const char *name) {
    for (size_t i = 0; i < fovea__colormap_count; i++)
        if (!strcmp(fovea__colormaps[i].name, name)) return &fovea__colormaps[i];
    return NULL;
}

fovea__rgb fovea__colormap_at(const fovea__colormap *map, double value, double low, double high) {
    int index = 128;
    if (high > low) {
        double share = (value - low) / (high - low);
        index = share <= 0 ? 0 : share >= 1 ? 255 : (int)(256 * share);
    }
    const uint8_t *rgb = map->rgb[index];
    return (fovea__rgb){rgb[0], rgb[1], rgb[2]};
}
