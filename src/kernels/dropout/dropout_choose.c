// SPDX-License-Identifier: MIT
#include "kernels/dropout/dropout.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                                                               \
    void fovea__dropout_apply_##suffix(const fovea__dropout *dropout, fovea__layout layout, \
                                       int32_t samples, int64_t elements, const float *src, \
                                       float *dst);
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) {#suffix, level, fovea__dropout_apply_##suffix},
static const fovea__dropout_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(dropout, list)
