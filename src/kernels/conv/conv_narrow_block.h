// SPDX-License-Identifier: MIT
// Three or four destination channels with K by K taps of stride 1: tiles whose taps are written out
// and in which rows at the border are rows like others. For first layers and their input gradients,
// where registers are wide and many.
#include "kernels/conv/conv_narrow_share.h"

// M channels by R rows by two registers of sums.
#define BLOCK_TAPS 5
#define BLOCK_CHANNELS 4
#define BLOCK_ROWS(channels) (12 / (channels))

// Channels of a block, 0: there is none for this geometry. What remains of a group is taken with
// channels before it, which are computed twice.
static int64_t block_channels(const fovea__conv_geometry *g, bool backward) {
    int64_t channels = (backward ? g->c : g->o) / g->groups, K = g->kernel[2];
    int64_t columns = backward ? g->in[2] : g->out[2], rows = backward ? g->in[1] : g->out[1];
    bool flat = g->kernel[0] == 1 && g->in[0] == 1 && g->out[0] == 1 && g->kernel[1] == K;
    bool near =
        g->stride[1] == 1 && g->stride[2] == 1 && g->dilation[1] == 1 && g->dilation[2] == 1;
    int64_t whole = (columns + 2 * WIDTH - 1) / (2 * WIDTH) * 2 * WIDTH;
    bool full = columns > WIDTH && (columns < 2 * WIDTH || whole * 3 <= columns * 4);
    if (WIDTH < 16 || !flat || !near || !full || K < 3 || K > BLOCK_TAPS) return 0;
    int64_t M = channels % 4 == 0 || channels > 6 ? 4 : channels > 2 ? 3 : 0;
    return M > 0 && rows >= BLOCK_ROWS(M) ? M : 0;
}

#if WIDTH == 16
// The registers of a tile: the one whose first taps may reach beyond the source, and `other` floats
// from it the one whose last taps may. Going backward that is the right and the left one.
typedef struct block_pixels {
    int64_t column, other;
    lanes inside[2][BLOCK_TAPS];
} block_pixels;

typedef struct block_chain {
    int64_t sources;
    const float *from;  // source 0, the row of the first tap of the tile's first row, column 0
    int64_t from_source, from_row, from_tap;
    unsigned rows_inside;  // bit i: source row i of the tile is inside
    const float *weight;   // [channels][sources] of [K][K], so far apart:
    int64_t weight_channel, weight_source;
    const float *bias;  // NULL: none
    float *to;          // channel 0, the tile's first row, column 0
    int64_t to_channel, to_row;
} block_chain;

// Whether tap t of register v may reach beyond the source. There are registers for seven masks.
#define MASKED(v, t) (K == 3 || ((v) ? (t) > K / 2 : (t) < K / 2))

static TILE_BODY void block_tile(const block_chain *n, const block_pixels *p, const int K,
                                 const int M) {
    const int R = BLOCK_ROWS(M);
    const int64_t other = p->other, ahead = 2 * WIDTH + (other < 0 ? other : 0);
    vec sum[BLOCK_CHANNELS][BLOCK_ROWS(3)][2];
    UNROLL for (int m = 0; m < M; m++) {
        vec start = vec_splat(n->bias ? n->bias[m] : 0.0f);
        UNROLL for (int r = 0; r < R; r++) sum[m][r][0] = sum[m][r][1] = start;
    }
    lanes inside[2][BLOCK_TAPS];
    UNROLL for (int t = 0; t < K; t++) {
        inside[0][t] = p->inside[0][t];
        inside[1][t] = p->inside[1][t];
    }
    const int64_t tap = n->from_tap;
    const float *from = n->from + p->column, *k[BLOCK_CHANNELS];
    UNROLL for (int m = 0; m < M; m++) k[m] = n->weight + m * n->weight_channel;
    for (int64_t l = 0; l < n->sources; l++, from += n->from_source) {
        const float *x = from;
        UNROLL for (int i = 0; i < R - 1 + K; i++, x += n->from_row) {
            if (!(n->rows_inside >> i & 1)) continue;
            // Else compilers compute the addresses of all weights beforehand and keep them.
            UNROLL for (int m = 0; m < M; m++) __asm__("" : "+r"(k[m]));
            __asm__("" : "+r"(x));
            // The tile to the right reads this next.
            __builtin_prefetch(x + ahead);
            __builtin_prefetch(x + ahead + WIDTH);
            UNROLL for (int t = 0; t < K; t++) {
                vec value[2];
                UNROLL for (int v = 0; v < 2; v++) {
                    const float *at = x + t * tap + (v ? other : 0);
                    value[v] = MASKED(v, t) ? vec_load_lanes(inside[v][t], at) : vec_load(at);
                }
                UNROLL for (int r = 0; r < R; r++) {
                    const int h = i - r;
                    if (h < 0 || h >= K) continue;
                    UNROLL for (int m = 0; m < M; m++) {
                        vec factor = vec_splat(k[m][h * K + t]);
                        UNROLL for (int v = 0; v < 2; v++) {
                            vec *s = &sum[m][r][v];
                            *s = MASKED(v, t) ? vec_fma_lanes(inside[v][t], value[v], factor, *s)
                                              : vec_fma(value[v], factor, *s);
                        }
                    }
                }
            }
        }
        UNROLL for (int m = 0; m < M; m++) k[m] += n->weight_source;
    }
    float *to = n->to + p->column;
    UNROLL for (int m = 0; m < M; m++, to += n->to_channel) {
        UNROLL for (int r = 0; r < R; r++) {
            vec_store(to + r * n->to_row, sum[m][r][0]);
            vec_store(to + r * n->to_row + other, sum[m][r][1]);
        }
    }
}

typedef void block_function(const block_chain *n, const block_pixels *p);
#define BLOCKS(BLOCK) BLOCK(3, 3) BLOCK(3, 4) BLOCK(4, 3) BLOCK(4, 4) BLOCK(5, 3) BLOCK(5, 4)
#define BLOCK(k, m)                                                                \
    static __attribute__((noinline)) void block_##k##_##m(const block_chain *n,    \
                                                          const block_pixels *p) { \
        block_tile(n, p, k, m);                                                    \
    }
BLOCKS(BLOCK)
#undef BLOCK
static block_function *const block_table[BLOCK_TAPS + 1][BLOCK_CHANNELS + 1] = {
#define BLOCK(k, m) [k][m] = block_##k##_##m,
    BLOCKS(BLOCK)
#undef BLOCK
};

// Fills `p` for destination columns [first, first + count), WIDTH < count <= 2*WIDTH. False: taps
// reach beyond the source that the tile thinks inside.
static bool block_pixels_set(block_pixels *p, const axis *a, int64_t first, int64_t count) {
    int64_t at[2] = {first, first + count - WIDTH}, K = a->taps;
    if (a->offset_step < 0) at[0] = at[1], at[1] = first;
    p->column = at[0];
    p->other = at[1] - at[0];
    for (int64_t t = 0; t < K; t++) {
        for (int v = 0; v < 2; v++) {
            int64_t from = at[v] + a->offset + t * a->offset_step;
            p->inside[v][t] = share_lanes(from, a->source_size);
            if (!MASKED(v, t) && p->inside[v][t] != 0xFFFF) return false;
        }
    }
    return true;
}

// A convolution or an input gradient for the channels of one group, its buffers being those of the
// first.
#define BLOCK_TILES 8
typedef struct block_plan {
    int64_t K, M, R, channels;
    int64_t tiles, first_row, row_step, source_rows, source_width, dst_width;
    axis width;
    block_pixels pixels[BLOCK_TILES];
    block_chain chain;
} block_plan;

static block_plan block_plan_make(const fovea__conv_geometry *g, bool backward, int64_t channels) {
    int64_t taps = g->kernel[1] * g->kernel[2], source_taps = g->c / g->groups * taps;
    int64_t M = block_channels(g, backward);
    block_plan b = {.K = g->kernel[2],
                    .M = M,
                    .R = M ? BLOCK_ROWS(M) : 0,
                    .channels = channels,
                    .width = backward ? phase(g, 2, 0) : forward_axis(g, 2),
                    .first_row = backward ? g->pad[1] : -g->pad[1],
                    .row_step = backward ? -1 : 1,
                    .source_rows = backward ? g->out[1] : g->in[1],
                    .source_width = backward ? g->out[2] : g->in[2],
                    .dst_width = backward ? g->in[2] : g->out[2]};
    b.chain = (block_chain){.sources = (backward ? g->o : g->c) / g->groups,
                            .from_source = b.source_rows * b.source_width,
                            .from_row = b.row_step * b.source_width,
                            .from_tap = b.row_step,
                            .weight_channel = backward ? taps : source_taps,
                            .weight_source = backward ? source_taps : taps,
                            .to_channel = fovea__conv_volume(backward ? g->in : g->out),
                            .to_row = b.row_step * b.dst_width};
    return b;
}

// Tiles i, i+1 ... of columns, as many as fit the plan. The last one ends with the row.
static bool block_plan_tiles(block_plan *b, int64_t i) {
    const int64_t most = 2 * WIDTH, width = b->dst_width, count = width < most ? width : most;
    for (b->tiles = 0; i * most < width && b->tiles < BLOCK_TILES; i++, b->tiles++) {
        int64_t first = i * most < width - count ? i * most : width - count;
        if (!block_pixels_set(&b->pixels[b->tiles], &b->width, first, count)) return false;
    }
    return true;
}

// Rows [top, top + R) of the plan's tiles.
static void block_rows(const block_plan *b, int64_t top, const float *src, const float *weight,
                       const float *bias, float *dst) {
    int64_t row = b->row_step < 0 ? top + b->R - 1 : top, source = row + b->first_row;
    block_function *tile = block_table[b->K][b->M];
    block_chain n = b->chain;
    n.rows_inside = share_rows_inside(source, b->row_step, b->R - 1 + b->K, b->source_rows);
    n.from = src + source * b->source_width + b->width.offset;
    for (int64_t i = 0; i < b->tiles; i++) {
        for (int64_t m = 0; m < b->channels; m += b->M) {
            int64_t at = m + b->M > b->channels ? b->channels - b->M : m;
            n.weight = weight + at * n.weight_channel;
            n.bias = bias ? bias + at : NULL;
            n.to = dst + at * n.to_channel + row * b->dst_width;
            tile(&n, &b->pixels[i]);
        }
    }
}

// The rows of a part of one group's channels [0, channels). False: nothing is done, blocks are not
// for this.
static bool block_run(const fovea__conv_geometry *g, const fovea__conv_part *part, bool backward,
                      const float *src, const float *weight, const float *bias, int64_t channels,
                      float *dst) {
    block_plan b = block_plan_make(g, backward, channels);
    if (b.M == 0 || channels < b.M || part->row_end - part->row < b.R) return false;
    int64_t tiles = narrow_tiles(b.dst_width, 2);
    for (int64_t i = 0; i < tiles; i += BLOCK_TILES) {
        if (!block_plan_tiles(&b, i)) return false;
    }
    for (int64_t i = 0; i < tiles; i += BLOCK_TILES) {
        if (tiles > BLOCK_TILES) block_plan_tiles(&b, i);
        for (int64_t r = part->row; r < part->row_end; r += b.R) {
            int64_t top = r + b.R > part->row_end ? part->row_end - b.R : r;
            block_rows(&b, top, src, weight, bias, dst);
        }
    }
    return true;
}
#else
static bool block_run(const fovea__conv_geometry *g, const fovea__conv_part *part, bool backward,
                      const float *src, const float *weight, const float *bias, int64_t channels,
                      float *dst) {
    (void)g, (void)part, (void)backward, (void)src, (void)weight, (void)bias, (void)channels;
    (void)dst;
    return false;
}
#endif
