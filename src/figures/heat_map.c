// SPDX-License-Identifier: MIT
#include "figures/heat_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "tensor/convert.h"

// A tensor H×W (or L) as floats.
static fovea_status to_floats(fovea_context *context, const fovea_tensor *tensor, float **floats,
                              fovea_error *error) {
    fovea_view view = fovea_tensor_view(tensor);
    int64_t count = fovea_shape_count(&view.shape);
    *floats = fovea__new(context, (size_t)count, sizeof **floats, error);
    if (!*floats) return FOVEA_OUT_OF_MEMORY;
    return fovea__convert(view.type, view.data, FOVEA_F32, *floats, count, error);
}

static bool any_below_zero(const float *data, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (data[i] < 0) return true;
    return false;
}

static fovea_status set_size(fovea__heat_map *map, const fovea_shape *shape, fovea_error *error) {
    if (shape->rank < 1 || shape->rank > 2)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a map of %d dimensions cannot be drawn; two can", shape->rank);
    map->height = shape->rank == 2 ? shape->dim[0] : 1;
    map->width = shape->dim[shape->rank - 1];
    return FOVEA_OK;
}

static fovea_status take(fovea_context *context, const fovea_attribution *attribution,
                         fovea__heat_map *map, fovea_error *error) {
    fovea_tensor *heat;
    map->context = context;
    FOVEA__TRY(fovea_attribution_heat(context, attribution, &heat, error));
    fovea_shape shape = fovea_tensor_view(heat).shape;
    fovea_status status = set_size(map, &shape, error);
    if (status == FOVEA_OK) status = to_floats(context, heat, &map->shown, error);
    fovea_tensor_free(heat);
    if (status != FOVEA_OK) return status;
    map->raw = map->shown;
    map->cells = fovea__cells_of(attribution);
    if (attribution->before_relu)
        FOVEA__TRY(to_floats(context, attribution->before_relu, &map->raw, error));
    // Of signed numbers the heat may still be magnitudes, as the gradient's.
    bool magnitudes =
        attribution->minimum < 0 && !any_below_zero(map->raw, map->height * map->width);
    map->has_sign = attribution->before_relu || (attribution->method->is_signed && !magnitudes);
    return FOVEA_OK;
}

void fovea__heat_map_release(fovea__heat_map *map) {
    if (!map->context) return;
    if (map->shown != map->raw) fovea__free(map->context, map->shown);
    fovea__free(map->context, map->raw);
    *map = (fovea__heat_map){.context = NULL};
}

fovea_status fovea__heat_enlarge(const fovea__heat_map *map, const float *data, int64_t rows,
                                 int64_t columns, float **enlarged, fovea_error *error) {
    fovea_context *context = map->context;
    int64_t from_count = map->height * map->width, to_count = rows * columns;
    fovea_shape from = {.rank = 2, .dim = {map->height, map->width}},
                to = {.rank = 2, .dim = {rows, columns}};
    double *numbers = fovea__new(context, (size_t)(from_count + to_count), sizeof *numbers, error);
    *enlarged = fovea__new(context, (size_t)to_count, sizeof **enlarged, error);
    fovea_status status = numbers && *enlarged ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < from_count && status == FOVEA_OK; i++) numbers[i] = (double)data[i];
    if (status == FOVEA_OK)
        status = fovea__on_picture(context, numbers, &from, &map->cells, &to, numbers + from_count,
                                   error);
    for (int64_t i = 0; i < to_count && status == FOVEA_OK; i++)
        (*enlarged)[i] = (float)numbers[from_count + i];
    fovea__free(context, numbers);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea__free(context, *enlarged);
    *enlarged = NULL;
    return status;
}

// At the picture's size.
static fovea_status enlarge(fovea__heat_map *map, const fovea_shape *picture, fovea_error *error) {
    float *large;
    FOVEA__TRY(fovea__heat_enlarge(map, map->raw, picture->dim[1], picture->dim[2], &large, error));
    map->cells = (fovea__cells){.patch = {0, 0}};
    if (map->shown != map->raw) fovea__free(map->context, map->shown);
    fovea__free(map->context, map->raw);
    map->raw = map->shown = large;
    map->height = picture->dim[1];
    map->width = picture->dim[2];
    return FOVEA_OK;
}

static fovea_status subtract(fovea__heat_map *map, fovea__heat_map *other,
                             const fovea_shape *picture, fovea_error *error) {
    if (map->height != other->height || map->width != other->width) {
        FOVEA__TRY(enlarge(map, picture, error));
        FOVEA__TRY(enlarge(other, picture, error));
    }
    for (int64_t i = 0; i < map->height * map->width; i++) map->raw[i] -= other->raw[i];
    if (map->shown != map->raw) fovea__free(map->context, map->shown);
    map->shown = map->raw;
    map->has_sign = true;
    return FOVEA_OK;
}

fovea_status fovea__heat_map_make(fovea_context *context, const fovea_heat *heat,
                                  const fovea_shape *picture, fovea__heat_map *map,
                                  fovea_error *error) {
    *map = (fovea__heat_map){.context = context};
    FOVEA__TRY(take(context, heat->attribution, map, error));
    if (!heat->minus) return FOVEA_OK;
    fovea__heat_map other = {.context = context};
    fovea_status status = take(context, heat->minus, &other, error);
    if (status == FOVEA_OK) status = subtract(map, &other, picture, error);
    fovea__heat_map_release(&other);
    return status;
}

static int by_size(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

fovea_status fovea__heat_percentile(fovea_context *context, const float *const *data,
                                    const int64_t *sizes, int32_t count, double percentile,
                                    double *magnitude, fovea_error *error) {
    int64_t all = 0, finite = 0;
    *magnitude = 0;
    for (int32_t k = 0; k < count; k++) all += sizes[k];
    float *sorted = fovea__new(context, (size_t)all, sizeof *sorted, error);
    if (!sorted) return FOVEA_OUT_OF_MEMORY;
    for (int32_t k = 0; k < count; k++)
        for (int64_t i = 0; i < sizes[k]; i++)
            if (isfinite(data[k][i])) sorted[finite++] = fabsf(data[k][i]);
    qsort(sorted, (size_t)finite, sizeof *sorted, by_size);
    int64_t at = (int64_t)ceil(percentile / 100 * (double)finite) - 1;
    if (finite) *magnitude = (double)sorted[at < 0 ? 0 : at];
    fovea__free(context, sorted);
    return FOVEA_OK;
}
