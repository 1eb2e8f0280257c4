// SPDX-License-Identifier: MIT
#include "explain/upsample.h"

#include <math.h>
#include <stdbool.h>

#include "base/fail.h"
#include "base/memory.h"

// `src` is rows×in×columns, `dst` rows×out×columns: interpolated along the middle.
static void along(const double *src, int64_t rows, int64_t in, int64_t columns, int64_t out,
                  double *dst) {
    double scale = (double)in / (double)out;
    for (int64_t o = 0; o < out; o++) {
        double at = fmax(0, ((double)o + 0.5) * scale - 0.5);
        int64_t first = (int64_t)at;
        if (first > in - 1) first = in - 1;
        int64_t second = first < in - 1 ? first + 1 : first;
        double right = at - (double)first, left = 1 - right;
        for (int64_t r = 0; r < rows; r++) {
            const double *a = src + (r * in + first) * columns;
            const double *b = src + (r * in + second) * columns;
            double *to = dst + (r * out + o) * columns;
            for (int64_t c = 0; c < columns; c++) to[c] = left * a[c] + right * b[c];
        }
    }
}

// Dimensions from the last to the first; each step writes the memory that the last did not.
static void interpolate(const double *src, const fovea_shape *from, const fovea_shape *to,
                        double *const *memory, double *dst) {
    const double *here = src;
    fovea_shape shape = *from;
    for (int32_t d = shape.rank - 1; d >= 0; d--) {
        int64_t rows = 1, columns = 1;
        for (int32_t i = 0; i < d; i++) rows *= shape.dim[i];
        for (int32_t i = d + 1; i < shape.rank; i++) columns *= shape.dim[i];
        double *there = d == 0 ? dst : memory[d % 2];
        along(here, rows, shape.dim[d], columns, to->dim[d], there);
        shape.dim[d] = to->dim[d];
        here = there;
    }
}

fovea_status fovea__upsample(fovea_context *context, const double *src, const fovea_shape *from,
                             const fovea_shape *to, double *dst, fovea_error *error) {
    int64_t most = 1;
    bool right = from->rank == to->rank && from->rank > 0;
    for (int32_t d = 0; right && d < from->rank; d++) {
        right = from->dim[d] > 0 && to->dim[d] > 0;
        most *= from->dim[d] > to->dim[d] ? from->dim[d] : to->dim[d];
    }
    if (!right) {
        char have[128], want[128];
        fovea_shape_format(from, have, sizeof have);
        fovea_shape_format(to, want, sizeof want);
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "maps of %s cannot be shown on %s", have,
                           want);
    }
    double *memory = fovea__new(context, 2 * (size_t)most, sizeof *memory, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    interpolate(src, from, to, (double *const[]){memory, memory + most}, dst);
    fovea__free(context, memory);
    return FOVEA_OK;
}
