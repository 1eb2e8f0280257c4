// SPDX-License-Identifier: MIT
// The definition, 16 neighbouring pixels at a time. Needs REAL, EXP, LOG, FORWARD and BACKWARD.
#include "kernels/lrn/lrn.h"

#define LANES FOVEA__LANES

static int64_t clamp(int64_t c, int64_t channels) {
    return c < 0 ? 0 : c > channels ? channels : c;
}
static int64_t window_begin(const fovea__lrn *l, int64_t c) {
    return clamp(c - (l->size - 1) / 2, l->channels);
}
static int64_t window_end(const fovea__lrn *l, int64_t c) {
    return clamp(c + l->size / 2 + 1, l->channels);
}

// s of channel c; x: the pixels in channel 0.
static void scales(const fovea__lrn *l, const REAL *x, int64_t c, int width, REAL s[LANES]) {
    REAL sum[LANES] = {0}, factor = (REAL)(l->alpha / (double)l->size);
    for (int64_t k = window_begin(l, c); k < window_end(l, c); k++) {
        const REAL *from = x + k * l->pixels;
        for (int i = 0; i < width; i++) sum[i] += from[i] * from[i];
    }
    for (int i = 0; i < LANES; i++) s[i] = (REAL)l->bias + factor * sum[i];
}

static void to_power(REAL s[LANES], double exponent) {
    for (int i = 0; i < LANES; i++) s[i] = EXP((REAL)exponent * LOG(s[i]));
}

static void block_forward(const fovea__lrn *l, const REAL *x, int width, REAL *y) {
    for (int64_t c = 0; c < l->channels; c++) {
        REAL s[LANES];
        scales(l, x, c, width, s);
        to_power(s, -l->beta);
        for (int i = 0; i < width; i++) y[c * l->pixels + i] = x[c * l->pixels + i] * s[i];
    }
}

// The sum over the channels whose windows hold c.
static void others(const fovea__lrn *l, const REAL *x, const REAL *d_y, int64_t c, int width,
                   REAL sum[LANES]) {
    for (int i = 0; i < LANES; i++) sum[i] = 0;
    int64_t end = clamp(c + (l->size - 1) / 2 + 1, l->channels);
    for (int64_t k = clamp(c - l->size / 2, l->channels); k < end; k++) {
        REAL s[LANES];
        scales(l, x, k, width, s);
        to_power(s, -l->beta - 1);
        for (int i = 0; i < width; i++)
            sum[i] += d_y[k * l->pixels + i] * x[k * l->pixels + i] * s[i];
    }
}

static void block_backward(const fovea__lrn *l, const REAL *x, const REAL *d_y, int width,
                           REAL *d_x) {
    REAL factor = (REAL)(2 * l->alpha * l->beta / (double)l->size);
    for (int64_t c = 0; c < l->channels; c++) {
        REAL s[LANES], sum[LANES];
        scales(l, x, c, width, s);
        to_power(s, -l->beta);
        others(l, x, d_y, c, width, sum);
        for (int i = 0; i < width; i++) {
            int64_t at = c * l->pixels + i;
            d_x[at] = d_y[at] * s[i] - factor * x[at] * sum[i];
        }
    }
}

#define BLOCKS(l, n, p, at, width)                                      \
    for (int64_t n = 0; n < (l)->samples; n++)                          \
        for (int64_t p = 0, at = n * (l)->channels * (l)->pixels,       \
                     width = (l)->pixels < LANES ? (l)->pixels : LANES; \
             p < (l)->pixels;                                           \
             p += LANES, at += LANES, width = (l)->pixels - p < LANES ? (l)->pixels - p : LANES)

void FORWARD(const fovea__lrn *l, const REAL *src, REAL *dst) {
    BLOCKS(l, n, p, at, width) block_forward(l, src + at, (int)width, dst + at);
}

void BACKWARD(const fovea__lrn *l, const REAL *src, const REAL *d_dst, REAL *d_src) {
    BLOCKS(l, n, p, at, width) {
        block_backward(l, src + at, d_dst + at, (int)width, d_src + at);
    }
}
