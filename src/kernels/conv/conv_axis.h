// SPDX-License-Identifier: MIT
// Forward and input gradient as the same walk: every destination pixel j takes, in order, channels l
// and taps t of a source at j*source_step + offset + t*offset_step. A stride s cuts the input
// gradient into s phases per dimension: within one, the taps that meet an output are s apart.
#ifndef FOVEA_KERNELS_CONV_AXIS_H
#define FOVEA_KERNELS_CONV_AXIS_H

#include "kernels/conv/conv_range.h"

// One dimension of the walk. Destination j stands at first + j*step.
typedef struct axis {
    int64_t count, first, step;
    int64_t source_step, source_size;
    int64_t taps, tap_first, tap_step;  // tap t is kernel element tap_first + t*tap_step
    int64_t offset, offset_step;
} axis;

// The taps t in [0, taps) with 0 <= position + t*offset_step < source_size.
static inline fovea__conv_range taps_inside(const axis *a, int64_t position) {
    if (a->offset_step > 0) {
        return fovea__conv_inside(a->taps, a->offset_step, position, a->source_size);
    }
    return fovea__conv_inside(a->taps, -a->offset_step, a->source_size - 1 - position,
                              a->source_size);
}

static inline int64_t divisor(int64_t a, int64_t b) {
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// Forward along dimension i.
static inline axis forward_axis(const fovea__conv_geometry *g, int i) {
    return (axis){.count = g->out[i],
                  .step = 1,
                  .source_step = g->stride[i],
                  .source_size = g->in[i],
                  .taps = g->kernel[i],
                  .tap_step = 1,
                  .offset = -g->pad[i],
                  .offset_step = g->dilation[i]};
}

// The input elements r, r + stride, r + 2*stride ... of dimension i: element r + j*stride receives
// from output j + (r + pad - k*dilation) / stride through the taps k for which that divides.
static inline axis phase(const fovea__conv_geometry *g, int i, int64_t r) {
    int64_t stride = g->stride[i], common = divisor(g->dilation[i], stride);
    axis a = {.count = (g->in[i] - r + stride - 1) / stride,
              .first = r,
              .step = stride,
              .source_step = 1,
              .source_size = g->out[i],
              .tap_step = stride / common};
    int64_t k = 0, position = r + g->pad[i];
    while (k < a.tap_step && (position - k * g->dilation[i]) % stride != 0) k++;
    a.offset_step = -g->dilation[i] / common;
    if (k == a.tap_step || k >= g->kernel[i]) return a;
    a.tap_first = k;
    a.taps = (g->kernel[i] - k + a.tap_step - 1) / a.tap_step;
    a.offset = (position - k * g->dilation[i]) / stride;
    return a;
}

#endif
