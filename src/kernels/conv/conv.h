// SPDX-License-Identifier: MIT
// Convolution in one to three dimensions and its gradients, on one group of 1..16 samples.
//
//   y[n][o][q]   = b[o] + sum over c, k of x[n][c][q*stride - pad + k*dilation] * w[o][c][k]
//   d_x[n][c][p] = sum over o, k of d_y[n][o][q] * w[o][c][k],  q*stride - pad + k*dilation = p
//   d_w[o][c][k] += sum over n, q of d_y[n][o][q] * x[n][c][q*stride - pad + k*dilation]
//   d_b[o]       += sum over n, q of d_y[n][o][q]
//
// with p, q, k running over D, H, W, and c over the channels of o's group.
//
// The order of the sums is part of this definition; every variant and both layouts give the same
// bits:
//   forward          per output one chain of fused multiply-adds that starts at the bias (0 without
//                    one), in the order c, kd, kh, kw ascending; taps outside the input are
//                    skipped, not multiplied by 0
//   input gradient   per input element one chain from 0 in the order o, kd, kh, kw ascending;
//                    outputs that do not exist are skipped
//   weight gradient  per weight and sample one chain from 0 over the output pixels d, h, w row by
//                    row, those whose input lies in the padding skipped; the 16 lanes (0 where
//                    there is no sample) are added by fovea__lane_tree, the result to d_weight
//   bias gradient    per channel and sample plain additions from 0 over the pixels row by row;
//                    lane tree, added to d_bias
//
// Buffers (in floats; only the alignment of a float is asked for, 64 bytes is faster):
//            NCHW                    N16
//   x, d_x   [n][C][D][H][W]         [C][D][H][W][16]          C = geometry.c, of all groups
//   y, d_y   [n][O][D'][H'][W']      [O][D'][H'][W'][16]       O = geometry.o, of all groups
//   weight   [O][C/groups][kd][kh][kw], bias [O], in both
// In N16 lanes from `samples` on: x finite, d_y zero; y holds anything finite there, d_x zero.
#ifndef FOVEA_KERNELS_CONV_H
#define FOVEA_KERNELS_CONV_H

#include "kernels/kernel.h"

// Sizes in the order D, H, W. One and two dimensions have leading ones (pad 0, stride 1, dilation
// 1). `pad` is the padding at the beginning; that at the end follows from `out`. c and o are
// multiples of groups. Strides and dilations are >= 1, kernels and all sizes >= 1.
typedef struct fovea__conv_geometry {
    int64_t groups, c, o;
    int64_t in[3], out[3], kernel[3], stride[3], pad[3], dilation[3];
} fovea__conv_geometry;

typedef struct fovea__conv_kernel {
    const char *name;  // "n16 avx512"
    fovea__cpu cpu;
    fovea__layout layout;
    bool (*accepts)(const fovea__conv_geometry *geometry);
    // Bytes of scratch one call needs (each worker its own), 0: `scratch` may be NULL.
    size_t (*scratch)(const fovea__conv_geometry *geometry);
    // Floats of packed weights. 0: `pack` is NULL and the functions take the weights as they are;
    // otherwise forward and input_gradient take what pack made of them.
    size_t (*packed)(const fovea__conv_geometry *geometry);
    void (*pack)(const fovea__conv_geometry *geometry, const float *weight, float *packed);
    // bias may be NULL. Overwrites y.
    void (*forward)(const fovea__conv_geometry *geometry, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch);
    // Overwrites d_x.
    void (*input_gradient)(const fovea__conv_geometry *geometry, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch);
    // The same numbers, added to what d_x holds. False: not for this geometry, and nothing is done.
    // May be NULL.
    bool (*input_gradient_add)(const fovea__conv_geometry *geometry, const float *d_y,
                               const float *weight, float *d_x);
    // Adds to d_weight and to d_bias (each may be NULL: not computed). In N16 a range of output
    // channels of an ungrouped convolution is computed by setting geometry.o and moving d_y,
    // d_weight and d_bias.
    void (*weight_gradient)(const fovea__conv_geometry *geometry, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch);
    // NCHW only, NULL in N16: the same over a batch of any size, its groups and slots summed as
    // splitting.h says. Overwrites d_weight and d_bias (each may be NULL).
    void (*batch_gradient)(const fovea__conv_geometry *geometry, int64_t samples, const float *x,
                           const float *d_y, float *d_weight, float *d_bias);
    // The sums that stay in registers at a time, for people to read: forward and of the input
    // gradient at most {channels, pixels, 0} where nothing is cut off, of the weight gradient
    // {output channels, lines, columns of taps}. NULL: one sum after the other.
    void (*tiles)(const fovea__conv_geometry *geometry, int64_t tile[3][3]);
} fovea__conv_kernel;

// In NCHW variants need neither scratch nor packed weights: operators do not allocate.

// The definition in double, layout NCHW. The arguments are those above; no scratch, no packing.
typedef struct fovea__conv_kernel_f64 {
    const char *name;
    fovea__cpu cpu;
    void (*forward)(const fovea__conv_geometry *geometry, int32_t samples, const double *x,
                    const double *weight, const double *bias, double *y);
    void (*input_gradient)(const fovea__conv_geometry *geometry, int32_t samples, const double *d_y,
                           const double *weight, double *d_x);
    void (*weight_gradient)(const fovea__conv_geometry *geometry, int32_t samples, const double *x,
                            const double *d_y, double *d_weight, double *d_bias);
    void (*batch_gradient)(const fovea__conv_geometry *geometry, int64_t samples, const double *x,
                           const double *d_y, double *d_weight, double *d_bias);
} fovea__conv_kernel_f64;

// The first variant of the layout that the processor level allows and that accepts the geometry.
// Never NULL.
const fovea__conv_kernel *fovea__conv_choose(fovea__cpu cpu, fovea__layout layout,
                                             const fovea__conv_geometry *geometry);
const fovea__conv_kernel_f64 *fovea__conv_choose_f64(fovea__cpu cpu);
// All variants compiled in, best first: for tests and benchmarks.
const fovea__conv_kernel *const *fovea__conv_kernels(size_t *count);
const fovea__conv_kernel_f64 *const *fovea__conv_kernels_f64(size_t *count);

#endif
