// SPDX-License-Identifier: MIT
#include "kernels/pool/pool.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                             \
    fovea__pool_forward_f32 fovea__pool_forward_##suffix; \
    fovea__pool_backward_f32 fovea__pool_backward_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) \
    {#suffix, level, fovea__pool_forward_##suffix, fovea__pool_backward_##suffix},
static const fovea__pool_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(pool, list)
