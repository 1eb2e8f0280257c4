// SPDX-License-Identifier: MIT
#include "kernels/norm/norm.h"

#include "kernels/norm/norm_names.h"
#include "kernels/variant_list.h"

#define KERNEL(suffix, level) FOVEA__NORM_DECLARE(suffix)
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level)        \
    {#suffix,                        \
     level,                          \
     fovea__norm_stats_##suffix,     \
     fovea__norm_apply_##suffix,     \
     fovea__norm_sums_##suffix,      \
     fovea__norm_relu_sums_##suffix, \
     fovea__norm_backward_##suffix},
static const fovea__norm_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(norm, list)
