// SPDX-License-Identifier: MIT
#include "explain/on_picture.h"

#include "base/fail.h"
#include "explain/upsample.h"

fovea__cells fovea__cells_of(const fovea_attribution *attribution) {
    fovea__cells cells;
    for (int d = 0; d < 2; d++) {
        cells.patch[d] = attribution->patch[d];
        cells.stride[d] = attribution->stride[d];
        cells.picture[d] = attribution->picture[d];
    }
    return cells;
}

typedef struct {
    int64_t first, last;
} range;

// The patches of dimension d that cover pixel `at` of `side`, in pixels of a picture reduced or not.
static range covering(const fovea__cells *cells, int d, int64_t at, int64_t side, int64_t places) {
    int64_t stride = cells->stride[d], patch = cells->patch[d];
    int64_t pixel = (2 * at + 1) * cells->picture[d] / (2 * side);
    range r = {pixel < patch ? 0 : (pixel - patch) / stride + 1, pixel / stride};
    if (r.last > places - 1) r.last = places - 1;
    if (r.first > r.last) r.first = r.last;
    return r;
}

static void spread(const double *src, const fovea_shape *from, const fovea__cells *cells,
                   const fovea_shape *to, double *dst) {
    // What has one dimension is a single row.
    int32_t last = to->rank - 1;
    int64_t height = last ? to->dim[0] : 1, width = to->dim[last];
    int64_t down = last ? from->dim[0] : 1, along = from->dim[last];
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            range rows = covering(cells, 0, y, height, down);
            range columns = covering(cells, 1, x, width, along);
            double sum = 0;
            for (int64_t i = rows.first; i <= rows.last; i++)
                for (int64_t j = columns.first; j <= columns.last; j++) sum += src[i * along + j];
            int64_t count = (rows.last - rows.first + 1) * (columns.last - columns.first + 1);
            dst[y * width + x] = sum / (double)count;
        }
}

fovea_status fovea__on_picture(fovea_context *context, const double *src, const fovea_shape *from,
                               const fovea__cells *cells, const fovea_shape *to, double *dst,
                               fovea_error *error) {
    if (cells->patch[0] < 1) return fovea__upsample(context, src, from, to, dst, error);
    if (from->rank != to->rank || from->rank < 1 || from->rank > 2)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "patches lie in height and width alone");
    spread(src, from, cells, to, dst);
    return FOVEA_OK;
}
