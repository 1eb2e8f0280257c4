// SPDX-License-Identifier: MIT
#include "kernels/filter2d/filter2d.h"
#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                                     \
    fovea__filter2d_correlate fovea__filter2d_correlate_##suffix; \
    fovea__filter2d_bytes fovea__filter2d_bytes_##suffix;         \
    fovea__filter2d_across fovea__filter2d_across_##suffix;       \
    fovea__filter2d_down fovea__filter2d_down_##suffix;
#include "kernels/filter2d/filter2d_kernels.inc"
#undef KERNEL

#define KERNEL(suffix, level)            \
    {#suffix,                            \
     level,                              \
     fovea__filter2d_correlate_##suffix, \
     fovea__filter2d_bytes_##suffix,     \
     fovea__filter2d_across_##suffix,    \
     fovea__filter2d_down_##suffix},
static const fovea__filter2d_variant list[] = {
#include "kernels/filter2d/filter2d_kernels.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(filter2d, list)
