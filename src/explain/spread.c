// SPDX-License-Identifier: MIT
#include "explain/spread.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"

// One axis: `before` lines of `cells` numbers, each followed by `after` others, to lines of `pixels`.
typedef struct {
    int64_t before, cells, pixels, after;
} axis;

static void spread_axis(const axis *a, const double *from, double *to) {
    double length = (double)a->pixels / (double)a->cells;
    memset(to, 0, (size_t)(a->before * a->pixels * a->after) * sizeof *to);
    for (int64_t c = 0; c < a->cells; c++) {
        double begin = (double)c * length, end = (double)(c + 1) * length;
        if (c + 1 == a->cells) end = (double)a->pixels;
        for (int64_t p = (int64_t)begin; p < a->pixels && (double)p < end; p++) {
            double share = (fmin(end, (double)p + 1) - fmax(begin, (double)p)) / length;
            for (int64_t b = 0; b < a->before; b++)
                for (int64_t i = 0; i < a->after; i++)
                    to[(b * a->pixels + p) * a->after + i] +=
                        share * from[(b * a->cells + c) * a->after + i];
        }
    }
}

fovea_status fovea__spread(fovea_context *context, const double *map, const fovea_shape *cells,
                           const fovea_shape *pixels, double *picture, fovea_error *error) {
    // Of all shapes on the way the largest has, along each axis, the larger of the two sizes.
    int64_t most = 1, count = fovea_shape_count(pixels);
    for (int32_t d = 0; d < cells->rank; d++)
        most *= cells->dim[d] > pixels->dim[d] ? cells->dim[d] : pixels->dim[d];
    double *memory = fovea__new(context, 2 * (size_t)most, sizeof *memory, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    double *from = memory, *to = memory + most;
    fovea_shape shape = *cells;
    memcpy(from, map, (size_t)fovea_shape_count(cells) * sizeof *map);
    for (int32_t d = 0; d < cells->rank; d++) {
        axis a = {.before = 1, .cells = cells->dim[d], .pixels = pixels->dim[d], .after = 1};
        for (int32_t k = 0; k < d; k++) a.before *= shape.dim[k];
        for (int32_t k = d + 1; k < shape.rank; k++) a.after *= shape.dim[k];
        spread_axis(&a, from, to);
        shape.dim[d] = pixels->dim[d];
        double *other = from;
        from = to;
        to = other;
    }
    for (int64_t i = 0; i < count; i++) picture[i] += from[i];
    fovea__free(context, memory);
    return FOVEA_OK;
}
