// SPDX-License-Identifier: MIT
// The one body of the family: up to 16 neighbours of `inner` at a time, so that a compiler makes
// vectors of the loops over `lane` while each lane keeps its own ascending order. Needs REAL,
// FORWARD, BACKWARD, EXP, LOG, FMA.
#include "kernels/softmax/softmax.h"

#define BLOCK 16

// x[a * inner + lane] for a < axis, lane < width.
static inline void block_forward(fovea__softmax_kind kind, int64_t axis, int64_t inner, int width,
                                 const REAL *x, REAL *y) {
    REAL most[BLOCK], sum[BLOCK] = {0};
    for (int lane = 0; lane < width; lane++) most[lane] = x[lane];
    for (int64_t a = 1; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            REAL value = x[a * inner + lane];
            most[lane] = value > most[lane] ? value : most[lane];
        }
    }
    for (int64_t a = 0; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            REAL apart = x[a * inner + lane] - most[lane], e = EXP(apart);
            y[a * inner + lane] = kind == FOVEA__SOFTMAX ? e : apart;
            sum[lane] += e;
        }
    }
    if (kind == FOVEA__LOG_SOFTMAX) {
        for (int lane = 0; lane < width; lane++) sum[lane] = LOG(sum[lane]);
    }
    for (int64_t a = 0; a < axis; a++) {
        for (int lane = 0; lane < width; lane++) {
            REAL value = y[a * inner + lane];
            y[a * inner + lane] = kind == FOVEA__SOFTMAX ? value / sum[lane] : value - sum[lane];
        }
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
