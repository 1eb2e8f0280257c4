// SPDX-License-Identifier: MIT
// The definition: one draw for each element, asked of base/random.h.
#include "base/random.h"
#include "kernels/dropout/dropout.h"

static bool keeps(const fovea__dropout *dropout, int32_t n, int64_t element) {
    float u = fovea__random_float(dropout->seed, dropout->stream, dropout->epoch,
                                  dropout->sample[n], (uint64_t)element);
    return (double)u >= dropout->ratio;
}

void fovea__dropout_apply_reference(const fovea__dropout *dropout, fovea__layout layout,
                                    int32_t samples, int64_t elements, const float *src,
                                    float *dst);

void fovea__dropout_apply_reference(const fovea__dropout *dropout, fovea__layout layout,
                                    int32_t samples, int64_t elements, const float *src,
                                    float *dst) {
    bool lanes = layout == FOVEA__LAYOUT_N16;
    float scale = 1 / (1 - (float)dropout->ratio);
    for (int32_t n = 0; n < (lanes ? FOVEA__LANES : samples); n++) {
        for (int64_t e = 0; e < elements; e++) {
            int64_t at = lanes ? e * FOVEA__LANES + n : n * elements + e;
            dst[at] = n < samples && keeps(dropout, n, e) ? src[at] * scale : 0;
        }
    }
}

void fovea__dropout_apply_f64(const fovea__dropout *dropout, int32_t samples, int64_t elements,
                              const double *src, double *dst) {
    double scale = 1 / (1 - dropout->ratio);
    for (int32_t n = 0; n < samples; n++) {
        for (int64_t e = 0; e < elements; e++) {
            int64_t at = n * elements + e;
            dst[at] = keeps(dropout, n, e) ? src[at] * scale : 0;
        }
    }
}
