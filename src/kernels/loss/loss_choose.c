// SPDX-License-Identifier: MIT
#include "kernels/loss/loss.h"
#include "kernels/variant_list.h"

#define KERNEL(suffix, level) fovea__loss_cross_entropy_lanes fovea__loss_cross_entropy_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) {#suffix, level, fovea__loss_cross_entropy_##suffix},
static const fovea__loss_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(loss, list)
