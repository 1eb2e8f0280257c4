// SPDX-License-Identifier: MIT
// Max and average pooling of dense planes, forward: the windows of a row side by side in a vector,
// each meeting its taps in their order; those over an edge one by one.
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

// For geometries that are by rows.
static void forward_rows(const fovea__pool_geometry *g, int32_t samples, const float *src,
                         float *dst) {
    int64_t stride = g->stride[2], reach = (g->kernel[2] - 1) * g->dilation[2];
    int64_t begin = (g->pad[2] + stride - 1) / stride, room = g->in[2] + g->pad[2] - reach - 1;
    int64_t end = room < 0 ? 0 : room / stride + 1, in = fovea__pool_volume(g->in);
    if (end > g->out[2]) end = g->out[2];
    for (int64_t plane = 0; plane < samples * g->channels; plane++, src += in)
        for (int64_t d = 0; d < g->out[0]; d++)
            for (int64_t h = 0; h < g->out[1]; h++, dst += g->out[2]) {
                fovea__pool_box box = {{fovea__pool_window(g, 0, d), fovea__pool_window(g, 1, h)}};
                row_of_windows(g, &box, begin, end, src, dst);
            }
}
