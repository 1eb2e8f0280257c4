// SPDX-License-Identifier: MIT
// Maximum pooling by 2×2 with stride 2 and no padding, the batch in the lanes: every input belongs
// to one window at most, so its gradient is written once instead of being added to zeros.
#include "kernels/pool/pool_vector.h"
#include "kernels/pool/pool_window.h"

static bool is_halving(const fovea__pool_geometry *g, fovea__pool_kind kind) {
    if (g->kind != kind || g->kernel[0] != 1 || g->stride[0] != 1 || g->pad[0] != 0) return false;
    for (int i = 1; i < 3; i++)
        if (g->kernel[i] != 2 || g->stride[i] != 2 || g->pad[i] != 0 || g->dilation[i] != 1 ||
            2 * g->out[i] > g->in[i])
            return false;
    return g->in[0] == g->out[0];
}

static void halve_row(const float *upper, const float *lower, int64_t columns, float *dst) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            const float *from[4] = {upper + 2 * i, upper + 2 * i + FOVEA__LANES, lower + 2 * i,
                                    lower + 2 * i + FOVEA__LANES};
            fovea__floats best = (fovea__floats){0} - __builtin_inff();
            for (int tap = 0; tap < 4; tap++) {
                fovea__floats x = fovea__load(from[tap] + lane);
                best = pick(beats(x, best), x, best);
            }
            fovea__store(dst + i + lane, best);
        }
}

// A later winner takes the gradient from an earlier one. 0 + d as everywhere: -0 becomes +0.
static void halve_row_backward(const float *upper, const float *lower, int64_t columns,
                               const float *d_dst, float *d_upper, float *d_lower) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            int64_t at = 2 * i + lane;
            fovea__floats a = fovea__load(upper + at), b = fovea__load(upper + at + FOVEA__LANES);
            fovea__floats c = fovea__load(lower + at), d = fovea__load(lower + at + FOVEA__LANES);
            fovea__floats zero = {0}, gradient = zero + fovea__load(d_dst + i + lane);
            winners second = beats(b, a);
            fovea__floats best = pick(second, b, a);
            winners third = beats(c, best);
            best = pick(third, c, best);
            winners fourth = beats(d, best), late = third | fourth;
            fovea__store(d_upper + at, pick(second | late, zero, gradient));
            fovea__store(d_upper + at + FOVEA__LANES, pick(second & ~late, gradient, zero));
            fovea__store(d_lower + at, pick(third & ~fourth, gradient, zero));
            fovea__store(d_lower + at + FOVEA__LANES, pick(fourth, gradient, zero));
        }
}

static void halve_plane(const fovea__pool_geometry *g, const float *src, float *dst) {
    int64_t row = g->in[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, src += g->in[1] * row)
        for (int64_t h = 0; h < g->out[1]; h++, dst += g->out[2] * FOVEA__LANES)
            halve_row(src + 2 * h * row, src + (2 * h + 1) * row, g->out[2], dst);
}

// A last odd row or column belongs to no window.
static void clear_rest(const fovea__pool_geometry *g, float *d_src) {
    int64_t row = g->in[2] * FOVEA__LANES, used = 2 * g->out[2] * FOVEA__LANES;
    for (int64_t h = 0; used < row && h < g->in[1]; h++)
        memset(d_src + h * row + used, 0, (size_t)(row - used) * sizeof(float));
    int64_t rows = 2 * g->out[1];
    memset(d_src + rows * row, 0, (size_t)((g->in[1] - rows) * row) * sizeof(float));
}

static void halve_plane_backward(const fovea__pool_geometry *g, const float *src,
                                 const float *d_dst, float *d_src) {
    int64_t row = g->in[2] * FOVEA__LANES, plane = g->in[1] * row;
    for (int64_t d = 0; d < g->in[0]; d++, src += plane, d_src += plane) {
        for (int64_t h = 0; h < g->out[1]; h++, d_dst += g->out[2] * FOVEA__LANES)
            halve_row_backward(src + 2 * h * row, src + (2 * h + 1) * row, g->out[2], d_dst,
                               d_src + 2 * h * row, d_src + (2 * h + 1) * row);
        clear_rest(g, d_src);
    }
}

static void halve_row_index(const float *upper, const float *lower, int64_t columns, float *dst,
                            uint8_t *index) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
            int64_t at = 2 * i + lane;
            fovea__floats a = fovea__load(upper + at), b = fovea__load(upper + at + FOVEA__LANES);
            fovea__floats c = fovea__load(lower + at), d = fovea__load(lower + at + FOVEA__LANES);
            winners second = beats(b, a);
            fovea__floats best = pick(second, b, a);
            winners third = beats(c, best);
            best = pick(third, c, best);
            winners fourth = beats(d, best);
            fovea__store(dst + i + lane, pick(fourth, d, best));
            fovea__ints number = pick_number(second, 1, (fovea__ints){0});
            store_index(index + i + lane, pick_number(fourth, 3, pick_number(third, 2, number)));
        }
}

// 0 + d as everywhere: -0 becomes +0.
static void halve_row_back_index(const uint8_t *index, int64_t columns, const float *d_dst,
                                 float *d_upper, float *d_lower) {
    for (int64_t i = 0; i < columns * FOVEA__LANES; i += FOVEA__LANES)
        for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH)
            for (int tap = 0; tap < 4; tap++) {
                float *to = tap < 2 ? d_upper : d_lower;
                fovea__floats share = given(index + i + lane, (uint8_t)tap, d_dst + i + lane);
                fovea__store(to + 2 * i + tap % 2 * FOVEA__LANES + lane,
                             (fovea__floats){0} + share);
            }
}

static void halve_plane_index(const fovea__pool_geometry *g, const float *src, float *dst,
                              uint8_t *index) {
    int64_t row = g->in[2] * FOVEA__LANES, wide = g->out[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, src += g->in[1] * row)
        for (int64_t h = 0; h < g->out[1]; h++, dst += wide, index += wide)
            halve_row_index(src + 2 * h * row, src + (2 * h + 1) * row, g->out[2], dst, index);
}

static void halve_plane_back_index(const fovea__pool_geometry *g, const uint8_t *index,
                                   const float *d_dst, float *d_src) {
    int64_t row = g->in[2] * FOVEA__LANES, wide = g->out[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, d_src += g->in[1] * row) {
        for (int64_t h = 0; h < g->out[1]; h++, d_dst += wide, index += wide)
            halve_row_back_index(index, g->out[2], d_dst, d_src + 2 * h * row,
                                 d_src + (2 * h + 1) * row);
        clear_rest(g, d_src);
    }
}

// One of the two rows under a row of windows, whose positions are `number` and the next: the
// gradients, and the chains of their sum, to which a 0 adds nothing.
static void halve_row_back_sums(const uint8_t *index, int64_t columns, const float *d_dst,
                                uint8_t number, float *d_row, float *sum) {
    for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
        fovea__floats all = fovea__load(sum + lane), zero = {0};
        for (int64_t i = lane; i < columns * FOVEA__LANES; i += FOVEA__LANES) {
            fovea__floats left = zero + given(index + i, number, d_dst + i);
            fovea__floats right = zero + given(index + i, (uint8_t)(number + 1), d_dst + i);
            fovea__store(d_row + 2 * i - lane, left);
            fovea__store(d_row + 2 * i - lane + FOVEA__LANES, right);
            all += left + right;
        }
        fovea__store(sum + lane, all);
    }
}

static void halve_plane_back_sums(const fovea__pool_geometry *g, const uint8_t *index,
                                  const float *d_dst, float *d_src, float *sum) {
    int64_t row = g->in[2] * FOVEA__LANES, wide = g->out[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, d_src += g->in[1] * row) {
        for (int64_t h = 0; h < g->out[1]; h++, d_dst += wide, index += wide)
            for (int tap = 0; tap < 4; tap += 2)
                halve_row_back_sums(index, g->out[2], d_dst, (uint8_t)tap,
                                    d_src + (2 * h + tap / 2) * row, sum);
        clear_rest(g, d_src);
    }
}
