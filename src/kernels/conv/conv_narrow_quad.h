// SPDX-License-Identifier: MIT
// The input gradient of three channels with K by K taps of stride 2: tiles of two rows, both phases
// along H and W in one, whose taps are written out. The row and the column of a destination, counted
// from the beginning of the padding, are even or odd, and so are the taps that it meets: a value of
// d_y serves four of them. For first layers, where registers are wide and many.
#include "kernels/conv/conv_narrow_block.h"

#define QUAD_CHANNELS 3
#define QUAD_TAPS 7

// Whether tiles are for this geometry's input gradient.
static bool quad_accepts(const fovea__conv_geometry *g) {
    int64_t channels = g->c / g->groups, K = g->kernel[2];
    bool flat = g->kernel[0] == 1 && g->in[0] == 1 && g->out[0] == 1 && g->kernel[1] == K;
    bool near = g->dilation[1] == 1 && g->dilation[2] == 1;
    bool second = g->stride[1] == 2 && g->stride[2] == 2;
    bool odd = (K == 3 || K == 5 || K == 7) && g->pad[1] % 2 == g->pad[2] % 2;
    return WIDTH == 16 && flat && near && second && odd && g->in[2] > 2 * WIDTH && g->pad[1] < K &&
           g->pad[2] < K && channels % QUAD_CHANNELS == 0;
}

#if WIDTH == 16
// Two registers at columns `column` and `column + other` of d_y for tap 0 or 1; a step of two taps
// leads to the column before.
typedef struct quad_pixels {
    int64_t vectors;  // two, or `other` alone
    int64_t column, other;
    int64_t to[2];  // the column of d_x that each begins with
    lanes inside[2][(QUAD_TAPS + 1) / 2], stored[2][2];
} quad_pixels;

typedef struct quad_chain {
    int64_t sources;
    const float *from;  // source 0, the tile's lowest source row, column 0
    int64_t from_source, from_row;
    unsigned rows_inside;  // bit i: the i-th source row from below is inside
    const float *weight;   // source 0, channel 0
    int64_t weight_source;
    float *to[2];  // channel 0, the row of even and of odd taps; NULL: is not asked for
    int64_t to_channel;
} quad_chain;

// There are registers for seven masks: with four steps the outermost is known to be inside.
#define MASKED_STEP(v, j) (steps < 4 || ((v) ? (j) < 3 : (j) > 0))

// Rows and columns of d_x in pairs, of which the first meets the odd taps where `later`, else the
// even ones. V is 2, or 1 for the second register alone.
static TILE_BODY void quad_tile(const quad_chain *n, const quad_pixels *p, const int K,
                                const int later, const int V) {
    const int steps = (K + 1) / 2;
    vec sum[QUAD_CHANNELS][2][2][2];  // channel, row, column, register
    UNROLL for (int m = 0; m < QUAD_CHANNELS; m++) {
        UNROLL for (int i = 0; i < 8; i++) sum[m][i / 4][i / 2 % 2][i % 2] = vec_splat(0.0f);
    }
    lanes inside[2][(QUAD_TAPS + 1) / 2];
    UNROLL for (int j = 0; j < steps; j++) {
        inside[0][j] = p->inside[0][j];
        inside[1][j] = p->inside[1][j];
    }
    const int64_t other = p->other;
    const float *from = n->from + p->column, *k = n->weight;
    for (int64_t l = 0; l < n->sources; l++, from += n->from_source, k += n->weight_source) {
        const float *x = from;
        // The two rows below read this next.
        __builtin_prefetch(x + n->from_row);
        __builtin_prefetch(x + n->from_row + WIDTH);
        UNROLL for (int i = 0; i < steps; i++, x -= n->from_row) {
            if (!(n->rows_inside >> i & 1)) continue;
            // Pixels and weights of the next source: what all have is more than the first cache.
            UNROLL for (int c = 1 - steps; c < 2 * WIDTH; c += WIDTH) {
                __builtin_prefetch(x + n->from_source + c);
            }
            UNROLL for (int c = 0; c < 2 * K * QUAD_CHANNELS; c += WIDTH) {
                __builtin_prefetch(k + n->weight_source + i * 2 * K * QUAD_CHANNELS + c);
            }
            UNROLL for (int j = 0; j < steps; j++) {
                vec value[2];
                UNROLL for (int v = 2 - V; v < 2; v++) {
                    const float *at = x - j + (v ? other : 0);
                    value[v] = MASKED_STEP(v, j) ? vec_load_lanes(inside[v][j], at) : vec_load(at);
                }
                UNROLL for (int t = 0; t < 4; t++) {
                    const int kh = t / 2 ? 2 * i + (later ? -1 : 1) : 2 * i,
                              kw = t % 2 ? 2 * j + (later ? -1 : 1) : 2 * j;
                    if (kh < 0 || kh >= K || kw < 0 || kw >= K) continue;
                    UNROLL for (int m = 0; m < QUAD_CHANNELS; m++) {
                        vec factor = vec_splat(k[(m * K + kh) * K + kw]);
                        UNROLL for (int v = 2 - V; v < 2; v++) {
                            vec *s = &sum[m][t / 2][t % 2][v];
                            *s = MASKED_STEP(v, j)
                                     ? vec_fma_lanes(inside[v][j], value[v], factor, *s)
                                     : vec_fma(value[v], factor, *s);
                        }
                    }
                }
            }
        }
    }
    UNROLL for (int row = 0; row < 2; row++) {
        float *to = n->to[row];
        if (!to) continue;
        UNROLL for (int m = 0; m < QUAD_CHANNELS; m++, to += n->to_channel) {
            UNROLL for (int v = 2 - V; v < 2; v++) {
                vec_store_pairs_lanes(p->stored[v], to + p->to[v], sum[m][row][later][v],
                                      sum[m][row][!later][v]);
            }
        }
    }
}

typedef void quad_function(const quad_chain *n, const quad_pixels *p);
// clang-format off
#define QUADS(QUAD)                                                                      \
    QUAD(3, 0, 1) QUAD(3, 0, 2) QUAD(3, 1, 1) QUAD(3, 1, 2) QUAD(5, 0, 1) QUAD(5, 0, 2)  \
    QUAD(5, 1, 1) QUAD(5, 1, 2) QUAD(7, 0, 1) QUAD(7, 0, 2) QUAD(7, 1, 1) QUAD(7, 1, 2)
// clang-format on
#define QUAD(k, later, v)                                                                  \
    static __attribute__((noinline)) void quad_##k##_##later##_##v(const quad_chain *n,    \
                                                                   const quad_pixels *p) { \
        quad_tile(n, p, k, later, v);                                                      \
    }
QUADS(QUAD)
#undef QUAD
static quad_function *const quad_table[QUAD_TAPS + 1][2][3] = {
#define QUAD(k, later, v) [k][later][v] = quad_##k##_##later##_##v,
    QUADS(QUAD)
#undef QUAD
};

// Fills `p` for registers at pairs `first` and `last` of columns. False: see MASKED_STEP.
static bool quad_pixels_set(quad_pixels *p, const fovea__conv_geometry *g, int64_t first,
                            int64_t last, int64_t vectors) {
    const int64_t steps = (g->kernel[2] + 1) / 2, offset = (g->pad[2] + 1) / 2;
    p->vectors = vectors;
    p->column = first + offset;
    p->other = last - first;
    for (int v = 0; v < 2; v++) {
        int64_t pair = v ? last : first;
        p->to[v] = 2 * pair;
        p->stored[v][0] = share_lanes(2 * pair, g->in[2]);
        p->stored[v][1] = share_lanes(2 * pair + WIDTH, g->in[2]);
        for (int64_t j = 0; j < steps; j++) {
            p->inside[v][j] = share_lanes(pair + offset - j, g->out[2]);
            bool used = v >= 2 - vectors && !MASKED_STEP(v, j);
            if (used && p->inside[v][j] != 0xFFFF) return false;
        }
    }
    return true;
}

#define QUAD_TILES 16
typedef struct quad_plan {
    int64_t tiles;
    quad_pixels pixels[QUAD_TILES];
} quad_plan;

// All tiles of columns. The last one ends with the row.
static bool quad_plan_make(quad_plan *q, const fovea__conv_geometry *g) {
    const int64_t most = 2 * WIDTH, end = (g->in[2] + 1) / 2;
    for (q->tiles = 0; q->tiles * most < end; q->tiles++) {
        int64_t first = q->tiles * most, left = end - first, last = end - WIDTH;
        if (q->tiles == QUAD_TILES) return false;
        if (left <= WIDTH) first = last;
        if (left >= most) last = first + WIDTH;
        if (!quad_pixels_set(&q->pixels[q->tiles], g, first, last, left > WIDTH ? 2 : 1))
            return false;
    }
    return true;
}

// The rows of a part of one group's channels [0, channels). False: nothing is done, tiles are not
// for this.
static bool quad_run(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *d_y,
                     const float *weight, int64_t channels, float *d_x) {
    quad_plan q;
    if (!quad_accepts(g) || channels % QUAD_CHANNELS != 0 || !quad_plan_make(&q, g)) return false;
    const int64_t K = g->kernel[2], later = g->pad[1] % 2, volume = g->in[1] * g->in[2];
    quad_chain n = {.sources = g->o / g->groups,
                    .from_source = g->out[1] * g->out[2],
                    .from_row = g->out[2],
                    .weight_source = g->c / g->groups * K * K,
                    .to_channel = volume};
    for (int64_t top = part->row / 2 * 2; top < part->row_end; top += 2) {
        int64_t lowest = (top + g->pad[1] + later) / 2, even = top + later, odd = top + 1 - later;
        n.from = d_y + lowest * g->out[2];
        n.rows_inside = share_rows_inside(lowest, -1, (K + 1) / 2, g->out[1]);
        for (int64_t i = 0; i < q.tiles; i++) {
            for (int64_t m = 0; m < channels; m += QUAD_CHANNELS) {
                float *to = d_x + m * volume;
                n.weight = weight + m * K * K;
                n.to[0] = even >= part->row && even < part->row_end ? to + even * g->in[2] : NULL;
                n.to[1] = odd >= part->row && odd < part->row_end ? to + odd * g->in[2] : NULL;
                quad_table[K][later][q.pixels[i].vectors](&n, &q.pixels[i]);
            }
        }
    }
    return true;
}
#else
static bool quad_run(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *d_y,
                     const float *weight, int64_t channels, float *d_x) {
    (void)g, (void)part, (void)d_y, (void)weight, (void)channels, (void)d_x;
    return false;
}
#endif
