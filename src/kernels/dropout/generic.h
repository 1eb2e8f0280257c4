// SPDX-License-Identifier: MIT
// Blocks of 16 draws of Philox side by side, each a chain of its own, of which a compiler makes
// vectors: with N16 the 16 samples of one element block, with NCHW 16 element blocks of one sample.
// Needs REAL.
#include "kernels/dropout/dropout.h"
#include "kernels/kernel.h"

#define FOUR 4
typedef uint32_t draws[FOVEA__LANES];

// out[w][i] = word w of Philox4x32-10 of the counter {block[i], sample[i], epoch, stream}.
static inline void philox(const fovea__dropout *dropout, const draws block, const draws sample,
                          draws out[FOUR]) {
    draws c0, c1, c2, c3;
    for (int i = 0; i < FOVEA__LANES; i++) {
        c0[i] = block[i];
        c1[i] = sample[i];
        c2[i] = dropout->epoch;
        c3[i] = dropout->stream;
    }
    uint32_t k0 = (uint32_t)dropout->seed, k1 = (uint32_t)(dropout->seed >> 32);
    for (int round = 0; round < 10; round++, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
        for (int i = 0; i < FOVEA__LANES; i++) {
            uint64_t a = (uint64_t)c0[i] * 0xD2511F53u, b = (uint64_t)c2[i] * 0xCD9E8D57u;
            c0[i] = (uint32_t)(b >> 32) ^ c1[i] ^ k0;
            c1[i] = (uint32_t)b;
            c2[i] = (uint32_t)(a >> 32) ^ c3[i] ^ k1;
            c3[i] = (uint32_t)a;
        }
    }
    for (int i = 0; i < FOVEA__LANES; i++) {
        out[0][i] = c0[i];
        out[1][i] = c1[i];
        out[2][i] = c2[i];
        out[3][i] = c3[i];
    }
}

// Words below this are dropped: u >= ratio for the top 24 bits u of a word.
static uint32_t threshold(double ratio) {
    double scaled = ratio * 0x1p24;
    uint32_t whole = (uint32_t)scaled;
    return whole + ((double)whole < scaled);
}

static REAL scale_of(double ratio) {
    return ratio < 1 ? 1 / (1 - (REAL)ratio) : 0;
}

static inline REAL kept(uint32_t word, uint32_t below, REAL value, REAL scale) {
    return word >> 8 >= below ? value * scale : 0;
}

static void apply_lanes(const fovea__dropout *dropout, int32_t samples, int64_t elements,
                        const REAL *src, REAL *dst) {
    uint32_t below = threshold(dropout->ratio);
    REAL scale = scale_of(dropout->ratio);
    draws sample = {0}, block, out[FOUR];
    for (int n = 0; n < samples; n++) sample[n] = dropout->sample[n];
    for (int64_t e = 0; e < elements; e += FOUR) {
        for (int i = 0; i < FOVEA__LANES; i++) block[i] = (uint32_t)(e / FOUR);
        philox(dropout, block, sample, out);
        for (int w = 0; w < FOUR && e + w < elements; w++) {
            const REAL *x = src + (e + w) * FOVEA__LANES;
            REAL *y = dst + (e + w) * FOVEA__LANES;
            for (int i = 0; i < FOVEA__LANES; i++) {
                REAL value = kept(out[w][i], below, x[i], scale);
                y[i] = i < samples ? value : 0;
            }
        }
    }
}

static void apply_sample(const fovea__dropout *dropout, uint32_t id, int64_t elements,
                         const REAL *src, REAL *dst) {
    uint32_t below = threshold(dropout->ratio);
    REAL scale = scale_of(dropout->ratio);
    draws sample, block, out[FOUR];
    for (int i = 0; i < FOVEA__LANES; i++) sample[i] = id;
    for (int64_t e = 0; e < elements; e += FOUR * FOVEA__LANES) {
        for (int i = 0; i < FOVEA__LANES; i++) block[i] = (uint32_t)(e / FOUR + i);
        philox(dropout, block, sample, out);
        for (int i = 0; i < FOVEA__LANES; i++) {
            for (int w = 0; w < FOUR; w++) {
                int64_t at = e + i * FOUR + w;
                if (at < elements) dst[at] = kept(out[w][i], below, src[at], scale);
            }
        }
    }
}

static inline void apply_group(const fovea__dropout *dropout, fovea__layout layout, int32_t samples,
                               int64_t elements, const REAL *src, REAL *dst) {
    if (layout == FOVEA__LAYOUT_N16) {
        apply_lanes(dropout, samples, elements, src, dst);
        return;
    }
    for (int32_t n = 0; n < samples; n++) {
        apply_sample(dropout, dropout->sample[n], elements, src + n * elements, dst + n * elements);
    }
}
