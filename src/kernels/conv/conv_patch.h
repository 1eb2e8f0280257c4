// SPDX-License-Identifier: MIT
// The register tile of forward and input gradient: M destination channels by P pixels, all of which
// meet the same taps, so that nothing is tested within. Beside the multiply-adds there is next to
// nothing in the innermost loops: integer instructions take the same ports.
#include "kernels/conv/conv_tiles.h"

// A loop around a tile's multiply-adds. Distances in floats.
typedef struct patch_loop {
    int64_t count, x, k;
} patch_loop;

// The same tile `runs` times, each x_run and to_run further.
typedef struct patch {
    patch_loop loop[4];  // outermost first: source channels, kd, kh, kw; those of count 1 first
    int64_t x_pixel, to_pixel, to_channel, k_channel;
    int64_t runs, x_run, to_run;
    const float *x, *k, *bias;  // bias may be NULL
    float *to;
} patch;

// One tap: sum[m][p] += x[p] * k[m].
#define TAP(x, k)                                                                         \
    do {                                                                                  \
        if (M >= P) {                                                                     \
            vec value[TILE_PIXELS];                                                       \
            UNROLL for (int p = 0; p < P; p++) value[p] = vec_load((x) + p * x_pixel);    \
            UNROLL for (int m = 0; m < M; m++) {                                          \
                vec factor = vec_splat((k)[m * k_channel]);                               \
                UNROLL for (int p = 0; p < P; p++) {                                      \
                    sum[m][p] = vec_fma(value[p], factor, sum[m][p]);                     \
                }                                                                         \
            }                                                                             \
        } else {                                                                          \
            vec factor[TILE_CHANNELS];                                                    \
            UNROLL for (int m = 0; m < M; m++) factor[m] = vec_splat((k)[m * k_channel]); \
            UNROLL for (int p = 0; p < P; p++) {                                          \
                vec value = vec_held(vec_load((x) + p * x_pixel));                        \
                UNROLL for (int m = 0; m < M; m++) {                                      \
                    sum[m][p] = vec_fma(value, factor[m], sum[m][p]);                     \
                }                                                                         \
            }                                                                             \
        }                                                                                 \
    } while (0)

#define SLIDE_TAPS 5  // the widest kernel with such a body
// All T taps of a row for one channel: every x is read once, a pixel still meets its taps in order.
#define SLIDE(x, k)                                                                    \
    do {                                                                               \
        vec factor[SLIDE_TAPS];                                                        \
        UNROLL for (int t = 0; t < T; t++) factor[t] = vec_splat((k)[t]);              \
        UNROLL for (int v = 0; v < P + T - 1; v++) {                                   \
            const int at = STEP > 0 ? v : P - 1 - v;                                   \
            vec value = vec_held(vec_load((x) + at * FOVEA__LANES));                   \
            UNROLL for (int t = 0; t < T; t++) {                                       \
                const int p = at - STEP * t;                                           \
                if (p >= 0 && p < P) sum[0][p] = vec_fma(value, factor[t], sum[0][p]); \
            }                                                                          \
        }                                                                              \
    } while (0)

// T > 0: the innermost loop is T long. STEP != 0: it goes along W, one pixel forth (1) or back (-1)
// at a time, as the tile's pixels do.
static TILE_BODY void patch_run(const patch *a, const int M, const int P, const int T,
                                const int STEP) {
    const int64_t x_pixel = STEP ? FOVEA__LANES : a->x_pixel;
    const int64_t x_tap = STEP ? STEP * FOVEA__LANES : a->loop[3].x;
    const int64_t k_tap = STEP ? 1 : a->loop[3].k;
    const int64_t k_channel = a->k_channel;
    const float *x_run = a->x;
    float *to = a->to;
    for (int64_t run = a->runs; run > 0; run--, x_run += a->x_run, to += a->to_run) {
        vec sum[TILE_CHANNELS][TILE_PIXELS];
        UNROLL for (int m = 0; m < M; m++) {
            vec start = vec_splat(a->bias ? a->bias[m] : 0.0f);
            UNROLL for (int p = 0; p < P; p++) sum[m][p] = start;
        }
        const float *x_0 = x_run, *k_0 = a->k;
        for (int64_t i = a->loop[0].count; i > 0; i--) {
            const float *x_1 = x_0, *k_1 = k_0;
            for (int64_t j = a->loop[1].count; j > 0; j--) {
                const float *x_2 = x_1, *k_2 = k_1;
                for (int64_t l = a->loop[2].count; l > 0; l--) {
                    if (M == 1 && STEP != 0) {
                        SLIDE(x_2, k_2);
                    } else if (T > 0) {
                        UNROLL for (int t = 0; t < T; t++) TAP(x_2 + t * x_tap, k_2 + t * k_tap);
                    } else {
                        const float *x = x_2, *k = k_2;
                        int64_t t = a->loop[3].count;
                        for (; t >= 2; t -= 2, x += 2 * x_tap, k += 2 * k_tap) {
                            TAP(x, k);
                            TAP(x + x_tap, k + k_tap);
                        }
                        if (t > 0) TAP(x, k);
                    }
                    x_2 += a->loop[2].x;
                    k_2 += a->loop[2].k;
                }
                x_1 += a->loop[1].x;
                k_1 += a->loop[1].k;
            }
            x_0 += a->loop[0].x;
            k_0 += a->loop[0].k;
        }
        UNROLL for (int m = 0; m < M; m++) {
            UNROLL for (int p = 0; p < P; p++) {
                vec_store(to + m * a->to_channel + p * a->to_pixel, sum[m][p]);
            }
        }
    }
}
#undef SLIDE
#undef TAP

// Kernels three and five wide, on pixels side by side, are worth bodies of their own.
static TILE_BODY void patch_choose(const patch *a, const int M, const int P) {
    int64_t step = a->loop[3].x / FOVEA__LANES, taps = a->loop[3].count;
    bool dense = a->x_pixel == FOVEA__LANES && a->loop[3].k == 1;
    const bool worth = M == 1 || M * P >= 12;
    if (worth && dense && taps == 3 && step == 1) return patch_run(a, M, P, 3, 1);
    if (worth && dense && taps == 3 && step == -1) return patch_run(a, M, P, 3, -1);
    if (worth && dense && taps == 5 && step == 1) return patch_run(a, M, P, 5, 1);
    if (worth && dense && taps == 5 && step == -1) return patch_run(a, M, P, 5, -1);
    if (M * P >= 12 && taps == 3) return patch_run(a, M, P, 3, 0);
    if (M * P >= 12 && taps == 2) return patch_run(a, M, P, 2, 0);
    patch_run(a, M, P, 0, 0);
}

#define TILE(m, p)                                                          \
    static __attribute__((noinline)) void patch_##m##x##p(const patch *a) { \
        patch_choose(a, m, p);                                              \
    }
TILES(TILE)
#undef TILE

static void (*const patch_table[TILE_CHANNELS + 1][TILE_PIXELS + 1])(const patch *) = {
#define TILE(m, p) [m][p] = patch_##m##x##p,
    TILES(TILE)
#undef TILE
};
