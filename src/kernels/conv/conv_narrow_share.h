// SPDX-License-Identifier: MIT
// One destination channel with K by K taps, R rows by V registers of it at a time: a value loaded
// serves every row of the tile whose kernel meets it, where conv_narrow_tile.h has only the channels
// to share it. For depthwise convolutions, and for the input gradient of one channel.
#include "kernels/conv/conv_narrow_walk.h"
#include "kernels/conv/conv_part.h"

// Rows R of a tile of V registers: one, four, or (one register only) seven.
// clang-format off
#if WIDTH == 8
#define SHARE_VECTORS 3
#define SHARES(SHARE, k, s)                                                                      \
    SHARE(k, s, 1, 1) SHARE(k, s, 4, 1) SHARE(k, s, 7, 1) SHARE(k, s, 1, 2) SHARE(k, s, 4, 2)    \
    SHARE(k, s, 1, 3) SHARE(k, s, 4, 3)
#else
#define SHARE_VECTORS 4
#define SHARES(SHARE, k, s)                                                                      \
    SHARE(k, s, 1, 1) SHARE(k, s, 4, 1) SHARE(k, s, 7, 1) SHARE(k, s, 1, 2) SHARE(k, s, 4, 2)    \
    SHARE(k, s, 1, 3) SHARE(k, s, 4, 3) SHARE(k, s, 1, 4) SHARE(k, s, 4, 4)
#endif
// clang-format on
#define SHARE_ROWS 7
#define SHARE_TAPS 5
#define SHARE_STRIDE 2

// The registers of a tile stand at 0, space, 2*space ... and the last one at `last`: so near to
// each other that only the first and the last can reach beyond the source.
typedef struct share_pixels {
    int64_t vectors, space, last, column[SHARE_TAPS];
    lanes stored, first_inside[SHARE_TAPS], last_inside[SHARE_TAPS];
    // Stride 2: what share_pair loads for taps t and t + 1, in two registers t and t + 1.
    lanes first_loaded[SHARE_TAPS + 1], last_loaded[SHARE_TAPS + 1];
} share_pixels;

typedef struct share_chain {
    int64_t sources;
    const float *from;  // source 0, the row of the first tap of the tile's first row
    int64_t from_source, from_row;
    unsigned rows_inside;  // bit i: source row i of the tile is inside
    const float *weight;   // [sources], weight_source apart, of [K][K]
    int64_t weight_source;
    float start;
    float *to;
    int64_t to_row;
} share_chain;

#define AT(v) ((v) == V - 1 ? p->last : (v)*p->space)

// Where a register reads every second column: the values of tap t and, where there is one, of t + 1.
// Nothing beyond the last column that one of them needs is read.
static TILE_BODY void share_pair(const float *x, const lanes *in, const int K, const int t,
                                 vec *value, vec *next) {
    const bool two = t + 1 < K;
    const float *x_high = x + WIDTH - (two ? 0 : 1);
    vec low = in ? vec_load_lanes(in[t], x) : vec_load(x);
    vec high = in ? vec_load_lanes(in[t + 1], x_high) : vec_load(x_high);
    if (two)
        vec_part_pairs(low, high, value, next);
    else
        *value = vec_part_even(low, high);
}

// Values of taps t ... t + S - 1 of a row, register v of V.
static TILE_BODY void share_values(const float *row, const share_pixels *p, const lanes *first,
                                   const lanes *last, const int K, const int S, const int t,
                                   const int v, const int V, vec (*value)[SHARE_VECTORS]) {
    const float *x = row + p->column[t] + (v == 0 ? 0 : S * AT(v));
    if (S == 2) {
        const lanes *in = v == 0 ? p->first_loaded : v == V - 1 ? p->last_loaded : NULL;
        share_pair(x, in, K, t, &value[0][v], &value[1][v]);
    } else {
        value[0][v] = v == 0       ? vec_load_lanes(first[t], x)
                      : v == V - 1 ? vec_load_lanes(last[t], x)
                                   : vec_load(x);
    }
}

// Rows of the tile are S source rows apart.
static TILE_BODY void share_tile(const share_chain *n, const share_pixels *p, const int K,
                                 const int S, const int R, const int V) {
    vec sum[SHARE_ROWS][SHARE_VECTORS];
    UNROLL for (int r = 0; r < R; r++) {
        UNROLL for (int v = 0; v < V; v++) sum[r][v] = vec_splat(n->start);
    }
    const float *from = n->from, *k = n->weight;
    lanes first[SHARE_TAPS], last[SHARE_TAPS];
    UNROLL for (int t = 0; t < K; t++) {
        first[t] = p->first_inside[t];
        last[t] = p->last_inside[t];
    }
    for (int64_t l = 0; l < n->sources; l++, from += n->from_source, k += n->weight_source) {
        const float *row = from;
        vec kept[9];  // the weights of three by three taps
        UNROLL for (int t = 0; K == 3 && t < 9; t++) {
            kept[t] = vec_splat(k[t]);
            VEC_KEEP(kept[t]);
        }
        UNROLL for (int i = 0; i < S * (R - 1) + K; i++, row += n->from_row) {
            if (!(n->rows_inside >> i & 1)) continue;
            vec value[SHARE_STRIDE][SHARE_VECTORS];
            UNROLL for (int t = 0; t < K; t++) {
                if (t % S == 0) {
                    UNROLL for (int v = 0; v < V; v++) {
                        share_values(row, p, first, last, K, S, t, v, V, value);
                    }
                }
                UNROLL for (int r = 0; r < R; r++) {
                    int h = i - S * r;
                    if (h < 0 || h >= K) continue;
                    vec factor = K == 3 ? kept[h * 3 + t] : vec_splat(k[h * K + t]);
                    UNROLL for (int v = 0; v < V; v++) {
                        vec x = value[t % S][v];
                        sum[r][v] = v == 0       ? vec_fma_lanes(first[t], x, factor, sum[r][v])
                                    : v == V - 1 ? vec_fma_lanes(last[t], x, factor, sum[r][v])
                                                 : vec_fma(x, factor, sum[r][v]);
                    }
                }
            }
        }
    }
    float *to = n->to;
    UNROLL for (int r = 0; r < R; r++, to += n->to_row) {
        UNROLL for (int v = 0; v < V; v++) {
            if (V == 1)
                vec_store_lanes(p->stored, to, sum[r][v]);
            else
                vec_store(to + AT(v), sum[r][v]);
        }
    }
}
#undef AT

#define SHARE(k, s, r, v)                                                                      \
    static __attribute__((noinline)) void share_##k##_##s##_##r##x##v(const share_chain *n,    \
                                                                      const share_pixels *p) { \
        share_tile(n, p, k, s, r, v);                                                          \
    }
SHARES(SHARE, 3, 1)
SHARES(SHARE, 3, 2)
SHARES(SHARE, 5, 1)
SHARES(SHARE, 5, 2)
#undef SHARE

typedef void share_function(const share_chain *n, const share_pixels *p);
static share_function *const share_table[2][SHARE_STRIDE + 1][SHARE_ROWS + 1][SHARE_VECTORS + 1] = {
#define SHARE(k, s, r, v) [k == 5][s][r][v] = share_##k##_##s##_##r##x##v,
    SHARES(SHARE, 3, 1) SHARES(SHARE, 3, 2) SHARES(SHARE, 5, 1) SHARES(SHARE, 5, 2)
#undef SHARE
};

// Rows of a tile that cover `rows` with few computed twice.
static int64_t share_rows(int64_t rows, int64_t vectors) {
    if (rows < 4) return 1;
    return vectors == 1 && rows >= 7 && (rows + 6) / 7 * 7 <= (rows + 3) / 4 * 4 ? 7 : 4;
}

// The lanes of WIDTH columns from `first` that lie within [0, width).
static lanes share_lanes(int64_t first, int64_t width) {
    int64_t begin = first < 0 ? -first : 0, end = width - first;
    return lanes_range(begin < WIDTH ? begin : WIDTH, end < 0 ? 0 : end < WIDTH ? end : WIDTH);
}

// What share_pair loads for a register whose tap 0 of lane 0 is `first`.
static void share_loaded(int64_t first, int64_t taps, int64_t width, lanes *in) {
    for (int64_t t = 0; t < taps; t += 2) {
        in[t] = share_lanes(first + t, width);
        in[t + 1] = share_lanes(first + t + WIDTH - (t + 1 < taps ? 0 : 1), width);
    }
}

// Columns [first, first + count) of an axis; tap t is found at column[t] beyond those of `first`.
static share_pixels share_pixels_at(const axis *a, int64_t first, int64_t count) {
    share_pixels p = {.vectors = (count + WIDTH - 1) / WIDTH,
                      .last = count > WIDTH ? count - WIDTH : 0,
                      .stored = lanes_range(0, count < WIDTH ? count : WIDTH)};
    p.space = p.vectors > 1 ? (p.last + p.vectors - 2) / (p.vectors - 1) : 0;
    for (int64_t t = 0; t < a->taps; t++) {
        int64_t offset = first * a->source_step + a->offset + t * a->offset_step;
        fovea__conv_range in = fovea__conv_inside(count, a->source_step, offset, a->source_size);
        int64_t begin = in.begin - p.last, end = in.end - p.last;
        p.column[t] = a->offset + t * a->offset_step;
        p.first_inside[t] = lanes_range(in.begin, in.end > WIDTH ? WIDTH : in.end);
        p.last_inside[t] = lanes_range(begin < 0 ? 0 : begin, end);
    }
    if (a->source_step == 2) {
        int64_t source = first * 2 + a->offset;
        share_loaded(source, a->taps, a->source_size, p.first_loaded);
        share_loaded(source + 2 * p.last, a->taps, a->source_size, p.last_loaded);
    }
    return p;
}

// Bits of the source rows first, first + step ... (`count` of them) that lie within [0, rows).
static unsigned share_rows_inside(int64_t first, int64_t step, int64_t count, int64_t rows) {
    unsigned bits = 0;
    for (int64_t i = 0; i < count; i++) {
        bits |= (unsigned)((uint64_t)(first + i * step) < (uint64_t)rows) << i;
    }
    return bits;
}

// One direction of one geometry: rows of taps K, S apart, and up to SHARE_TILES tiles of columns.
#define SHARE_TILES 8
typedef struct share_plan {
    int64_t K, S, tiles, first[SHARE_TILES], count[SHARE_TILES];
    share_pixels pixels[SHARE_TILES];
    axis width;
    int64_t first_row, row_step;  // source row of tap 0 for row 0; from a tap to the next
    int64_t source_rows, source_width, dst_width;
} share_plan;

static bool share_accepts(const fovea__conv_geometry *g) {
    return g->kernel[0] == 1 && g->in[0] == 1 && g->out[0] == 1 && g->kernel[1] == g->kernel[2] &&
           (g->kernel[1] == 3 || g->kernel[1] == 5) && g->stride[1] == g->stride[2] &&
           g->stride[1] <= SHARE_STRIDE && g->dilation[1] == 1 && g->dilation[2] == 1;
}

static share_plan share_plan_make(const fovea__conv_geometry *g, bool backward) {
    share_plan s = {.K = g->kernel[1],
                    .S = g->stride[1],
                    .width = backward ? phase(g, 2, 0) : forward_axis(g, 2),
                    .first_row = backward ? g->pad[1] : -g->pad[1],
                    .row_step = backward ? -1 : 1,
                    .source_rows = backward ? g->out[1] : g->in[1],
                    .source_width = backward ? g->out[2] : g->in[2],
                    .dst_width = backward ? g->in[2] : g->out[2]};
    return s;
}

// Tiles i, i+1 ... of `tiles` in the plan. False where pads are so wide that a middle register
// reaches beyond the source.
static bool share_plan_tiles(share_plan *s, int64_t tiles, int64_t i) {
    s->tiles = 0;
    for (; i < tiles && s->tiles < SHARE_TILES; i++, s->tiles++) {
        fovea__conv_range columns = narrow_columns(s->dst_width, tiles, i);
        int64_t count = columns.end - columns.begin;
        share_pixels p = share_pixels_at(&s->width, columns.begin, count);
        int64_t middle = (p.vectors - 2) * p.space + WIDTH;
        for (int64_t t = 0; p.vectors > 2 && t < s->K; t++) {
            int64_t offset = columns.begin * s->S + s->width.offset + t * s->width.offset_step;
            fovea__conv_range in = fovea__conv_inside(count, s->S, offset, s->width.source_size);
            if (in.begin > p.space || in.end < middle) return false;
        }
        s->first[s->tiles] = columns.begin;
        s->count[s->tiles] = count;
        s->pixels[s->tiles] = p;
    }
    return true;
}

// Rows [begin, end) of the plan's tiles; `n` is set for row 0.
static void share_rows_run(const share_plan *s, const share_chain *n, int64_t begin, int64_t end) {
    for (int64_t i = 0; i < s->tiles; i++) {
        const share_pixels *p = &s->pixels[i];
        int64_t rows = share_rows(end - begin, p->vectors);
        share_function *tile = share_table[s->K == 5][s->S][rows][p->vectors];
        for (int64_t r = begin; r < end; r += rows) {
            int64_t top = r + rows > end ? end - rows : r;
            // Going backward the rows are taken from below, as their taps meet the sources.
            int64_t row = s->row_step < 0 ? top + rows - 1 : top;
            int64_t source = row * s->S + s->first_row, sources = s->S * (rows - 1) + s->K;
            share_chain part = *n;
            part.rows_inside = share_rows_inside(source, s->row_step, sources, s->source_rows);
            part.from += source * s->source_width + s->first[i] * s->width.source_step;
            part.from_row = s->row_step * s->source_width;
            part.to += row * s->dst_width + s->first[i];
            part.to_row = s->row_step * s->dst_width;
            tile(&part, p);
        }
    }
}

// A part of a convolution whose groups have one destination channel each.
static bool share_run(const fovea__conv_geometry *g, const fovea__conv_part *part, bool backward,
                      const float *src, const float *weight, const float *bias, float *dst) {
    int64_t sources = (backward ? g->o : g->c) / g->groups, taps = g->kernel[1] * g->kernel[2];
    if (!share_accepts(g) || (g->stride[1] == 2 && backward)) return false;
    share_plan s = share_plan_make(g, backward);
    int64_t tiles = narrow_tiles(s.dst_width, SHARE_VECTORS);
    int64_t volume = s.source_rows * s.source_width;
    int64_t dst_volume = fovea__conv_volume(backward ? g->in : g->out);
    for (int64_t i = 0; i < tiles; i += SHARE_TILES) {
        if (!share_plan_tiles(&s, tiles, i)) return false;
    }
    for (int64_t i = 0; i < tiles; i += SHARE_TILES) {
        if (tiles > SHARE_TILES) share_plan_tiles(&s, tiles, i);
        for (int64_t m = part->channel; m < part->channel_end; m++) {
            share_chain n = {.sources = sources,
                             .from = src + m * sources * volume,
                             .from_source = volume,
                             .weight = weight + m * sources * taps,
                             .weight_source = taps,
                             .start = bias ? bias[m] : 0.0f,
                             .to = dst + m * dst_volume};
            share_rows_run(&s, &n, part->row, part->row_end);
        }
    }
    return true;
}
