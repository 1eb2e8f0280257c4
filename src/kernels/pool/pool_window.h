// SPDX-License-Identifier: MIT
// Where a pooling window lies along one dimension.
#ifndef FOVEA_KERNELS_POOL_POOL_WINDOW_H
#define FOVEA_KERNELS_POOL_POOL_WINDOW_H

#include "kernels/pool/pool.h"

// The taps inside the input stand at begin, begin + step, ... (`taps` of them, may be 0; the first
// is number `first` of the window); `counted` of the window's taps count for an average.
typedef struct fovea__pool_span {
    int64_t begin, step, taps, counted, first;
} fovea__pool_span;

// How many of 0, 1, ... kernel-1 put start + k*step below `limit`.
static inline int64_t fovea__pool_below(int64_t start, int64_t step, int64_t kernel,
                                        int64_t limit) {
    if (start >= limit) return 0;
    if (start + (kernel - 1) * step < limit) return kernel;  // nearly always: spares the division
    return (limit - start + step - 1) / step;
}

static inline fovea__pool_span fovea__pool_window(const fovea__pool_geometry *g, int dim,
                                                  int64_t o) {
    int64_t in = g->in[dim];
    if (g->kind == FOVEA__POOL_ADAPTIVE) {
        int64_t begin = o * in / g->out[dim];
        int64_t end = ((o + 1) * in + g->out[dim] - 1) / g->out[dim];
        return (fovea__pool_span){begin, 1, end - begin, end - begin, 0};
    }
    int64_t step = g->dilation[dim], kernel = g->kernel[dim];
    int64_t start = o * g->stride[dim] - g->pad[dim];
    int64_t below = fovea__pool_below(start, step, kernel, 0);
    int64_t inside = fovea__pool_below(start, step, kernel, in) - below;
    int64_t padded = fovea__pool_below(start, step, kernel, in + g->pad_end[dim]);
    return (fovea__pool_span){start + below * step, step, inside,
                              g->count_include_pad ? padded : inside, below};
}

typedef struct fovea__pool_box {
    fovea__pool_span dim[3];
} fovea__pool_box;

static inline bool fovea__pool_set(fovea__pool_box *box, const fovea__pool_geometry *g, int dim,
                                   int64_t o) {
    box->dim[dim] = fovea__pool_window(g, dim, o);
    return true;
}

static inline int64_t fovea__pool_counted(const fovea__pool_box *box) {
    return box->dim[0].counted * box->dim[1].counted * box->dim[2].counted;
}

// Number in the window of the tap d, h, w counted from the first inside the input.
static inline int64_t fovea__pool_number(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                         int64_t d, int64_t h, int64_t w) {
    int64_t row = (box->dim[0].first + d) * g->kernel[1] + box->dim[1].first + h;
    return row * g->kernel[2] + box->dim[2].first + w;
}

// Start of the plane of sample n, channel c; `size` places a plane.
static inline int64_t fovea__pool_plane(const fovea__pool_geometry *g, fovea__layout layout,
                                        int64_t n, int64_t c, int64_t size) {
    return layout == FOVEA__LAYOUT_NCHW ? (n * g->channels + c) * size
                                        : c * size * FOVEA__LANES + n;
}
// N16 runs the masked lanes too: they are finite in src and zero in d_dst.
static inline int32_t fovea__pool_planes(fovea__layout layout, int32_t samples) {
    return layout == FOVEA__LAYOUT_NCHW ? samples : FOVEA__LANES;
}
static inline int64_t fovea__pool_volume(const int64_t size[3]) {
    return size[0] * size[1] * size[2];
}

// Runs the statement after it for every output in row-major order, with `box` its window.
#define FOVEA__POOL_OUTPUTS(g, box)                                                           \
    for (int64_t do_ = 0; do_ < (g)->out[0] && fovea__pool_set(&(box), g, 0, do_); do_++)     \
        for (int64_t ho_ = 0; ho_ < (g)->out[1] && fovea__pool_set(&(box), g, 1, ho_); ho_++) \
            for (int64_t wo_ = 0; wo_ < (g)->out[2] && fovea__pool_set(&(box), g, 2, wo_); wo_++)

// Runs the statement after it for every tap of `box` in row-major order; `at` is the tap's place in
// the input [D][H][W], d_, h_ and w_ count the taps.
#define FOVEA__POOL_TAPS(g, box, at)                                                        \
    for (int64_t d_ = 0; d_ < (box).dim[0].taps; d_++)                                      \
        for (int64_t h_ = 0; h_ < (box).dim[1].taps; h_++)                                  \
            for (int64_t w_ = 0,                                                            \
                         at = (((box).dim[0].begin + d_ * (box).dim[0].step) * (g)->in[1] + \
                               (box).dim[1].begin + h_ * (box).dim[1].step) *               \
                                  (g)->in[2] +                                              \
                              (box).dim[2].begin;                                           \
                 w_ < (box).dim[2].taps; w_++, at += (box).dim[2].step)

#endif
