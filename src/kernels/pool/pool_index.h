// SPDX-License-Identifier: MIT
// Max pooling that notes the winners and finds them again, the batch in the lanes; NCHW goes to the
// reference. Needs NAME.
#include "kernels/pool/pool_thirds.h"

fovea__pool_forward_index_f32 fovea__pool_forward_index_reference, NAME(forward_index);
fovea__pool_backward_index_f32 fovea__pool_backward_index_reference, NAME(backward_index);
fovea__pool_backward_sums_f32 NAME(backward_sums);

static inline void max_index(const fovea__pool_geometry *g, const fovea__pool_box *box,
                             const float *plane, float *dst, uint8_t *index) {
    fovea__floats best = (fovea__floats){0} - __builtin_inff();
    fovea__ints owner = {0};
    bool none = true;
    FOVEA__POOL_TAPS(g, *box, at) {
        fovea__floats x = fovea__load(plane + at * FOVEA__LANES);
        int32_t number = (int32_t)fovea__pool_number(g, box, d_, h_, w_);
        winners wins = beats(x, best);
        best = none ? x : pick(wins, x, best);
        owner = none ? (fovea__ints){0} + number : pick_number(wins, number, owner);
        none = false;
    }
    fovea__store(dst, best);
    store_index(index, owner);
}

static void plane_forward_index(const fovea__pool_geometry *g, const float *src, float *dst,
                                uint8_t *index) {
    bool thirding = is_thirding(g);
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        if (thirding && box.dim[1].taps == 3 && box.dim[2].taps == 3) {
            int64_t at = (do_ * g->in[1] + box.dim[1].begin) * g->in[2] + box.dim[2].begin;
            third_window_index(src + at * FOVEA__LANES, g->in[2] * FOVEA__LANES, dst, index);
        } else {
            for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH)
                max_index(g, &box, src + lane, dst + lane, index + lane);
        }
        dst += FOVEA__LANES;
        index += FOVEA__LANES;
    }
}

static void plane_backward_index(const fovea__pool_geometry *g, const uint8_t *index,
                                 const float *d_dst, float *d_src) {
    memset(d_src, 0, sizeof(float) * (size_t)fovea__pool_volume(g->in) * FOVEA__LANES);
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        FOVEA__POOL_TAPS(g, box, at) {
            uint8_t number = (uint8_t)fovea__pool_number(g, &box, d_, h_, w_);
            for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
                float *place = d_src + at * FOVEA__LANES + lane;
                fovea__floats share = given(index + lane, number, d_dst + lane);
                fovea__store(place, fovea__load(place) + share);
            }
        }
        d_dst += FOVEA__LANES;
        index += FOVEA__LANES;
    }
}

void NAME(forward_index)(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                         const float *src, float *dst, uint8_t *index) {
    if (layout == FOVEA__LAYOUT_NCHW) {
        fovea__pool_forward_index_reference(g, layout, samples, src, dst, index);
        return;
    }
    int64_t in = fovea__pool_volume(g->in) * FOVEA__LANES;
    int64_t out = fovea__pool_volume(g->out) * FOVEA__LANES;
    bool halving = is_halving(g, FOVEA__POOL_MAX);
    for (int64_t c = 0; c < g->channels; c++)
        (halving ? halve_plane_index : plane_forward_index)(g, src + c * in, dst + c * out,
                                                            index + c * out);
}

void NAME(backward_index)(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                          const uint8_t *index, const float *d_dst, float *d_src) {
    if (layout == FOVEA__LAYOUT_NCHW) {
        fovea__pool_backward_index_reference(g, layout, samples, index, d_dst, d_src);
        return;
    }
    int64_t in = fovea__pool_volume(g->in) * FOVEA__LANES;
    int64_t out = fovea__pool_volume(g->out) * FOVEA__LANES;
    bool halving = is_halving(g, FOVEA__POOL_MAX), thirding = is_thirding(g);
    for (int64_t c = 0; c < g->channels; c++)
        (halving    ? halve_plane_back_index
         : thirding ? third_plane_back_index
                    : plane_backward_index)(g, index + c * out, d_dst + c * out, d_src + c * in);
}

bool NAME(backward_sums)(const fovea__pool_geometry *g, const uint8_t *index, const float *d_dst,
                         float *d_src, float *sums) {
    if (!is_halving(g, FOVEA__POOL_MAX)) return false;
    int64_t in = fovea__pool_volume(g->in) * FOVEA__LANES;
    int64_t out = fovea__pool_volume(g->out) * FOVEA__LANES;
    for (int64_t c = 0; c < g->channels; c++, sums += FOVEA__LANES) {
        for (int lane = 0; lane < FOVEA__LANES; lane++) sums[lane] = 0;
        halve_plane_back_sums(g, index + c * out, d_dst + c * out, d_src + c * in, sums);
    }
    return true;
}
