// SPDX-License-Identifier: MIT
// Max and average pooling of dense planes, forward, and max pooling backward: the windows of a row
// side by side in a vector, each meeting its taps in their order; those over an edge one by one.
#include "kernels/pool/pool_window.h"
#include "kernels/vector.h"

#define WIDE FOVEA__WIDTH
#define BLOCK(x) wide_##x
#include "kernels/pool/pool_row_block.h"
#if FOVEA__WIDTH > 4
#define WIDE 4
#define BLOCK(x) narrow_##x
#include "kernels/pool/pool_row_block.h"
#endif

// Adaptive windows have no common kernel, other strides no shuffle.
static inline bool is_by_rows(const fovea__pool_geometry *g) {
    return g->kind != FOVEA__POOL_ADAPTIVE && g->stride[2] <= 2;
}

// One window: the reference's arithmetic.
static float window_of(const fovea__pool_geometry *g, const fovea__pool_box *box,
                       const float *plane) {
    bool max = g->kind == FOVEA__POOL_MAX;
    float all = max ? -__builtin_inff() : 0;
    FOVEA__POOL_TAPS(g, *box, at) {
        float x = plane[at];
        all = !max ? all + x : x > all || x != x ? x : all;
    }
    int64_t count = fovea__pool_counted(box);
    return max ? all : count ? all / (float)count : 0;
}

// The windows begin..end-1 have all their taps along the row inside the input.
static void row_inside(const fovea__pool_geometry *g, fovea__pool_box *box, int64_t begin,
                       int64_t end, const float *plane, float *dst) {
    int64_t depth = box->dim[0].begin, height = box->dim[1].begin, stride = g->stride[2];
    const float *x = plane + (depth * g->in[1] + height) * g->in[2] + begin * stride - g->pad[2];
    bool max = g->kind == FOVEA__POOL_MAX;
    box->dim[2] = fovea__pool_window(g, 2, begin);
#define ROW(width)                                              \
    do {                                                        \
        if (max && stride == 1)                                 \
            width##_row(g, box, true, 1, end - begin, x, dst);  \
        else if (max)                                           \
            width##_row(g, box, true, 2, end - begin, x, dst);  \
        else if (stride == 1)                                   \
            width##_row(g, box, false, 1, end - begin, x, dst); \
        else                                                    \
            width##_row(g, box, false, 2, end - begin, x, dst); \
    } while (0)
#if FOVEA__WIDTH > 4
    if (end - begin < FOVEA__WIDTH) {
        ROW(narrow);
        return;
    }
#endif
    ROW(wide);
#undef ROW
}

// box: the row's windows along depth and height, with at least one tap each.
static void row_of_windows(const fovea__pool_geometry *g, fovea__pool_box *box, int64_t begin,
                           int64_t end, const float *plane, float *dst) {
    bool empty = box->dim[0].taps == 0 || box->dim[1].taps == 0 || end - begin < 4;
    if (empty) begin = end = g->out[2];
    if (begin < end) row_inside(g, box, begin, end, plane, dst + begin);
    for (int64_t w = 0; w < g->out[2]; w++) {
        if (w == begin && begin < end) w = end;
        if (w == g->out[2]) break;
        box->dim[2] = fovea__pool_window(g, 2, w);
        dst[w] = window_of(g, box, plane);
    }
}

// The windows of a row whose taps along it are all inside the input: begin ... end-1.
static void inside_row(const fovea__pool_geometry *g, int64_t *begin, int64_t *end) {
    int64_t stride = g->stride[2], reach = (g->kernel[2] - 1) * g->dilation[2];
    int64_t room = g->in[2] + g->pad[2] - reach - 1;
    *begin = (g->pad[2] + stride - 1) / stride;
    *end = room < 0 ? 0 : room / stride + 1;
    if (*end > g->out[2]) *end = g->out[2];
}

// For geometries that are by rows.
static void forward_rows(const fovea__pool_geometry *g, int32_t samples, const float *src,
                         float *dst) {
    int64_t begin, end, in = fovea__pool_volume(g->in);
    inside_row(g, &begin, &end);
    for (int64_t plane = 0; plane < samples * g->channels; plane++, src += in)
        for (int64_t d = 0; d < g->out[0]; d++)
            for (int64_t h = 0; h < g->out[1]; h++, dst += g->out[2]) {
                fovea__pool_box box = {{fovea__pool_window(g, 0, d), fovea__pool_window(g, 1, h)}};
                row_of_windows(g, &box, begin, end, src, dst);
            }
}

// One window's gradient to its winner.
static void window_back(const fovea__pool_geometry *g, const fovea__pool_box *box,
                        const float *plane, float gradient, float *d_plane) {
    int64_t owner = -1;
    float best = 0;
    FOVEA__POOL_TAPS(g, *box, at) {
        float x = plane[at];
        if (owner >= 0 && !(x > best) && x == x) continue;
        best = x;
        owner = at;
    }
    if (owner >= 0) d_plane[owner] += gradient;
}

static void row_back(const fovea__pool_geometry *g, fovea__pool_box *box, int64_t begin,
                     int64_t end, const float *plane, const float *d_dst, float *d_plane) {
    bool empty = box->dim[0].taps == 0 || box->dim[1].taps == 0;
    for (int64_t w = 0; w < g->out[2] && !empty; w++) {
        if (w == begin) {
            int64_t row = box->dim[0].begin * g->in[1] + box->dim[1].begin, stride = g->stride[2];
            int64_t at = row * g->in[2] + w * stride - g->pad[2];
            if (stride == 1)
                w += wide_hand_out(g, box, 1, end - w, plane + at, d_dst + w, d_plane + at);
            else
                w += wide_hand_out(g, box, 2, end - w, plane + at, d_dst + w, d_plane + at);
#if FOVEA__WIDTH > 4
            at += (w - begin) * stride;
            w += narrow_hand_out(g, box, stride, end - w, plane + at, d_dst + w, d_plane + at);
#endif
            if (w == g->out[2]) break;
        }
        box->dim[2] = fovea__pool_window(g, 2, w);
        window_back(g, box, plane, d_dst[w], d_plane);
    }
}

// For max pooling by rows of planes that an int32_t can count.
static void max_backward_rows(const fovea__pool_geometry *g, int32_t samples, const float *src,
                              const float *d_dst, float *d_src) {
    int64_t begin, end, in = fovea__pool_volume(g->in);
    inside_row(g, &begin, &end);
    memset(d_src, 0, sizeof(float) * (size_t)(samples * g->channels * in));
    for (int64_t plane = 0; plane < samples * g->channels; plane++, src += in, d_src += in)
        for (int64_t d = 0; d < g->out[0]; d++)
            for (int64_t h = 0; h < g->out[1]; h++, d_dst += g->out[2]) {
                fovea__pool_box box = {{fovea__pool_window(g, 0, d), fovea__pool_window(g, 1, h)}};
                row_back(g, &box, begin, end, src, d_dst, d_src);
            }
}
