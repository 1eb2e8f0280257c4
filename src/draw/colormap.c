// SPDX-License-Identifier: MIT
#include "draw/colormap.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"

const fovea__colormap *fovea__colormap_find(const char *name) {
    for (size_t i = 0; i < fovea__colormap_count; i++)
        if (!strcmp(fovea__colormaps[i].name, name)) return &fovea__colormaps[i];
    return NULL;
}

fovea_status fovea__colormap_choose(const char *name, const fovea__colormap **map,
                                    fovea_error *error) {
    char names[256] = "";
    *map = name ? fovea__colormap_find(name) : NULL;
    if (!name || *map) return FOVEA_OK;
    for (size_t i = 0, used = 0; i < fovea__colormap_count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                 !i                              ? ""
                                 : i + 1 < fovea__colormap_count ? ", "
                                                                 : " and ",
                                 fovea__colormaps[i].name);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no colour map '%.40s': %s exist",
                       name, names);
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
