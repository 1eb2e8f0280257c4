// SPDX-License-Identifier: MIT
// Maximum pooling by 3x3 with stride 2, the batch in the lanes. Gradient from the winners' numbers:
// each input collects from the one to four windows that hold it and is written once.
#include "kernels/pool/pool_vector.h"

static bool is_thirding(const fovea__pool_geometry *g) {
    if (g->kernel[0] != 1 || g->stride[0] != 1 || g->pad[0] != 0 || g->in[0] != g->out[0])
        return false;
    for (int i = 1; i < 3; i++)
        if (g->kernel[i] != 3 || g->stride[i] != 2 || g->dilation[i] != 1 || g->pad[i] > 1)
            return false;
    return true;
}

// A window that lies inside the input; x: its first tap, `row` floats from one row to the next.
static inline void third_window_index(const float *x, int64_t row, float *dst, uint8_t *index) {
    for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
        fovea__floats best = fovea__load(x + lane);
        fovea__ints number = {0};
#pragma GCC unroll 8
        for (int k = 1; k < 9; k++) {
            fovea__floats value = fovea__load(x + k / 3 * row + k % 3 * FOVEA__LANES + lane);
            winners w = beats(value, best);
            best = pick(w, value, best);
            number = pick_number(w, k, number);
        }
        fovea__store(dst + lane, best);
        store_index(index + lane, number);
    }
}

// The rows of windows that hold a row of inputs, ascending: index and d_dst of each, and which row of
// those windows it is.
typedef struct holders {
    int count;
    const uint8_t *index[2];
    const float *d_dst[2];
    uint8_t tap[2];  // number of that row's first position
} holders;

static inline holders holders_of(const fovea__pool_geometry *g, int64_t row, const uint8_t *index,
                                 const float *d_dst) {
    int64_t at = row + g->pad[1], last = at / 2, wide = g->out[2] * FOVEA__LANES;
    holders h = {0};
    if (at % 2 == 0 && last >= 1 && last <= g->out[1]) {
        h.index[h.count] = index + (last - 1) * wide;
        h.d_dst[h.count] = d_dst + (last - 1) * wide;
        h.tap[h.count++] = 6;
    }
    if (last < g->out[1]) {
        h.index[h.count] = index + last * wide;
        h.d_dst[h.count] = d_dst + last * wide;
        h.tap[h.count++] = (uint8_t)(3 * (at % 2));
    }
    return h;
}

// An input that is the last tap of window w-1 (where `before`) and the first of w (where `own`).
static inline fovea__floats third_even(const holders *h, int count, int64_t w, int lane,
                                       bool before, bool own) {
    fovea__floats sum = {0};
    for (int r = 0; r < count; r++) {
        int64_t at = w * FOVEA__LANES + lane;
        const uint8_t *index = h->index[r] + at;
        const float *d_dst = h->d_dst[r] + at;
        if (before) sum += given(index - FOVEA__LANES, h->tap[r] + 2, d_dst - FOVEA__LANES);
        if (own) sum += given(index, h->tap[r], d_dst);
    }
    return sum;
}

// An input that is the middle tap of window w.
static inline fovea__floats third_odd(const holders *h, int count, int64_t w, int lane) {
    fovea__floats sum = {0};
    for (int r = 0; r < count; r++)
        sum += given(h->index[r] + w * FOVEA__LANES + lane, h->tap[r] + 1,
                     h->d_dst[r] + w * FOVEA__LANES + lane);
    return sum;
}

// One row of inputs; `count` is h->count, known where it is called. Window w begins at 2w - pad.
static inline void third_row(const fovea__pool_geometry *g, const holders *h, int count,
                             float *d_src) {
    int64_t pad = g->pad[2], windows = g->out[2], inputs = g->in[2];
    for (int lane = 0; lane < FOVEA__LANES; lane += FOVEA__WIDTH) {
        float *to = d_src + lane;
        int64_t w = 1, at = 2 - pad;
        if (pad == 0) fovea__store(to, third_even(h, count, 0, lane, false, true));
        if (at - 1 < inputs)
            fovea__store(to + (at - 1) * FOVEA__LANES, third_odd(h, count, 0, lane));
        for (; w < windows && at + 1 < inputs; w++, at += 2) {
            fovea__store(to + at * FOVEA__LANES, third_even(h, count, w, lane, true, true));
            fovea__store(to + (at + 1) * FOVEA__LANES, third_odd(h, count, w, lane));
        }
        if (at < inputs)
            fovea__store(to + at * FOVEA__LANES, third_even(h, count, w, lane, true, w < windows));
        for (at++; at < inputs; at++) fovea__store(to + at * FOVEA__LANES, (fovea__floats){0});
    }
}

static void third_plane_back_index(const fovea__pool_geometry *g, const uint8_t *index,
                                   const float *d_dst, float *d_src) {
    int64_t out = g->out[1] * g->out[2] * FOVEA__LANES, row = g->in[2] * FOVEA__LANES;
    for (int64_t d = 0; d < g->in[0]; d++, index += out, d_dst += out)
        for (int64_t i = 0; i < g->in[1]; i++, d_src += row) {
            holders h = holders_of(g, i, index, d_dst);
            if (h.count == 2)
                third_row(g, &h, 2, d_src);
            else if (h.count == 1)
                third_row(g, &h, 1, d_src);
            else
                memset(d_src, 0, (size_t)row * sizeof(float));
        }
}
