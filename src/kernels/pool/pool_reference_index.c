// SPDX-License-Identifier: MIT
// The definition of max pooling with the winner noted.
#include "kernels/pool/pool_window.h"

fovea__pool_forward_index_f32 fovea__pool_forward_index_reference;
fovea__pool_backward_index_f32 fovea__pool_backward_index_reference;
fovea__pool_backward_sums_f32 fovea__pool_backward_sums_reference;

static float max_of(const fovea__pool_geometry *g, const fovea__pool_box *box, const float *plane,
                    int64_t step, uint8_t *index) {
    float best = -__builtin_inff();
    bool none = true;
    *index = 0;
    FOVEA__POOL_TAPS(g, *box, at) {
        float x = plane[at * step];
        if (none || x > best || x != x) {
            best = x;
            *index = (uint8_t)fovea__pool_number(g, box, d_, h_, w_);
            none = false;
        }
    }
    return best;
}

void fovea__pool_forward_index_reference(const fovea__pool_geometry *g, fovea__layout layout,
                                         int32_t samples, const float *src, float *dst,
                                         uint8_t *index) {
    int64_t in = fovea__pool_volume(g->in), out = fovea__pool_volume(g->out);
    int64_t step = layout == FOVEA__LAYOUT_NCHW ? 1 : FOVEA__LANES;
    for (int32_t n = 0; n < fovea__pool_planes(layout, samples); n++) {
        for (int64_t c = 0; c < g->channels; c++) {
            const float *plane = src + fovea__pool_plane(g, layout, n, c, in);
            int64_t at = fovea__pool_plane(g, layout, n, c, out);
            fovea__pool_box box;
            FOVEA__POOL_OUTPUTS(g, box) {
                dst[at] = max_of(g, &box, plane, step, &index[at]);
                at += step;
            }
        }
    }
}

static void plane_backward(const fovea__pool_geometry *g, int64_t step, const uint8_t *index,
                           const float *d_dst, float *d_src) {
    for (int64_t i = 0; i < fovea__pool_volume(g->in); i++) d_src[i * step] = 0;
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        FOVEA__POOL_TAPS(g, box, at) {
            if (fovea__pool_number(g, &box, d_, h_, w_) == *index) d_src[at * step] += *d_dst;
        }
        d_dst += step;
        index += step;
    }
}

void fovea__pool_backward_index_reference(const fovea__pool_geometry *g, fovea__layout layout,
                                          int32_t samples, const uint8_t *index, const float *d_dst,
                                          float *d_src) {
    int64_t in = fovea__pool_volume(g->in), out = fovea__pool_volume(g->out);
    int64_t step = layout == FOVEA__LAYOUT_NCHW ? 1 : FOVEA__LANES;
    for (int32_t n = 0; n < fovea__pool_planes(layout, samples); n++) {
        for (int64_t c = 0; c < g->channels; c++) {
            int64_t at = fovea__pool_plane(g, layout, n, c, out);
            plane_backward(g, step, index + at, d_dst + at,
                           d_src + fovea__pool_plane(g, layout, n, c, in));
        }
    }
}

bool fovea__pool_backward_sums_reference(const fovea__pool_geometry *g, const uint8_t *index,
                                         const float *d_dst, float *d_src, float *sums) {
    (void)g, (void)index, (void)d_dst, (void)d_src, (void)sums;
    return false;
}
