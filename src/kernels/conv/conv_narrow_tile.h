// SPDX-License-Identifier: MIT
// One register tile with pixels of a row in the lanes: M destination channels by V registers of each
// of R rows. A value loaded serves M chains, a weight V*R of them.
#include "kernels/conv/conv_narrow_vector.h"

// M*V*R sums stay in registers, with V*R values and one weight beside them.
// clang-format off
#define NARROW_CHANNELS 8
#if WIDTH == 8
#define NARROW_VECTORS 4
static const int8_t narrow_vectors[NARROW_CHANNELS + 1] = {0, 4, 4, 3, 3, 2, 2, 1, 1};
#define NARROW_TILES(TILE)                                      \
    TILE(1, 1, 1) TILE(1, 2, 1) TILE(1, 3, 1) TILE(1, 4, 1)     \
    TILE(2, 1, 1) TILE(2, 2, 1) TILE(2, 3, 1) TILE(2, 4, 1)     \
    TILE(3, 1, 1) TILE(3, 2, 1) TILE(3, 3, 1)                   \
    TILE(4, 1, 1) TILE(4, 2, 1) TILE(4, 3, 1)                   \
    TILE(5, 1, 1) TILE(5, 2, 1) TILE(6, 1, 1) TILE(6, 2, 1)     \
    TILE(7, 1, 1) TILE(8, 1, 1)
#define NARROW_STACKS(TILE)                                     \
    TILE(1, 1, 4) TILE(1, 2, 2) TILE(2, 1, 4) TILE(2, 2, 2)     \
    TILE(3, 1, 3) TILE(4, 1, 3) TILE(5, 1, 2) TILE(6, 1, 2)
#else
#define NARROW_VECTORS 8
static const int8_t narrow_vectors[NARROW_CHANNELS + 1] = {0, 8, 8, 8, 6, 4, 4, 3, 3};
#define NARROW_TILES(TILE)                                      \
    TILE(1, 1, 1) TILE(1, 2, 1) TILE(1, 3, 1) TILE(1, 4, 1)     \
    TILE(1, 5, 1) TILE(1, 6, 1) TILE(1, 7, 1) TILE(1, 8, 1)     \
    TILE(2, 1, 1) TILE(2, 2, 1) TILE(2, 3, 1) TILE(2, 4, 1)     \
    TILE(2, 5, 1) TILE(2, 6, 1) TILE(2, 7, 1) TILE(2, 8, 1)     \
    TILE(3, 1, 1) TILE(3, 2, 1) TILE(3, 3, 1) TILE(3, 4, 1)     \
    TILE(3, 5, 1) TILE(3, 6, 1) TILE(3, 7, 1) TILE(3, 8, 1)     \
    TILE(4, 1, 1) TILE(4, 2, 1) TILE(4, 3, 1) TILE(4, 4, 1)     \
    TILE(4, 5, 1) TILE(4, 6, 1)                                 \
    TILE(5, 1, 1) TILE(5, 2, 1) TILE(5, 3, 1) TILE(5, 4, 1)     \
    TILE(6, 1, 1) TILE(6, 2, 1) TILE(6, 3, 1) TILE(6, 4, 1)     \
    TILE(7, 1, 1) TILE(7, 2, 1) TILE(7, 3, 1)                   \
    TILE(8, 1, 1) TILE(8, 2, 1) TILE(8, 3, 1)
#define NARROW_STACKS(TILE)                                     \
    TILE(1, 1, 8) TILE(1, 2, 4) TILE(1, 3, 2) TILE(1, 4, 2)     \
    TILE(2, 1, 8) TILE(2, 2, 4) TILE(2, 3, 2) TILE(2, 4, 2)     \
    TILE(3, 1, 8) TILE(3, 2, 4) TILE(3, 3, 2) TILE(3, 4, 2)     \
    TILE(4, 1, 6) TILE(4, 2, 3) TILE(4, 3, 2)                   \
    TILE(5, 1, 4) TILE(5, 2, 2) TILE(6, 1, 4) TILE(6, 2, 2)     \
    TILE(7, 1, 3) TILE(8, 1, 3)
#endif
// clang-format on

// Most taps along W: the tables below stand on the stack.
#define NARROW_TAPS 96

// The pixels of a tile: V registers at columns 0, WIDTH, 2*WIDTH ..., the last one at `last`, where
// it ends with the row's last pixel. Pixels that two registers share get the same sum from both.
typedef struct narrow_pixels {
    int64_t count, vectors, last;
    lanes stored;                       // of a row shorter than one register, else all
    int64_t taps, column[NARROW_TAPS];  // where tap t begins in the row
    bool whole[NARROW_TAPS];            // tap t is inside the source for every pixel
    lanes inside[NARROW_TAPS][NARROW_VECTORS];
} narrow_pixels;

// The sources of a tile and their weights. Distances in floats.
typedef struct narrow_chain {
    int64_t sources, taps_d, taps_h;
    const float *from;  // source 0, first tap row, column 0 (perhaps outside the buffer)
    int64_t from_source, from_d, from_h;
    const float *weight;  // destination channel 0, source 0, first tap
    int64_t weight_channel, weight_source, weight_d, weight_h, weight_w;
    const float *bias;  // NULL: none
    float *to;          // destination channel 0, column 0
    int64_t to_channel;
    // Rows that meet the same taps, one below the other.
    int64_t rows, from_row, to_row;
} narrow_chain;

// Column of register v, and the beginning of its row.
#define COLUMN(v) ((v) % V == V - 1 ? p->last : (v) % V * WIDTH)
#define FROM(v) ((v) / V * n->from_row + COLUMN(v))

static TILE_BODY void narrow_tile(const narrow_chain *n, const narrow_pixels *p, int64_t channel,
                                  int64_t row, const int M, const int V, const int R) {
    vec sum[NARROW_CHANNELS][NARROW_VECTORS];
    UNROLL for (int m = 0; m < M; m++) {
        vec start = vec_splat(n->bias ? n->bias[channel + m] : 0.0f);
        UNROLL for (int v = 0; v < V * R; v++) sum[m][v] = start;
    }
    const int64_t next = n->weight_channel;
    const float *x_l = n->from + row * n->from_row, *k_l = n->weight + channel * next;
    for (int64_t l = 0; l < n->sources; l++, x_l += n->from_source, k_l += n->weight_source) {
        const float *x_d = x_l, *k_d = k_l;
        for (int64_t d = 0; d < n->taps_d; d++, x_d += n->from_d, k_d += n->weight_d) {
            const float *x_h = x_d, *k_h = k_d;
            for (int64_t h = 0; h < n->taps_h; h++, x_h += n->from_h, k_h += n->weight_h) {
                const float *k = k_h;
                for (int64_t t = 0; t < p->taps; t++, k += n->weight_w) {
                    const float *x = x_h + p->column[t];
                    vec value[NARROW_VECTORS];
                    if (p->whole[t]) {
                        UNROLL for (int v = 0; v < V * R; v++) value[v] = vec_load(x + FROM(v));
                        UNROLL for (int m = 0; m < M; m++) {
                            vec factor = vec_splat(k[m * next]);
                            UNROLL for (int v = 0; v < V * R; v++) {
                                sum[m][v] = vec_fma(value[v], factor, sum[m][v]);
                            }
                        }
                    } else {
                        UNROLL for (int v = 0; v < V * R; v++) {
                            lanes in = p->inside[t][v % V];
                            vec part = vec_load_lanes(in, x + FROM(v));
                            UNROLL for (int m = 0; m < M; m++) {
                                sum[m][v] =
                                    vec_fma_lanes(in, part, vec_splat(k[m * next]), sum[m][v]);
                            }
                        }
                    }
                }
            }
        }
    }
    float *to = n->to + channel * n->to_channel + row * n->to_row;
    UNROLL for (int m = 0; m < M; m++, to += n->to_channel) {
        UNROLL for (int v = 0; v < V * R; v++) {
            if (V == 1)
                vec_store_lanes(p->stored, to + v * n->to_row, sum[m][v]);
            else
                vec_store(to + v / V * n->to_row + COLUMN(v), sum[m][v]);
        }
    }
}
#undef COLUMN
#undef FROM

#define TILE(m, v, r)                                                                  \
    static __attribute__((noinline)) void narrow_##m##x##v##x##r(                      \
        const narrow_chain *n, const narrow_pixels *p, int64_t channel, int64_t row) { \
        narrow_tile(n, p, channel, row, m, v, r);                                      \
    }
NARROW_TILES(TILE)
NARROW_STACKS(TILE)
#undef TILE

typedef void narrow_function(const narrow_chain *n, const narrow_pixels *p, int64_t channel,
                             int64_t row);
typedef struct narrow_stack {
    narrow_function *run;
    int64_t rows;  // 0: there is none
} narrow_stack;

static narrow_function *const narrow_table[NARROW_CHANNELS + 1][NARROW_VECTORS + 1] = {
#define TILE(m, v, r) [m][v] = narrow_##m##x##v##x##r,
    NARROW_TILES(TILE)
#undef TILE
};
static const narrow_stack narrow_stacks[NARROW_CHANNELS + 1][NARROW_VECTORS + 1] = {
#define TILE(m, v, r) [m][v] = {narrow_##m##x##v##x##r, r},
    NARROW_STACKS(TILE)
#undef TILE
};

// The most registers of pixels a tile should have for so many channels.
static int64_t narrow_most_vectors(int64_t channels) {
    if (channels < NARROW_CHANNELS) return narrow_vectors[channels];
    return WIDTH == 8 ? 3 : 4;
}

// The most channels of a tile of so many registers of pixels.
static int64_t narrow_most_channels(int64_t vectors) {
    int64_t channels = NARROW_CHANNELS;
    while (narrow_vectors[channels] < vectors) channels--;
    return channels;
}

// Fills `p` for the destinations first, first+1 ... first+count-1 of an axis whose sources are
// `step` apart in the row the tile reads; tap t is found at column[t] + i*step for destination i.
static void narrow_pixels_set(narrow_pixels *p, const axis *a, int64_t first, int64_t count) {
    p->count = count;
    p->vectors = (count + WIDTH - 1) / WIDTH;
    p->last = count > WIDTH ? count - WIDTH : 0;
    p->stored = lanes_range(0, count < WIDTH ? count : WIDTH);
    p->taps = a->taps;
    for (int64_t t = 0; t < a->taps; t++) {
        int64_t offset = first * a->source_step + a->offset + t * a->offset_step;
        fovea__conv_range in = fovea__conv_inside(count, a->source_step, offset, a->source_size);
        p->whole[t] = in.begin <= 0 && in.end >= count && count >= WIDTH;
        p->column[t] = offset;
        for (int64_t v = 0; v < p->vectors; v++) {
            int64_t at = v == p->vectors - 1 ? p->last : v * WIDTH;
            int64_t begin = in.begin - at, end = in.end - at;
            p->inside[t][v] = lanes_range(begin < 0 ? 0 : begin, end > WIDTH ? WIDTH : end);
        }
    }
}
