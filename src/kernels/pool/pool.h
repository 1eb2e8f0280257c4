// SPDX-License-Identifier: MIT
// Pooling of one group over depth, height and width (a missing one has in = out = kernel = 1).
//
//   max       dst[o] = max over the window; the first maximum in row-major window order owns the
//             gradient, a NaN wins over any number and a later NaN over an earlier one, padding
//             counts as -inf
//   average   dst[o] = (0 + x0 + x1 + ...) / count, a chain of adds in window order over the taps
//             inside the input; count: taps inside the input, or also those inside the padding
//             (count_include_pad), never those beyond the padding (ceil mode); 0 where count is 0
//   adaptive  average over [floor(o*in/out), ceil((o+1)*in/out)); global average pooling is
//             out = 1,1,1
//
// Backward: d_src[i] = 0 + the gradients of the windows holding i, in ascending order of the
// windows; overwrites d_src. Average hands d_dst[o] / count to every tap.
//
//               NCHW             N16
//   src, d_src  [n][c][in]       [c][in][16]
//   dst, d_dst  [n][c][out]      [c][out][16]
//   index       [n][c][out]      [c][out][16]
//
// Max pooling can note which element won: index[o] counts the window's kd x kh x kw positions in
// row-major order, those in the padding too. With it the gradient needs no src. A window without
// any input has the index 0, where no input is.
#ifndef FOVEA_KERNELS_POOL_H
#define FOVEA_KERNELS_POOL_H

#include "kernels/kernel.h"

typedef enum fovea__pool_kind {
    FOVEA__POOL_MAX,
    FOVEA__POOL_AVERAGE,
    FOVEA__POOL_ADAPTIVE,
} fovea__pool_kind;

// Adaptive pooling reads kind, channels, in and out only.
typedef struct fovea__pool_geometry {
    fovea__pool_kind kind;
    bool count_include_pad;
    int64_t channels;
    int64_t in[3], out[3], kernel[3], stride[3], pad[3], pad_end[3], dilation[3];
} fovea__pool_geometry;

typedef void fovea__pool_forward_f32(const fovea__pool_geometry *geometry, fovea__layout layout,
                                     int32_t samples, const float *src, float *dst);
// `src` is read by max pooling only.
typedef void fovea__pool_backward_f32(const fovea__pool_geometry *geometry, fovea__layout layout,
                                      int32_t samples, const float *src, const float *d_dst,
                                      float *d_src);

// The same dst as forward, and the winners.
typedef void fovea__pool_forward_index_f32(const fovea__pool_geometry *geometry,
                                           fovea__layout layout, int32_t samples, const float *src,
                                           float *dst, uint8_t *index);
// The same d_src as backward.
typedef void fovea__pool_backward_index_f32(const fovea__pool_geometry *geometry,
                                            fovea__layout layout, int32_t samples,
                                            const uint8_t *index, const float *d_dst, float *d_src);
// N16: the same d_src, and sums [c][16], one chain of additions from 0 over each lane of a channel's
// d_src, row by row, while it is written. false, and nothing done, where that is no faster.
typedef bool fovea__pool_backward_sums_f32(const fovea__pool_geometry *geometry,
                                           const uint8_t *index, const float *d_dst, float *d_src,
                                           float *sums);

// Whether a byte can hold the winner: max pooling over windows of at most 256 positions. Only then
// may the functions with an index be called.
bool fovea__pool_has_index(const fovea__pool_geometry *geometry);

typedef struct fovea__pool_variant {
    const char *name;
    fovea__cpu needs;
    fovea__pool_forward_f32 *forward;
    fovea__pool_backward_f32 *backward;
    fovea__pool_forward_index_f32 *forward_index;
    fovea__pool_backward_index_f32 *backward_index;
    fovea__pool_backward_sums_f32 *backward_sums;
} fovea__pool_variant;

// All variants of this build, best first, the reference last; each accepts every geometry. choose
// gives the first that `cpu` allows.
const fovea__pool_variant *fovea__pool_variants(size_t *count);
const fovea__pool_variant *fovea__pool_choose(fovea__cpu cpu);

// Where the winners of max pooling stand in src: dst[n][c][out] = (n * channels + c) * pixels + the
// place in the plane, counted row by row or (by_columns) with the first of its dimensions fastest.
// -1 where a window holds no input. NCHW only.
void fovea__pool_places_f32(const fovea__pool_geometry *geometry, int64_t samples, bool by_columns,
                            const float *src, int64_t *dst);
void fovea__pool_places_f64(const fovea__pool_geometry *geometry, int64_t samples, bool by_columns,
                            const double *src, int64_t *dst);

// Pooling in double, NCHW only.
void fovea__pool_forward_f64(const fovea__pool_geometry *geometry, int32_t samples,
                             const double *src, double *dst);
void fovea__pool_backward_f64(const fovea__pool_geometry *geometry, int32_t samples,
                              const double *src, const double *d_dst, double *d_src);

#endif
