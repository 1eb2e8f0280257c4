// SPDX-License-Identifier: MIT
// The register tiles of the weight gradient of one sample: chains of V vectors of output channels by
// A lines of B neighbouring taps, over a rectangle of output pixels. Each chain takes its pixels in
// the order of the rows and leaves out those whose input lies in the padding.
#ifndef FOVEA_KERNELS_CONV_PART_WEIGHTS_TILES_H
#define FOVEA_KERNELS_CONV_PART_WEIGHTS_TILES_H

#include "kernels/conv/conv_range.h"
#include "kernels/fused.h"

// Vectors of outputs in a tile, its taps, and those side by side, at most: AVX2 has half the
// registers.
#define TILE_VECTORS 2
#if WIDTH == 8
#define TILE_TAPS 6
#define TILE_COLUMNS 6
#else
#define TILE_TAPS 12
#define TILE_COLUMNS 7
#endif

// clang-format off
// SHARED: one number of x for all lanes; lines are input channels. PAIRED: each lane has its own.
#if WIDTH == 8
#define SHARED_TILES(TILE, v)                                                                      \
    TILE(v, 1, 1) TILE(v, 2, 1) TILE(v, 3, 1) TILE(v, 4, 1) TILE(v, 5, 1) TILE(v, 6, 1)            \
    TILE(v, 1, 2) TILE(v, 2, 2) TILE(v, 3, 2) TILE(v, 1, 3) TILE(v, 2, 3) TILE(v, 1, 4)            \
    TILE(v, 1, 5) TILE(v, 1, 6)
#define PAIRED_TILES(TILE, v)                                                                      \
    TILE(v, 1, 1) TILE(v, 1, 2) TILE(v, 1, 3) TILE(v, 1, 4) TILE(v, 1, 5) TILE(v, 1, 6)
#else
#define SHARED_TILES(TILE, v)                                                                      \
    TILE(v, 1, 1) TILE(v, 2, 1) TILE(v, 3, 1) TILE(v, 4, 1) TILE(v, 5, 1) TILE(v, 6, 1)            \
    TILE(v, 7, 1) TILE(v, 8, 1) TILE(v, 9, 1) TILE(v, 10, 1) TILE(v, 11, 1) TILE(v, 12, 1)         \
    TILE(v, 1, 2) TILE(v, 2, 2) TILE(v, 3, 2) TILE(v, 4, 2) TILE(v, 5, 2) TILE(v, 6, 2)            \
    TILE(v, 1, 3) TILE(v, 2, 3) TILE(v, 3, 3) TILE(v, 4, 3) TILE(v, 1, 4) TILE(v, 2, 4)            \
    TILE(v, 3, 4) TILE(v, 1, 5) TILE(v, 2, 5) TILE(v, 1, 6) TILE(v, 2, 6) TILE(v, 1, 7)
#define PAIRED_TILES(TILE, v)                                                                      \
    TILE(v, 1, 1) TILE(v, 1, 2) TILE(v, 1, 3) TILE(v, 1, 4) TILE(v, 1, 5) TILE(v, 1, 6) TILE(v, 1, 7)
#endif
// clang-format on

// What a tile works on. y is [row][column][V * WIDTH], so is x where it is paired; both point at
// column 0.
typedef struct strip {
    const float *y, *x;
    int64_t rows, y_row, x_row, x_pixel;  // floats from one to the next
    int64_t x_line;                       // from line to line of taps
    float *chain;                         // the first chain, the B taps of a line side by side
    int64_t chain_vector, chain_line;
    bool fresh;                              // the chains begin here
    fovea__conv_range any, all;              // columns that some, and that all B taps reach
    fovea__conv_range column[TILE_COLUMNS];  // that each reaches
} strip;

// Every line of tap b takes the pixel that y and line point at. Four lines are found from one
// address.
#define TAKE(b)                                                                                \
    do {                                                                                       \
        UNROLL for (int a = 0; a < A; a++) {                                                   \
            const float *at = line[a / 4] + (a % 4 == 3 ? step3 : a % 4 * step) + (b) * (TAP); \
            vec value[TILE_VECTORS];                                                           \
            UNROLL for (int v = 0; v < V; v++) value[v] = PAIRED ? vec_load(at + v * WIDTH)    \
                                                          : v    ? value[0]                    \
                                                                 : vec_splat(*at);                \
            UNROLL for (int v = 0; v < V; v++) sum[v][a * B + (b)] =                           \
                vec_fma(gradient[v], value[v], sum[v][a * B + (b)]);                           \
        }                                                                                      \
    } while (0)
#define TAKE_PIXEL(holds)                                                         \
    do {                                                                          \
        vec gradient[TILE_VECTORS];                                               \
        UNROLL for (int v = 0; v < V; v++) gradient[v] = vec_load(y + v * WIDTH); \
        UNROLL for (int b = 0; b < B; b++) {                                      \
            if (holds) TAKE(b);                                                   \
        }                                                                         \
        y += V * WIDTH;                                                           \
        UNROLL for (int i = 0; i < (A + 3) / 4; i++) line[i] += x_pixel;          \
    } while (0)

static TILE_BODY void tile(const strip *s, const int V, const int A, const int B,
                           const int PAIRED) {
    vec sum[TILE_VECTORS][TILE_TAPS];
    const int TAP = PAIRED ? V * WIDTH : 1;
    const int64_t step = s->x_line, step3 = 3 * s->x_line, x_pixel = s->x_pixel;
    UNROLL for (int v = 0; v < V; v++) {
        UNROLL for (int a = 0; a < A; a++) {
            UNROLL for (int b = 0; b < B; b++) {
                const float *from = s->chain + v * s->chain_vector + a * s->chain_line + b * WIDTH;
                sum[v][a * B + b] = s->fresh ? vec_splat(0.0f) : vec_load(from);
            }
        }
    }
    const int64_t border = s->all.begin, inner = s->all.end, end = s->any.end;
    for (int64_t r = 0; r < s->rows; r++) {
        int64_t w = s->any.begin;
        const float *y = s->y + r * s->y_row + w * V * WIDTH;
        const float *line[3], *first = s->x + r * s->x_row + w * x_pixel;
        UNROLL for (int i = 0; i < (A + 3) / 4; i++) line[i] = first + 4 * i * step;
        if (B > 1) {
            for (; w < border; w++) TAKE_PIXEL(w >= s->column[b].begin && w < s->column[b].end);
        }
        for (; w < inner; w++) TAKE_PIXEL(true);
        if (B > 1) {
            for (; w < end; w++) TAKE_PIXEL(w >= s->column[b].begin && w < s->column[b].end);
        }
    }
    UNROLL for (int v = 0; v < V; v++) {
        UNROLL for (int a = 0; a < A; a++) {
            UNROLL for (int b = 0; b < B; b++) vec_store(
                s->chain + v * s->chain_vector + a * s->chain_line + b * WIDTH, sum[v][a * B + b]);
        }
    }
}

#define TILE(v, a, b)                                                              \
    static __attribute__((noinline)) void shared_##v##x##a##x##b(const strip *s) { \
        tile(s, v, a, b, 0);                                                       \
    }
SHARED_TILES(TILE, 1)
SHARED_TILES(TILE, 2)
#undef TILE
#define TILE(v, a, b)                                                              \
    static __attribute__((noinline)) void paired_##v##x##a##x##b(const strip *s) { \
        tile(s, v, a, b, 1);                                                       \
    }
PAIRED_TILES(TILE, 1)
PAIRED_TILES(TILE, 2)
#undef TILE

typedef void tile_function(const strip *s);
// By vectors, lines and columns.
static tile_function *const shared_table[TILE_VECTORS + 1][TILE_TAPS + 1][TILE_COLUMNS + 1] = {
#define TILE(v, a, b) [v][a][b] = shared_##v##x##a##x##b,
    SHARED_TILES(TILE, 1) SHARED_TILES(TILE, 2)
#undef TILE
};
static tile_function *const paired_table[TILE_VECTORS + 1][2][TILE_COLUMNS + 1] = {
#define TILE(v, a, b) [v][a][b] = paired_##v##x##a##x##b,
    PAIRED_TILES(TILE, 1) PAIRED_TILES(TILE, 2)
#undef TILE
};

#endif
