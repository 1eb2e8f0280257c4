// SPDX-License-Identifier: MIT
// Pooling with the batch in the lanes, one vector of samples at a time. Of NCHW the forward pass of
// max and average and the backward pass of max have rows of windows as vectors, the rest goes to the
// reference.
// Needs NAME.
#include "kernels/pool/pool_means.h"
#include "kernels/pool/pool_rows.h"
#include "kernels/pool/pool_window.h"
#include "kernels/vector.h"

fovea__pool_forward_f32 fovea__pool_forward_reference, NAME(forward);
fovea__pool_backward_f32 fovea__pool_backward_reference, NAME(backward);

static inline fovea__floats max_of(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                   const float *plane) {
    fovea__floats best = (fovea__floats){0} - __builtin_inff();
    FOVEA__POOL_TAPS(g, *box, at) {
        fovea__floats x = fovea__load(plane + at * FOVEA__LANES);
        best = pick(beats(x, best), x, best);
    }
    return best;
}

static inline fovea__floats average_of(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                       const float *plane) {
    fovea__floats sum = {0};
    FOVEA__POOL_TAPS(g, *box, at) sum += fovea__load(plane + at * FOVEA__LANES);
    int64_t count = fovea__pool_counted(box);
    return count ? sum / (float)count : (fovea__floats){0};
}

static void plane_forward(const fovea__pool_geometry *g, const float *src, float *dst) {
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            fovea__store(dst + lane, g->kind == FOVEA__POOL_MAX ? max_of(g, &box, src + lane)
                                                                : average_of(g, &box, src + lane));
        }
        dst += FOVEA__LANES;
    }
}

// Each tap gets the gradient in the lanes where it is the window's owner, else 0: a sum that began
// at +0 is never -0, so adding 0 changes no bit.
static inline void max_backward(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                const float *src, const float *d_dst, float *d_src) {
    fovea__floats best = {0}, gradient = fovea__load(d_dst);
    fovea__ints owner = (fovea__ints){0} - 1;
    int32_t tap = 0;
    FOVEA__POOL_TAPS(g, *box, at) {
        fovea__floats x = fovea__load(src + at * FOVEA__LANES);
        fovea__ints wins = (owner < 0) | (x > best) | (x != x);
        best = fovea__select(wins, x, best);
        owner = (((fovea__ints){0} + tap++) & wins) | (owner & ~wins);
    }
    tap = 0;
    FOVEA__POOL_TAPS(g, *box, at) {
        float *place = d_src + at * FOVEA__LANES;
        fovea__floats given = fovea__select(owner == tap++, gradient, (fovea__floats){0});
        fovea__store(place, fovea__load(place) + given);
    }
}

static inline void average_backward(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                    const float *d_dst, float *d_src) {
    int64_t count = fovea__pool_counted(box);
    if (count == 0) return;
    fovea__floats share = fovea__load(d_dst) / (float)count;
    FOVEA__POOL_TAPS(g, *box, at) {
        float *place = d_src + at * FOVEA__LANES;
        fovea__store(place, fovea__load(place) + share);
    }
}

static void plane_backward(const fovea__pool_geometry *g, const float *src, const float *d_dst,
                           float *d_src) {
    memset(d_src, 0, sizeof(float) * (size_t)(g->in[0] * g->in[1] * g->in[2]) * FOVEA__LANES);
    fovea__pool_box box;
    FOVEA__POOL_OUTPUTS(g, box) {
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            if (g->kind == FOVEA__POOL_MAX) {
                max_backward(g, &box, src + lane, d_dst + lane, d_src + lane);
            } else {
                average_backward(g, &box, d_dst + lane, d_src + lane);
            }
        }
        d_dst += FOVEA__LANES;
    }
}

void NAME(forward)(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                   const float *src, float *dst) {
    if (layout == FOVEA__LAYOUT_NCHW && is_by_rows(g)) {
        forward_rows(g, samples, src, dst);
        return;
    }
    if (layout == FOVEA__LAYOUT_NCHW) {
        fovea__pool_forward_reference(g, layout, samples, src, dst);
        return;
    }
    int64_t in = fovea__pool_volume(g->in) * FOVEA__LANES;
    int64_t out = fovea__pool_volume(g->out) * FOVEA__LANES;
    if (is_whole(g)) {
        whole_forward(g, src, dst);
        return;
    }
    void (*plane)(const fovea__pool_geometry *, const float *, float *) =
        is_halving(g, FOVEA__POOL_MAX)       ? halve_plane
        : is_halving(g, FOVEA__POOL_AVERAGE) ? mean_plane
                                             : plane_forward;
    for (int64_t c = 0; c < g->channels; c++) plane(g, src + c * in, dst + c * out);
}

void NAME(backward)(const fovea__pool_geometry *g, fovea__layout layout, int32_t samples,
                    const float *src, const float *d_dst, float *d_src) {
    bool max = g->kind == FOVEA__POOL_MAX, counted = fovea__pool_volume(g->in) <= INT32_MAX;
    if (layout == FOVEA__LAYOUT_NCHW && max && counted && is_by_rows(g)) {
        max_backward_rows(g, samples, src, d_dst, d_src);
        return;
    }
    if (layout == FOVEA__LAYOUT_NCHW) {
        fovea__pool_backward_reference(g, layout, samples, src, d_dst, d_src);
        return;
    }
    int64_t in = fovea__pool_volume(g->in) * FOVEA__LANES;
    int64_t out = fovea__pool_volume(g->out) * FOVEA__LANES;
    void (*plane)(const fovea__pool_geometry *, const float *, const float *, float *) =
        is_whole(g)                          ? whole_plane_backward
        : is_halving(g, FOVEA__POOL_MAX)     ? halve_plane_backward
        : is_halving(g, FOVEA__POOL_AVERAGE) ? mean_plane_backward
                                             : plane_backward;
    for (int64_t c = 0; c < g->channels; c++)
        plane(g, g->kind == FOVEA__POOL_MAX ? src + c * in : NULL, d_dst + c * out, d_src + c * in);
}

#include "kernels/pool/pool_index.h"
