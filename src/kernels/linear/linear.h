// SPDX-License-Identifier: MIT
// The linear (fully connected) layer and its gradients, on one group of 1..16 samples.
//
//   y[n][o]   = b[o] + sum over i of x[n][i] * w[o][i]
//   d_x[n][i] =        sum over o of d_y[n][o] * w[o][i]
//   d_w[o][i] +=       sum over n of d_y[n][o] * x[n][i]
//   d_b[o]    +=       sum over n of d_y[n][o]
//
// The order of the sums is part of this definition; every variant and both layouts give the same
// bits:
//   forward          one chain of fused multiply-adds that starts at the bias (0 without one),
//                    i ascending
//   input gradient   one chain from 0, o ascending
//   weight gradient  one chain over the samples, n ascending, that continues from the value already
//                    in d_weight; lanes without a sample are skipped. Groups taken in order are
//                    thus one chain over the batch.
//   bias gradient    the 16 lanes (0 where there is no sample) added by fovea__lane_tree, the
//                    result added to d_bias
//
// Buffers (in floats; only the alignment of a float is asked for, 64 bytes is faster):
//            NCHW       N16
//   x, d_x   [n][I]     [I][16]
//   y, d_y   [n][O]     [O][16]
//   weight   [O][I], bias [O], in both
// In N16 lanes from `samples` on: x finite, d_y zero; y holds anything finite there, d_x zero.
#ifndef FOVEA_KERNELS_LINEAR_H
#define FOVEA_KERNELS_LINEAR_H

#include "kernels/kernel.h"

typedef struct fovea__linear_geometry {
    int64_t inputs, outputs;
} fovea__linear_geometry;

// Features first .. first+count-1.
typedef struct fovea__linear_range {
    int64_t first, count;
} fovea__linear_range;

typedef struct fovea__linear_kernel {
    const char *name;  // "n16 avx512"
    fovea__cpu cpu;
    fovea__layout layout;
    bool (*accepts)(const fovea__linear_geometry *geometry);
    // Bytes of scratch one call needs (each worker its own), 0: `scratch` may be NULL.
    size_t (*scratch)(const fovea__linear_geometry *geometry);
    // Floats of packed weights. 0: `pack` is NULL and the functions take the weights as they are;
    // otherwise forward and input_gradient take what pack made of them.
    size_t (*packed)(const fovea__linear_geometry *geometry);
    void (*pack)(const fovea__linear_geometry *geometry, const float *weight, float *packed);
    // bias may be NULL. Overwrites y.
    void (*forward)(const fovea__linear_geometry *geometry, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch);
    // Overwrites d_x.
    void (*input_gradient)(const fovea__linear_geometry *geometry, int32_t samples,
                           const float *d_y, const float *weight, float *d_x, void *scratch);
    // Adds to d_weight and to d_bias (each may be NULL: not computed). In N16 a range of outputs is
    // computed by setting geometry.outputs and moving d_y, d_weight and d_bias.
    void (*weight_gradient)(const fovea__linear_geometry *geometry, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch);
    // NULL in the reference: the same over several groups, x being [groups][I][16] and y
    // [groups][O][16] (in NCHW over `groups` samples: [groups][I], [groups][O]), for a range of the
    // features that are written: outputs going forward, inputs going back. A range costs least
    // where it begins and ends at multiples of 32 (of the weight gradient: 64; going back in NCHW:
    // 128).
    void (*forward_range)(const fovea__linear_geometry *geometry, int64_t groups, const float *x,
                          const float *weight, const float *bias, fovea__linear_range outputs,
                          float *y, void *scratch);
    void (*input_gradient_range)(const fovea__linear_geometry *geometry, int64_t groups,
                                 const float *d_y, const float *weight, fovea__linear_range inputs,
                                 float *d_x, void *scratch);
    // N16 only. Overwrites these columns of d_weight with the chain over all `samples`, begun at 0.
    void (*weight_gradient_range)(const fovea__linear_geometry *geometry, int64_t samples,
                                  const float *x, const float *d_y, fovea__linear_range inputs,
                                  float *d_weight, void *scratch);
    // NCHW only, NULL in N16: the same over a batch of any size, its groups and slots summed as
    // splitting.h says. Overwrites d_weight and d_bias (each may be NULL).
    void (*batch_gradient)(const fovea__linear_geometry *geometry, int64_t samples, const float *x,
                           const float *d_y, float *d_weight, float *d_bias);
    // NCHW only, NULL in N16 and the reference: the same for a range of the outputs.
    void (*batch_gradient_range)(const fovea__linear_geometry *geometry, int64_t samples,
                                 const float *x, const float *d_y, fovea__linear_range outputs,
                                 float *d_weight, float *d_bias);
    // The sums that stay in registers at a time, for people to read, `groups` groups (in NCHW
    // samples) computed at once: forward and of the input gradient at most {features, samples, 0},
    // of the weight gradient {outputs, inputs, 0}. What stays as it is, and NULL: one sum after the
    // other.
    void (*tiles)(const fovea__linear_geometry *geometry, int64_t groups, int64_t tile[3][3]);
} fovea__linear_kernel;

// In NCHW variants need neither scratch nor packed weights: operators do not allocate.

// The definition in double, layout NCHW. The arguments are those above; no scratch, no packing.
typedef struct fovea__linear_kernel_f64 {
    const char *name;
    fovea__cpu cpu;
    void (*forward)(const fovea__linear_geometry *geometry, int32_t samples, const double *x,
                    const double *weight, const double *bias, double *y);
    void (*input_gradient)(const fovea__linear_geometry *geometry, int32_t samples,
                           const double *d_y, const double *weight, double *d_x);
    void (*weight_gradient)(const fovea__linear_geometry *geometry, int32_t samples,
                            const double *x, const double *d_y, double *d_weight, double *d_bias);
    void (*batch_gradient)(const fovea__linear_geometry *geometry, int64_t samples, const double *x,
                           const double *d_y, double *d_weight, double *d_bias);
} fovea__linear_kernel_f64;

// The first variant of the layout that the processor level allows and that accepts the geometry.
// Never NULL.
const fovea__linear_kernel *fovea__linear_choose(fovea__cpu cpu, fovea__layout layout,
                                                 const fovea__linear_geometry *geometry);
const fovea__linear_kernel_f64 *fovea__linear_choose_f64(fovea__cpu cpu);
// All variants compiled in, best first: for tests and benchmarks.
const fovea__linear_kernel *const *fovea__linear_kernels(size_t *count);
const fovea__linear_kernel_f64 *const *fovea__linear_kernels_f64(size_t *count);

#endif
