// SPDX-License-Identifier: MIT
#include "kernels/pool/pool.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                                           \
    fovea__pool_forward_f32 fovea__pool_forward_##suffix;               \
    fovea__pool_backward_f32 fovea__pool_backward_##suffix;             \
    fovea__pool_forward_index_f32 fovea__pool_forward_index_##suffix;   \
    fovea__pool_backward_index_f32 fovea__pool_backward_index_##suffix; \
    fovea__pool_backward_sums_f32 fovea__pool_backward_sums_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level)             \
    {#suffix,                             \
     level,                               \
     fovea__pool_forward_##suffix,        \
     fovea__pool_backward_##suffix,       \
     fovea__pool_forward_index_##suffix,  \
     fovea__pool_backward_index_##suffix, \
     fovea__pool_backward_sums_##suffix},
static const fovea__pool_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(pool, list)

bool fovea__pool_has_index(const fovea__pool_geometry *geometry) {
    if (geometry->kind != FOVEA__POOL_MAX) return false;
    int64_t positions = 1;
    for (int i = 0; i < 3; i++) {
        if (geometry->kernel[i] > 256) return false;
        positions *= geometry->kernel[i];
    }
    return positions <= 256;
}
