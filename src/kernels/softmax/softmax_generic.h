// SPDX-License-Identifier: MIT
// The one body of the family. Up to 16 neighbours of `inner` at a time, so that a compiler makes
// vectors of the loops over `lane` while each lane keeps its own ascending order; where `inner` is
// 1 the exponentials are taken 16 along the axis. Values pass through arrays of their own: x and y
// may be the same. Needs REAL, FORWARD, BACKWARD, EXP, LOG, FMA.
#include <string.h>

#include "kernels/softmax/softmax.h"

#define BLOCK 16

// e[i] = exp(x[i] - most[i]) for 16 neighbours; apart[i] = x[i] - most[i].
static inline void exp_block(const REAL *x, const REAL most[BLOCK], REAL apart[BLOCK],
                             REAL e[BLOCK]) {
    for (int i = 0; i < BLOCK; i++) apart[i] = x[i] - most[i];
    for (int i = 0; i < BLOCK; i++) e[i] = EXP(apart[i]);
}

// y[a * inner + lane] for a < axis, lane < width, from what the passes before left there.
static inline void block_finish(fovea__softmax_kind kind, int64_t axis, int64_t inner, int width,
                                REAL sum[BLOCK], REAL *y) {
    if (kind == FOVEA__LOG_SOFTMAX) {
        for (int lane = 0; lane < width; lane++) sum[lane] = LOG(sum[lane]);
    }
    for (int64_t a = 0; a < axis; a++, y += inner) {
        if (kind == FOVEA__SOFTMAX) {
            for (int lane = 0; lane < width; lane++) y[lane] /= sum[lane];
        } else {
            for (int lane = 0; lane < width; lane++) y[lane] -= sum[lane];
        }
    }
}

// x[a * inner + lane] for a < axis, lane < width.
static inline void block_forward(fovea__softmax_kind kind, int64_t axis, int64_t inner, int width,
                                 const REAL *x, REAL *y) {
    REAL most[BLOCK] = {0}, sum[BLOCK] = {0};
    for (int lane = 0; lane < width; lane++) most[lane] = x[lane];
    for (int64_t a = 1; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            REAL value = x[a * inner + lane];
            most[lane] = value > most[lane] ? value : most[lane];
        }
    }
    for (int64_t a = 0; a < axis; a++) {
        REAL value[BLOCK] = {0}, apart[BLOCK], e[BLOCK];
        memcpy(value, x + a * inner, sizeof(REAL) * (size_t)width);
        exp_block(value, most, apart, e);
        memcpy(y + a * inner, kind == FOVEA__SOFTMAX ? e : apart, sizeof(REAL) * (size_t)width);
        for (int lane = 0; lane < width; lane++) sum[lane] += e[lane];
    }
    block_finish(kind, axis, inner, width, sum, y);
}

// One row along the axis.
static void row_forward(fovea__softmax_kind kind, int64_t axis, const REAL *x, REAL *y) {
    REAL most[BLOCK], sum = 0, highest = x[0];
    for (int64_t a = 1; a < axis; a++) highest = x[a] > highest ? x[a] : highest;
    for (int i = 0; i < BLOCK; i++) most[i] = highest;
    for (int64_t a = 0; a < axis; a += BLOCK) {
        int64_t count = axis - a < BLOCK ? axis - a : BLOCK;
        REAL value[BLOCK] = {0}, apart[BLOCK], e[BLOCK];
        memcpy(value, x + a, sizeof(REAL) * (size_t)count);
        exp_block(value, most, apart, e);
        memcpy(y + a, kind == FOVEA__SOFTMAX ? e : apart, sizeof(REAL) * (size_t)count);
        for (int64_t i = 0; i < count; i++) sum += e[i];
    }
    if (kind == FOVEA__LOG_SOFTMAX) {
        sum = LOG(sum);
        for (int64_t a = 0; a < axis; a++) y[a] -= sum;
    } else {
        for (int64_t a = 0; a < axis; a++) y[a] /= sum;
    }
}

static inline void block_backward(fovea__softmax_kind kind, int64_t axis, int64_t inner, int width,
                                  const REAL *y, const REAL *d_y, REAL *d_x) {
    REAL sum[BLOCK] = {0};
    for (int64_t a = 0; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            int64_t i = a * inner + lane;
            sum[lane] = kind == FOVEA__SOFTMAX ? FMA(d_y[i], y[i], sum[lane]) : sum[lane] + d_y[i];
        }
    }
    for (int64_t a = 0; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            int64_t i = a * inner + lane;
            d_x[i] = kind == FOVEA__SOFTMAX ? y[i] * (d_y[i] - sum[lane])
                                            : FMA(-EXP(y[i]), sum[lane], d_y[i]);
        }
    }
}

void FORWARD(fovea__softmax_kind kind, int64_t outer, int64_t axis, int64_t inner, const REAL *src,
             REAL *dst) {
    for (int64_t o = 0; o < outer; o++) {
        int64_t base = o * axis * inner, i = 0;
        if (inner == 1) {
            row_forward(kind, axis, src + base, dst + base);
            continue;
        }
        for (; i + BLOCK <= inner; i += BLOCK) {
            block_forward(kind, axis, inner, BLOCK, src + base + i, dst + base + i);
        }
        if (i < inner) {
            block_forward(kind, axis, inner, (int)(inner - i), src + base + i, dst + base + i);
        }
    }
}

void BACKWARD(fovea__softmax_kind kind, int64_t outer, int64_t axis, int64_t inner, const REAL *dst,
              const REAL *d_dst, REAL *d_src) {
    for (int64_t o = 0; o < outer; o++) {
        int64_t base = o * axis * inner, i = 0;
        for (; i + BLOCK <= inner; i += BLOCK) {
            int64_t at = base + i;
            block_backward(kind, axis, inner, BLOCK, dst + at, d_dst + at, d_src + at);
        }
        if (i < inner) {
            int64_t at = base + i;
            block_backward(kind, axis, inner, (int)(inner - i), dst + at, d_dst + at, d_src + at);
        }
    }
}
