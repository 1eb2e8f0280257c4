// SPDX-License-Identifier: MIT
#include "kernels/optimizer/optimizer.h"

#include "kernels/optimizer/optimizer_names.h"
#include "kernels/variant_list.h"

#define KERNEL(suffix, level) FOVEA__OPTIMIZER_DECLARE(suffix)
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level)                                                       \
    {#suffix, level, fovea__optimizer_sgd_##suffix, fovea__optimizer_adam_##suffix, \
     fovea__optimizer_sum_##suffix},
static const fovea__optimizer_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(optimizer, list)
