// SPDX-License-Identifier: MIT
// Which outputs a tap of the kernel reaches: shared by the bodies of the family.
#ifndef FOVEA_KERNELS_CONV_RANGE_H
#define FOVEA_KERNELS_CONV_RANGE_H

#include "kernels/conv/conv.h"

typedef struct fovea__conv_range {
    int64_t begin, end;  // empty where end <= begin
} fovea__conv_range;

// a / b rounded towards minus infinity, b > 0; most strides are 1 and need no division.
static inline int64_t fovea__conv_floor(int64_t a, int64_t b) {
    if (b == 1) return a;
    return a / b - (a % b < 0);
}

// The j in [0, count) with 0 <= j*step + offset < limit.
static inline fovea__conv_range fovea__conv_inside(int64_t count, int64_t step, int64_t offset,
                                                   int64_t limit) {
    int64_t begin = -fovea__conv_floor(offset, step);
    int64_t end = fovea__conv_floor(limit - 1 - offset, step) + 1;
    return (fovea__conv_range){begin < 0 ? 0 : begin, end > count ? count : end};
}

// One tap in the three dimensions: output q reads input q*stride + offset, for q in `outputs`.
typedef struct fovea__conv_tap {
    fovea__conv_range outputs[3];
    int64_t offset[3];
} fovea__conv_tap;

static inline fovea__conv_tap fovea__conv_tap_at(const fovea__conv_geometry *g, int64_t kd,
                                                 int64_t kh, int64_t kw) {
    int64_t k[3] = {kd, kh, kw};
    fovea__conv_tap tap;
    for (int i = 0; i < 3; i++) {
        tap.offset[i] = k[i] * g->dilation[i] - g->pad[i];
        tap.outputs[i] = fovea__conv_inside(g->out[i], g->stride[i], tap.offset[i], g->in[i]);
    }
    return tap;
}

static inline int64_t fovea__conv_volume(const int64_t size[3]) {
    return size[0] * size[1] * size[2];
}

#endif
