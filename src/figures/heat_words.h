// SPDX-License-Identifier: MIT
// What stands beside, above and below heat maps.
#ifndef FOVEA_FIGURES_HEAT_WORDS_H
#define FOVEA_FIGURES_HEAT_WORDS_H

#include "figures/heat_map.h"

typedef char fovea__heat_text[1024];

// The heading: "tabby cat", "class 281", "difference"; the net where there are two.
void fovea__heat_column(const fovea_heat *heat, fovea__heat_text text);
// Left of a row of `count` heats: the method, below it layer, shape of the map and unit, a line each. Of
// several methods or layers only what they have in common.
void fovea__heat_row_label(const fovea_heat *heats, int32_t count, const char **label,
                           fovea__heat_text note);
// Below the raw map: its range, its sum beside the logit, its law with the residual, and the heat's own
// note.
void fovea__heat_caption(const fovea_heat *heat, const fovea__heat_map *map, fovea__heat_text text);
// Why the map is not fine; NULL where it is.
const char *fovea__heat_cause(const fovea_heat *heat);

#endif
