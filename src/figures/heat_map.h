// SPDX-License-Identifier: MIT
// A heat map, or the difference of two, as the floats that figures draw.
#ifndef FOVEA_FIGURES_HEAT_MAP_H
#define FOVEA_FIGURES_HEAT_MAP_H

#include <stdbool.h>

#include "explain/on_picture.h"
#include "fovea/heat_figures.h"

typedef struct fovea__heat_map {
    fovea_context *context;
    float *raw;    // [height][width], before the relu that the method may end in
    float *shown;  // the same after it; `raw` itself where there is none
    int64_t height, width;
    fovea__cells cells;  // where they lie in the picture
    bool has_sign;       // numbers below zero are possible in `raw`
} fovea__heat_map;

// Of `picture` only height and width count, for differences of maps of two sizes. Released with
// fovea__heat_map_release, also after a failure. Errors: INVALID_ARGUMENT (a map of more than two
// dimensions), OUT_OF_MEMORY.
fovea_status fovea__heat_map_make(fovea_context *context, const fovea_heat *heat,
                                  const fovea_shape *picture, fovea__heat_map *map,
                                  fovea_error *error);
void fovea__heat_map_release(fovea__heat_map *map);

// `data`, raw or shown, at the picture's size or another of its shape, [rows][columns]; fovea__free.
// Errors: OUT_OF_MEMORY.
fovea_status fovea__heat_enlarge(const fovea__heat_map *map, const float *data, int64_t rows,
                                 int64_t columns, float **enlarged, fovea_error *error);

// The `percentile` (50 to 100) of the finite magnitudes of `count` arrays, the next larger one that
// occurs; 0 where there is none. Errors: OUT_OF_MEMORY.
fovea_status fovea__heat_percentile(fovea_context *context, const float *const *data,
                                    const int64_t *sizes, int32_t count, double percentile,
                                    double *magnitude, fovea_error *error);

#endif
