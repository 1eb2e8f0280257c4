// SPDX-License-Identifier: MIT
// The definition.
#include <math.h>
#include <string.h>

#define NAME(function) fovea__filter2d_##function##_reference
#include "kernels/filter2d/filter2d_generic.h"

fovea__filter2d_correlate NAME(correlate);

void NAME(correlate)(const float *const *rows, const fovea__filter2d_tap *taps, int32_t count,
                     int64_t width, float *dst) {
    for (int64_t x = 0; x < width; x++) {
        float sum = 0;
        for (int32_t i = 0; i < count; i++)
            sum = fmaf(taps[i].weight, rows[taps[i].row][x + taps[i].column], sum);
        dst[x] = sum;
    }
}
