// SPDX-License-Identifier: MIT
// A map of channels as one number a cell.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "explain/explainer.h"

static double heat_of(const fovea_view *map, int64_t cells, int64_t channels, int64_t i,
                      bool largest) {
    double heat = 0;
    for (int64_t c = 0; c < channels; c++) {
        double number = fovea__view_number(map, c * cells + i);
        heat =
            largest ? (fabs(number) > heat || isnan(number) ? fabs(number) : heat) : heat + number;
    }
    return heat;
}

fovea_status fovea_attribution_heat(fovea_context *context, const fovea_attribution *attribution,
                                    fovea_tensor **heat, fovea_error *error) {
    fovea_view map = fovea_tensor_view(attribution->map);
    bool pixels = !attribution->method->has_layer || attribution->method->is_of_input;
    int64_t channels = pixels && map.shape.rank > 1 ? map.shape.dim[0] : 1;
    fovea_shape shape = map.shape;
    if (pixels && shape.rank > 1) shape = fovea_shape_make(shape.rank - 1, map.shape.dim + 1);
    FOVEA__TRY(fovea_tensor_create(context, FOVEA_F64, &shape, heat, error));
    fovea_view to = fovea_tensor_view(*heat);
    int64_t cells = fovea_shape_count(&shape);
    bool largest = strcmp(attribution->method->name, "gradient") == 0;
    for (int64_t i = 0; i < cells; i++)
        ((double *)to.data)[i] = heat_of(&map, cells, channels, i, largest);
    return FOVEA_OK;
}
