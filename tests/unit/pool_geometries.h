// SPDX-License-Identifier: MIT
// Windows of pooling for kernel tests.
#ifndef FOVEA_TESTS_POOL_GEOMETRIES_H
#define FOVEA_TESTS_POOL_GEOMETRIES_H

#include "guarded.h"
#include "kernels/pool/pool.h"

static inline int64_t pool_volume(const int64_t size[3]) {
    return size[0] * size[1] * size[2];
}

// A window over sizes 1..9 (width up to 60) of one to three dimensions that leaves at least one output.
static inline fovea__pool_geometry random_pool(void) {
    fovea__pool_geometry g = {
        .kind = (fovea__pool_kind)pick(3), .count_include_pad = pick(2), .channels = 1 + pick(3)};
    int flat = (int)pick(3);
    for (int d = 0; d < 3; d++) {
        bool used = d >= flat;
        g.in[d] = used ? 1 + pick(d == 2 && pick(4) == 0 ? 60 : 9) : 1;
        g.dilation[d] = used ? 1 + pick(2) : 1;
        g.kernel[d] = used ? 1 + pick(4) : 1;
        g.stride[d] = used ? 1 + pick(3) : 1;
        g.pad[d] = used ? pick(g.kernel[d] / 2 + 1) : 0;
        g.pad_end[d] = used ? pick(g.kernel[d] / 2 + 1) : 0;
        if (g.kind == FOVEA__POOL_ADAPTIVE) {
            g.out[d] = used ? 1 + pick(9) : 1;
            continue;
        }
        int64_t room = g.in[d] + g.pad[d] + g.pad_end[d] - g.dilation[d] * (g.kernel[d] - 1) - 1;
        if (room < 0) {
            g.kernel[d] = 1;
            g.pad[d] = g.pad_end[d] = 0;
            room = g.in[d] - 1;
        }
        g.out[d] = room / g.stride[d] + 1;
        // ceil mode: one more window that begins inside the input
        if (g.out[d] * g.stride[d] < g.in[d] + g.pad[d]) g.out[d] += pick(2);
    }
    return g;
}

// Pooling by 2x2 or 3x3 with stride 2, as nets have it: what the fast paths take.
static inline fovea__pool_geometry net_pool(fovea__pool_kind kind) {
    fovea__pool_geometry g = {.kind = kind, .channels = 1 + pick(9)};
    int64_t kernel = 2 + pick(2);
    for (int d = 0; d < 3; d++) {
        g.dilation[d] = g.kernel[d] = g.stride[d] = 1;
        if (d > 0) {
            g.kernel[d] = kernel;
            g.stride[d] = 2;
            g.pad[d] = g.pad_end[d] = kernel == 3 ? pick(2) : 0;
        }
        g.in[d] = d == 0 ? 1 + pick(2) : kernel + pick(9);
        int64_t room = g.in[d] + g.pad[d] + g.pad_end[d] - g.kernel[d];
        g.out[d] = room / g.stride[d] + 1;
        if (g.out[d] * g.stride[d] < g.in[d] + g.pad[d]) g.out[d] += pick(2);
    }
    return g;
}

#endif
