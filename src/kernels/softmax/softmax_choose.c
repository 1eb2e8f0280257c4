// SPDX-License-Identifier: MIT
#include "kernels/softmax/softmax.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                                   \
    fovea__softmax_forward_f32 fovea__softmax_forward_##suffix; \
    fovea__softmax_backward_f32 fovea__softmax_backward_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) \
    {#suffix, level, fovea__softmax_forward_##suffix, fovea__softmax_backward_##suffix},
static const fovea__softmax_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(softmax, list)
