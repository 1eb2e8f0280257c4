// SPDX-License-Identifier: MIT
// The definition of a family as entries of its list: NCHW in float and double, N16 in float. For
// convolution and linear, whose kernels have the same functions. The including files set
//   DEFINITION            the header of the definition, compiled for each type and layout
//   GEOMETRY              the type of its sizes
//   KERNEL, KERNEL_F64    the types of the entries
//   VARIANT(x)            the name of an entry
//   VARIANT_CPU, VARIANT_TEXT    its level and label
#include "kernels/splitting.h"

#define NAME(x) nchw_f32_##x
#define REAL float
#define FMA __builtin_fmaf
#define LANE_TREE fovea__lane_tree_f32
#define SLOT_TREE fovea__tree_f32
#define STEP 1
#include DEFINITION
#undef NAME
#undef STEP

#define NAME(x) n16_f32_##x
#define STEP FOVEA__LANES
#include DEFINITION
#undef NAME
#undef REAL
#undef FMA
#undef LANE_TREE
#undef SLOT_TREE
#undef STEP

#define NAME(x) nchw_f64_##x
#define REAL double
#define FMA __builtin_fma
#define LANE_TREE fovea__lane_tree_f64
#define SLOT_TREE fovea__tree_f64
#define STEP 1
#include DEFINITION

static bool accepts(const GEOMETRY *g) {
    (void)g;
    return true;
}
static size_t nothing(const GEOMETRY *g) {
    (void)g;
    return 0;
}

// The same functions with the scratch they do not need.
#define WITH_SCRATCH(layout)                                                                    \
    static void layout##_forward_s(const GEOMETRY *g, int32_t samples, const float *x,          \
                                   const float *weight, const float *bias, float *y,            \
                                   void *scratch) {                                             \
        (void)scratch;                                                                          \
        layout##_forward(g, samples, x, weight, bias, y);                                       \
    }                                                                                           \
    static void layout##_input_gradient_s(const GEOMETRY *g, int32_t samples, const float *d_y, \
                                          const float *weight, float *d_x, void *scratch) {     \
        (void)scratch;                                                                          \
        layout##_input_gradient(g, samples, d_y, weight, d_x);                                  \
    }                                                                                           \
    static void layout##_weight_gradient_s(const GEOMETRY *g, int32_t samples, const float *x,  \
                                           const float *d_y, float *d_weight, float *d_bias,    \
                                           void *scratch) {                                     \
        (void)scratch;                                                                          \
        layout##_weight_gradient(g, samples, x, d_y, d_weight, d_bias);                         \
    }
WITH_SCRATCH(nchw_f32)
WITH_SCRATCH(n16_f32)

const KERNEL VARIANT(nchw) = {
    .name = "nchw " VARIANT_TEXT,
    .cpu = VARIANT_CPU,
    .layout = FOVEA__LAYOUT_NCHW,
    .accepts = accepts,
    .scratch = nothing,
    .packed = nothing,
    .forward = nchw_f32_forward_s,
    .input_gradient = nchw_f32_input_gradient_s,
    .weight_gradient = nchw_f32_weight_gradient_s,
    .batch_gradient = nchw_f32_batch_gradient,
};
const KERNEL VARIANT(n16) = {
    .name = "n16 " VARIANT_TEXT,
    .cpu = VARIANT_CPU,
    .layout = FOVEA__LAYOUT_N16,
    .accepts = accepts,
    .scratch = nothing,
    .packed = nothing,
    .forward = n16_f32_forward_s,
    .input_gradient = n16_f32_input_gradient_s,
    .weight_gradient = n16_f32_weight_gradient_s,
};
const KERNEL_F64 VARIANT(nchw_f64) = {
    .name = "nchw f64 " VARIANT_TEXT,
    .cpu = VARIANT_CPU,
    .forward = nchw_f64_forward,
    .input_gradient = nchw_f64_input_gradient,
    .weight_gradient = nchw_f64_weight_gradient,
    .batch_gradient = nchw_f64_batch_gradient,
};
