// SPDX-License-Identifier: MIT
// The definition of pooling: one plane of one sample at a time, in either layout. Needs REAL,
// LINKAGE (empty or static), FORWARD, BACKWARD.
#include "kernels/pool/pool_window.h"

// Element i of a plane stands at plane[i * step].
static REAL max_of(const fovea__pool_geometry *g, const fovea__pool_box *box, const REAL *plane,
                   int64_t step, int64_t *owner) {
    REAL best = -(REAL)__builtin_inff();
    *owner = -1;
    FOVEA__POOL_TAPS(g, *box, at) {
        REAL x = plane[at * step];
        if (*owner < 0 || x > best || x != x) {
            best = x;
            *owner = at;
        }
    }
    return best;
}

static REAL average_of(const fovea__pool_geometry *g, const fovea__pool_box *box, const REAL *plane,
                       int64_t step) {
    REAL sum = 0;
    FOVEA__POOL_TAPS(g, *box, at) sum += plane[at * step];
    int64_t count = fovea__pool_counted(box);
    return count ? sum / (REAL)count : 0;
}

static void plane_forward(const fovea__pool_geometry *g, int64_t step, const REAL *src, REAL *dst) {
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        int64_t owner;
        *dst = g->kind == FOVEA__POOL_MAX ? max_of(g, &box, src, step, &owner)
                                          : average_of(g, &box, src, step);
        dst += step;
    }
}

static void window_backward(const fovea__pool_geometry *g, const fovea__pool_box *box, int64_t step,
                            const REAL *src, REAL gradient, REAL *d_src) {
    if (g->kind == FOVEA__POOL_MAX) {
        int64_t owner;
        max_of(g, box, src, step, &owner);
        if (owner >= 0) d_src[owner * step] += gradient;
        return;
    }
    int64_t count = fovea__pool_counted(box);
    if (count == 0) return;
    REAL share = gradient / (REAL)count;
    FOVEA__POOL_TAPS(g, *box, at) d_src[at * step] += share;
}

static void plane_backward(const fovea__pool_geometry *g, int64_t step, const REAL *src,
                           const REAL *d_dst, REAL *d_src) {
    for (int64_t i = 0; i < g->in[0] * g->in[1] * g->in[2]; i++) d_src[i * step] = 0;
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        window_backward(g, &box, step, src, *d_dst, d_src);
        d_dst += step;
    }
}

LINKAGE void FORWARD(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                     const REAL *src, REAL *dst) {
    int64_t in = fovea__pool_volume(g->in), out = fovea__pool_volume(g->out);
    int64_t step = layout == FOVEA__LAYOUT_NCHW ? 1 : FOVEA__LANES;
    for (int32_t n = 0; n < fovea__pool_planes(layout, samples); n++) {
        for (int64_t c = 0; c < g->channels; c++) {
            plane_forward(g, step, src + fovea__pool_plane(g, layout, n, c, in),
                          dst + fovea__pool_plane(g, layout, n, c, out));
        }
    }
}

LINKAGE void BACKWARD(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                      const REAL *src, const REAL *d_dst, REAL *d_src) {
    int64_t in = fovea__pool_volume(g->in), out = fovea__pool_volume(g->out);
    int64_t step = layout == FOVEA__LAYOUT_NCHW ? 1 : FOVEA__LANES;
    for (int32_t n = 0; n < fovea__pool_planes(layout, samples); n++) {
        for (int64_t c = 0; c < g->channels; c++) {
            int64_t at = fovea__pool_plane(g, layout, n, c, in);
            plane_backward(g, step, g->kind == FOVEA__POOL_MAX ? src + at : NULL,
                           d_dst + fovea__pool_plane(g, layout, n, c, out), d_src + at);
        }
    }
}
