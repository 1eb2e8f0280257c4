// SPDX-License-Identifier: MIT
// The tiles of conv_rows.h: M destination channels by P pixels of a row. What a pixel misses at the
// ends of a row is known when a tile is compiled. One loop over source channels and rows of taps:
// compilers move all sums about between nested ones.
#ifndef FOVEA_KERNELS_CONV_ROW_TILE_H
#define FOVEA_KERNELS_CONV_ROW_TILE_H

#include "kernels/conv/conv_tiles.h"

// Distances in floats.
typedef struct row_tile {
    int64_t sources, rows;          // source channels, rows of taps
    int64_t x_row, k_row;           // from one row of taps to the next,
    int64_t x_source, k_source;     // from the end of a source channel's to the next channel's
    int64_t k_channel, to_channel;  // from one destination channel to the next
    const float *x;  // where pixel 0 meets tap 0, or the row's first pixel where that is missed
    const float *k, *bias;  // bias may be NULL
    float *to;
    bool add;  // to what is there
} row_tile;

// Kinds: taps in a row, how many source pixels a destination pixel (S) and a tap (D) are on, and the
// taps missed by the first (L) and the last (R) pixel of a row. S = 0: the input gradient of three
// taps with stride 2, whose even pixels meet tap 1 and whose odd ones taps 0 and 2.
//   K(name, T, S, D, L, R)
#define ROW_MOST_KINDS(K)           \
    K(input_3, 3, 1, -1, 1, 1)      \
    K(input_3_bare, 3, 1, -1, 2, 2) \
    K(input_5, 5, 1, -1, 2, 2)      \
    K(input_5_bare, 5, 1, -1, 4, 4) \
    K(input_double, 3, 0, 0, 0, 1)  \
    K(forward_half, 3, 2, 1, 1, 0)
#if WIDTH == 8  // forward the tiles of conv_patch.h are as fast with 16 registers
#define ROW_KINDS ROW_MOST_KINDS
#else
#define ROW_KINDS(K) ROW_MOST_KINDS(K) K(forward_3, 3, 1, 1, 1, 1) K(forward_5, 5, 1, 1, 2, 2)
#endif

enum {
#define KIND(name, ...) ROW_##name,
    ROW_KINDS(KIND)
#undef KIND
        ROW_KIND_COUNT
};

// Whether pixel p of the tile meets tap t.
static TILE_BODY bool row_meets(int t, int p, const int P, const int T, const int S, const int D,
                                const int L, const int R) {
    if (S == 0) return (p & 1) == (t != 1) && (p < P - 1 || t >= R);
    int from_left = D > 0 ? t : T - 1 - t, from_right = T - 1 - from_left;
    return S * p + from_left >= L && S * (P - 1 - p) + from_right >= R;
}

// Where registers are few the pixels are read again for each tap, instead of kept while sums are
// spilled.
#if WIDTH == 8
#define READ_AGAIN(x) __asm__("" : "+r"(x))
#else
#define READ_AGAIN(x)
#endif

// One row of taps of one source channel.
#define ROW_TAPS(x, k)                                                                    \
    UNROLL for (int t = 0; t < T; t++) {                                                  \
        vec factor[TILE_CHANNELS];                                                        \
        UNROLL for (int m = 0; m < M; m++) factor[m] = vec_splat((k)[m * k_channel + t]); \
        READ_AGAIN(x);                                                                    \
        UNROLL for (int p = 0; p < P; p++) {                                              \
            if (!row_meets(t, p, P, T, S, D, L, R)) continue;                             \
            const int at = S > 0 ? S * p + D * t - (D > 0 ? L : 0) : p / 2 + (t == 0);    \
            vec value = vec_held(vec_load((x) + at * FOVEA__LANES));                      \
            UNROLL for (int m = 0; m < M; m++) {                                          \
                sum[m][p] = vec_fma(value, factor[m], sum[m][p]);                         \
            }                                                                             \
        }                                                                                 \
    }

static TILE_BODY void row_run(const row_tile *a, const int M, const int P, const int T, const int S,
                              const int D, const int L, const int R) {
    vec sum[TILE_CHANNELS][TILE_PIXELS];
    UNROLL for (int m = 0; m < M; m++) {
        vec start = vec_splat(a->bias ? a->bias[m] : 0.0f);
        UNROLL for (int p = 0; p < P; p++) sum[m][p] = start;
    }
    const int64_t rows = a->rows, x_row = a->x_row, k_row = a->k_row, k_channel = a->k_channel;
    const int64_t x_source = a->x_source, k_source = a->k_source;
    const float *x = a->x, *k = a->k;
    int64_t row = rows;
    for (int64_t left = a->sources * rows; left > 0; left--) {
        ROW_TAPS(x, k)
        x += x_row;
        k += k_row;
        if (--row > 0) continue;
        row = rows;
        x += x_source;
        k += k_source;
    }
    float *to = a->to;
    if (a->add) {
        UNROLL for (int m = 0; m < M; m++) {
            UNROLL for (int p = 0; p < P; p++) {
                vec there = vec_load(to + m * a->to_channel + p * FOVEA__LANES);
                sum[m][p] = vec_add(there, sum[m][p]);
            }
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++) {
            vec_store(to + m * a->to_channel + p * FOVEA__LANES, sum[m][p]);
        }
    }
}
#undef ROW_TAPS
#undef READ_AGAIN

// ROW_TILES: the sizes compiled, from ROW_LEAST pixels on. Channels are ROW_CHANNELS at most and
// ROW_CHANNELS_LEAST at least; ROW_PIXELS_OF: the largest P of each M.
#define ROW_LEAST 4
// clang-format off
#if WIDTH == 8
#define ROW_CHANNELS 2
#define ROW_CHANNELS_LEAST 2
#define ROW_PIXELS 6
#define ROW_PIXELS_OF {0, 0, 6}
#define ROW_TILES(R, ...) R(2, 4, __VA_ARGS__) R(2, 5, __VA_ARGS__) R(2, 6, __VA_ARGS__)
#else
#define ROW_CHANNELS 4
#define ROW_CHANNELS_LEAST 3
#define ROW_PIXELS 8
#define ROW_PIXELS_OF {0, 0, 0, 8, 6}
#define ROW_TILES(R, ...)                                                             \
    R(3, 4, __VA_ARGS__) R(3, 5, __VA_ARGS__) R(3, 6, __VA_ARGS__) R(3, 7, __VA_ARGS__) \
    R(3, 8, __VA_ARGS__) R(4, 4, __VA_ARGS__) R(4, 5, __VA_ARGS__) R(4, 6, __VA_ARGS__)
#endif
// clang-format on

// The left end of a row, what is between its ends, the right end.
#define ROW_TILE(m, p, name, T, S, D, L, R)                                              \
    static __attribute__((noinline)) void name##_##m##x##p##_left(const row_tile *a) {   \
        row_run(a, m, p, T, S, D, L, 0);                                                 \
    }                                                                                    \
    static __attribute__((noinline)) void name##_##m##x##p##_inside(const row_tile *a) { \
        row_run(a, m, p, T, S, D, 0, 0);                                                 \
    }                                                                                    \
    static __attribute__((noinline)) void name##_##m##x##p##_right(const row_tile *a) {  \
        row_run(a, m, p, T, S, D, 0, R);                                                 \
    }
#define KIND(name, ...) ROW_TILES(ROW_TILE, name, __VA_ARGS__)
ROW_KINDS(KIND)
#undef KIND
#undef ROW_TILE

typedef void row_function(const row_tile *a);
static row_function *const row_table[ROW_KIND_COUNT][ROW_CHANNELS + 1][ROW_PIXELS + 1][3] = {
#define ROW_TILE(m, p, name, ...) \
    [m][p] = {name##_##m##x##p##_left, name##_##m##x##p##_inside, name##_##m##x##p##_right},
#define KIND(name, ...) [ROW_##name] = {ROW_TILES(ROW_TILE, name, __VA_ARGS__)},
    ROW_KINDS(KIND)
#undef KIND
#undef ROW_TILE
};

#endif
