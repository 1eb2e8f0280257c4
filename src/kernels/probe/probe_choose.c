// SPDX-License-Identifier: MIT
#include "kernels/probe/probe.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                                     \
    fovea__probe_multiply_add fovea__probe_multiply_add_##suffix; \
    fovea__probe_read fovea__probe_read_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define WIDTH(level)                   \
    ((level) == FOVEA__CPU_AVX512 ? 16 \
     : (level) == FOVEA__CPU_AVX2 ? 8  \
     : (level) == FOVEA__CPU_NEON ? 4  \
                                  : 1)
#define KERNEL(suffix, level) \
    {#suffix, level, fovea__probe_multiply_add_##suffix, fovea__probe_read_##suffix, WIDTH(level)},
static const fovea__probe_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(probe, list)
