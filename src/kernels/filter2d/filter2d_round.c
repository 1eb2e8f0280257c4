// SPDX-License-Identifier: MIT
#include <math.h>

#include "kernels/filter2d/filter2d.h"

void fovea__filter2d_round(const uint32_t *sum, int64_t width,
                           const fovea__filter2d_rounding *rounding, uint8_t *dst) {
    const uint32_t delta = rounding->delta, scale = rounding->scale;
    const int32_t shift = rounding->shift;
    if (shift > 0) {
        for (int64_t x = 0; x < width; x++) dst[x] = (uint8_t)((sum[x] + delta) * scale >> shift);
        return;
    }
    const float share = (float)rounding->share;
    for (int64_t x = 0; x < width; x++) {
        bool tail = rounding->first + x * rounding->step >= rounding->tail;
        dst[x] = (uint8_t)(tail ? rint((double)sum[x] * rounding->share)
                                : (double)rintf((float)sum[x] * share));
    }
}
