// SPDX-License-Identifier: MIT
#include "kernels/dropout/dropout_generic.h"

void fovea__dropout_apply_neon(const fovea__dropout *dropout, fovea__layout layout, int32_t samples,
                               int64_t elements, const float *src, float *dst);

void fovea__dropout_apply_neon(const fovea__dropout *dropout, fovea__layout layout, int32_t samples,
                               int64_t elements, const float *src, float *dst) {
    apply_group(dropout, layout, samples, elements, src, dst);
}
