// SPDX-License-Identifier: MIT
#include "kernels/unary/unary.h"

#include "kernels/variant_list.h"

#define KERNEL(suffix, level)                               \
    fovea__unary_forward_f32 fovea__unary_forward_##suffix; \
    fovea__unary_backward_f32 fovea__unary_backward_##suffix;
#include "kernels/standard_variants.inc"
#undef KERNEL

#define KERNEL(suffix, level) \
    {#suffix, level, fovea__unary_forward_##suffix, fovea__unary_backward_##suffix},
static const fovea__unary_variant list[] = {
#include "kernels/standard_variants.inc"
};
#undef KERNEL

FOVEA__VARIANT_LIST(unary, list)

fovea__unary_operand fovea__unary_reads(fovea__unary_kind kind) {
    switch (kind) {
        case FOVEA__UNARY_RELU:
        case FOVEA__UNARY_TANH:
        case FOVEA__UNARY_SIGMOID:
        case FOVEA__UNARY_EXP:
        case FOVEA__UNARY_CLIP:
        case FOVEA__UNARY_HARD_SIGMOID:
        case FOVEA__UNARY_SQRT:
        case FOVEA__UNARY_RECIPROCAL:
            return FOVEA__UNARY_READS_DST;
        default:
            return FOVEA__UNARY_READS_SRC;
    }
}
