// SPDX-License-Identifier: MIT
// Averages whose windows do not overlap, the batch in the lanes: 2x2 with stride 2 and no padding,
// and the mean of a whole plane. Each gradient is written once, 0 + share as everywhere.
#include "kernels/pool/pool_halves.h"

// The whole plane is one window.
static bool is_whole(const fovea__pool_geometry *g) {
    return g->kind == FOVEA__POOL_ADAPTIVE && fovea__pool_volume(g->out) == 1;
}

static void mean_row(const float *upper, const float *lower, int64_t columns, float *dst) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            int64_t at = 2 * i + lane;
            fovea__floats sum = (fovea__floats){0} + fovea__load(upper + at);
            sum += fovea__load(upper + at + FOVEA__LANES);
            sum += fovea__load(lower + at);
            sum += fovea__load(lower + at + FOVEA__LANES);
            fovea__store(dst + i + lane, sum / 4.0f);
        }
}

static void mean_row_backward(const float *d_dst, int64_t columns, float *d_upper, float *d_lower) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            fovea__floats share = (fovea__floats){0} + fovea__load(d_dst + i + lane) / 4.0f;
            fovea__store(d_upper + 2 * i + lane, share);
            fovea__store(d_upper + 2 * i + lane + FOVEA__LANES, share);
            fovea__store(d_lower + 2 * i + lane, share);
            fovea__store(d_lower + 2 * i + lane + FOVEA__LANES, share);
        }
}

static void mean_plane(const fovea__pool_geometry *g, const float *src, float *dst) {
    int64_t row = g->in[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, src += g->in[1] * row)
        for (int64_t h = 0; h < g->out[1]; h++, dst += g->out[2] * FOVEA__LANES)
            mean_row(src + 2 * h * row, src + (2 * h + 1) * row, g->out[2], dst);
}

// `src` is not read: the signature of the other gradients.
static void mean_plane_backward(const fovea__pool_geometry *g, const float *src, const float *d_dst,
                                float *d_src) {
    (void)src;
    int64_t row = g->in[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, d_src += g->in[1] * row) {
        for (int64_t h = 0; h < g->out[1]; h++, d_dst += g->out[2] * FOVEA__LANES)
            mean_row_backward(d_dst, g->out[2], d_src + 2 * h * row, d_src + (2 * h + 1) * row);
        clear_rest(g, d_src);
    }
}

// A chain of additions waits for each: up to four planes at a time keep the adders busy.
static inline void whole_means(int64_t planes, int64_t pixels, const float *src, float *dst) {
    int64_t plane = pixels * FOVEA__LANES;
    for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
        fovea__floats sum[4] = {{0}};
        for (int64_t at = lane; at < plane; at += FOVEA__LANES) {
#pragma GCC unroll 4
            for (int k = 0; k < 4; k++)
                if (k < planes) sum[k] += fovea__load(src + k * plane + at);
        }
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++)
            if (k < planes) fovea__store(dst + k * FOVEA__LANES + lane, sum[k] / (float)pixels);
    }
}

static void whole_forward(const fovea__pool_geometry *g, const float *src, float *dst) {
    int64_t pixels = fovea__pool_volume(g->in), plane = pixels * FOVEA__LANES, c = 0;
    for (; c + 4 <= g->channels; c += 4)
        whole_means(4, pixels, src + c * plane, dst + c * FOVEA__LANES);
    for (; c < g->channels; c++) whole_means(1, pixels, src + c * plane, dst + c * FOVEA__LANES);
}

static void whole_plane_backward(const fovea__pool_geometry *g, const float *src,
                                 const float *d_dst, float *d_src) {
    (void)src;
    int64_t pixels = fovea__pool_volume(g->in);
    for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
        fovea__floats share = (fovea__floats){0} + fovea__load(d_dst + lane) / (float)pixels;
        for (int64_t p = 0; p < pixels; p++) fovea__store(d_src + p * FOVEA__LANES + lane, share);
    }
}
