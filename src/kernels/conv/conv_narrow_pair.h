// SPDX-License-Identifier: MIT
// The tile of an input gradient of stride 2: the two phases along W in one. Their pixels meet the
// same values of d_y through neighbouring taps, so a value loaded serves both.
#include "kernels/conv/conv_axis.h"
#include "kernels/conv/conv_narrow_tile.h"

// 2*M*V sums stay in registers.
// clang-format off
#define PAIR_CHANNELS 4
#if WIDTH == 8
static const int8_t pair_vectors[PAIR_CHANNELS + 1] = {0, 4, 3, 2, 1};
#define PAIRS(PAIR)                                    \
    PAIR(1, 1) PAIR(1, 2) PAIR(1, 3) PAIR(1, 4)        \
    PAIR(2, 1) PAIR(2, 2) PAIR(2, 3) PAIR(3, 1) PAIR(3, 2) PAIR(4, 1)
#else
static const int8_t pair_vectors[PAIR_CHANNELS + 1] = {0, 6, 5, 4, 3};
#define PAIRS(PAIR)                                                           \
    PAIR(1, 1) PAIR(1, 2) PAIR(1, 3) PAIR(1, 4) PAIR(1, 5) PAIR(1, 6)         \
    PAIR(2, 1) PAIR(2, 2) PAIR(2, 3) PAIR(2, 4) PAIR(2, 5)                    \
    PAIR(3, 1) PAIR(3, 2) PAIR(3, 3) PAIR(3, 4) PAIR(4, 1) PAIR(4, 2) PAIR(4, 3)
#endif
// clang-format on

// Step t along W reads `column[t]` of the pixels and meets kernel elements first + 2*t for even
// destinations, first + 2*t + 1 for odd ones, where they are within [0, taps).
typedef struct pair_pixels {
    narrow_pixels pixels;
    int64_t first, taps;
} pair_pixels;

#define COLUMN(v) ((v) == V - 1 ? p->last : (v)*WIDTH)

static TILE_BODY void pair_tile(const narrow_chain *n, const pair_pixels *pair, float *even,
                                float *odd, const int M, const int V) {
    vec sum[2][PAIR_CHANNELS][NARROW_VECTORS];
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int v = 0; v < V; v++) sum[0][m][v] = sum[1][m][v] = vec_splat(0.0f);
    }
    const narrow_pixels *p = &pair->pixels;
    const int64_t next = n->weight_channel;
    const float *x_l = n->from, *k_l = n->weight;
    for (int64_t l = 0; l < n->sources; l++, x_l += n->from_source, k_l += n->weight_source) {
        const float *x_d = x_l, *k_d = k_l;
        for (int64_t d = 0; d < n->taps_d; d++, x_d += n->from_d, k_d += n->weight_d) {
            const float *x_h = x_d, *k_h = k_d;
            for (int64_t h = 0; h < n->taps_h; h++, x_h += n->from_h, k_h += n->weight_h) {
                // The same row of the next source: far away, no processor foresees it.
                const float *ahead = x_h + n->from_source + p->column[0];
                UNROLL for (int v = 0; v < V; v++) __builtin_prefetch(ahead + v * WIDTH);
                for (int64_t t = 0, tap = pair->first; t < p->taps; t++, tap += 2) {
                    const float *x = x_h + p->column[t], *k = k_h + tap;
                    vec value[NARROW_VECTORS];
                    if (p->whole[t]) {
                        UNROLL for (int v = 0; v < V; v++) value[v] = vec_load(x + COLUMN(v));
                        if (tap >= 0) {
                            UNROLL for (int m = 0; m < M; m++) {
                                vec factor = vec_splat(k[m * next]);
                                UNROLL for (int v = 0; v < V; v++) {
                                    sum[0][m][v] = vec_fma(value[v], factor, sum[0][m][v]);
                                }
                            }
                        }
                        if (tap + 1 < pair->taps) {
                            UNROLL for (int m = 0; m < M; m++) {
                                vec factor = vec_splat(k[m * next + 1]);
                                UNROLL for (int v = 0; v < V; v++) {
                                    sum[1][m][v] = vec_fma(value[v], factor, sum[1][m][v]);
                                }
                            }
                        }
                    } else {
                        UNROLL for (int phase_w = 0; phase_w < 2; phase_w++) {
                            if (tap + phase_w < 0 || tap + phase_w >= pair->taps) continue;
                            UNROLL for (int v = 0; v < V; v++) {
                                lanes in = p->inside[t][v];
                                vec part = vec_load_lanes(in, x + COLUMN(v));
                                UNROLL for (int m = 0; m < M; m++) {
                                    sum[phase_w][m][v] =
                                        vec_fma_lanes(in, part, vec_splat(k[m * next + phase_w]),
                                                      sum[phase_w][m][v]);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int v = 0; v < V; v++) {
            vec_store(even + m * n->to_channel + COLUMN(v), sum[0][m][v]);
            vec_store(odd + m * n->to_channel + COLUMN(v), sum[1][m][v]);
        }
    }
}
#undef COLUMN

#define PAIR(m, v)                                                              \
    static __attribute__((noinline)) void pair_##m##x##v(                       \
        const narrow_chain *n, const pair_pixels *p, float *even, float *odd) { \
        pair_tile(n, p, even, odd, m, v);                                       \
    }
PAIRS(PAIR)
#undef PAIR

typedef void pair_function(const narrow_chain *n, const pair_pixels *p, float *even, float *odd);
static pair_function *const pair_table[PAIR_CHANNELS + 1][NARROW_VECTORS + 1] = {
#define PAIR(m, v) [m][v] = pair_##m##x##v,
    PAIRS(PAIR)
#undef PAIR
};

// Fills `pair` for the pairs first, first+1 ... first+count-1 of destinations along W.
static void pair_pixels_set(pair_pixels *pair, const fovea__conv_geometry *g, int64_t first,
                            int64_t count) {
    int64_t pad = g->pad[2];
    pair->first = pad % 2 ? -1 : 0;
    pair->taps = g->kernel[2];
    axis a = {.count = count,
              .source_step = 1,
              .source_size = g->out[2],
              .taps = (g->kernel[2] - pair->first + 1) / 2,
              .offset = (pad - pair->first) / 2,
              .offset_step = -1};
    narrow_pixels_set(&pair->pixels, &a, first, count);
}
