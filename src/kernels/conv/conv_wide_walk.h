// SPDX-License-Identifier: MIT
// The walk of conv_axis.h over one sample in NCHW with channels of the destination in the lanes:
// their weights, packed side by side, are the vectors, and each number of the source is spread over
// all lanes. A tile of sums is turned in registers when it is done, and stored row by row.
#include "kernels/conv/conv_axis.h"
#include "kernels/conv/conv_part.h"
#include "kernels/conv/conv_turn.h"
#include "kernels/conv/conv_wide_tiles.h"

// Taps along W a walk can take.
#define MOST_TAPS 32

// A tile reads all weights of its channels, more than the first cache holds, and a few pixels of each
// source channel, a plane apart: both are fetched so many taps and channels before they are needed.
// With narrower vectors the loads themselves are what a tile waits for.
#define TAPS_AHEAD 9
#define CHANNELS_AHEAD 2
#define FETCHES_AHEAD (WIDTH == 16)

// The walk over one group. Distances in floats.
typedef struct walk {
    axis axis[3];
    int64_t channels, sources;             // destination and source channels
    int64_t weight_vector, weight_source;  // from one to the next in the packed weights
    int64_t weight_tap[3];                 // from tap t to t+1 of each dimension
    int64_t from_channel, from_row, from_plane, to_channel, to_row, to_plane;
    const float *from, *weight, *bias;
    float *to;
} walk;

// A tile of pixels along W.
typedef struct span {
    int64_t first;                        // j of its first pixel
    fovea__conv_range any;                // taps inside the source for some pixel
    fovea__conv_range inside[MOST_TAPS];  // pixels for which a tap is
} span;

// What a tile works on.
typedef struct place {
    fovea__conv_range taps_d, taps_h[2];  // taps inside the source, for each of its rows
    const float *from;  // plane and row of tap (0, 0) of the first row, column 0 (may lie before
                        // the buffer's beginning)
    float *to;          // first row, channel 0
    float start[TILE_VECTORS * WIDTH];  // sums begin with these
    int64_t channel;                    // first channel, in the group
} place;

static void span_at(const axis *a, int64_t first, int64_t pixels, span *s) {
    int64_t left = first * a->source_step + a->offset;
    s->first = first;
    s->any = (fovea__conv_range){a->taps, 0};
    for (int64_t t = 0; t < a->taps; t++) {
        int64_t begin = left + t * a->offset_step, end = begin + (pixels - 1) * a->source_step;
        fovea__conv_range in = {0, pixels};
        if (begin < 0 || end >= a->source_size)
            in = fovea__conv_inside(pixels, a->source_step, begin, a->source_size);
        s->inside[t] = in;
        if (in.begin >= in.end) continue;
        if (t < s->any.begin) s->any.begin = t;
        s->any.end = t + 1;
    }
}

// Row r of the sums takes one tap, for every pixel or for those of a range.
#define TAKE(r, p)                                             \
    do {                                                       \
        vec value = vec_splat(x[r * row + p * pixel]);         \
        UNROLL for (int v = 0; v < V; v++) sum[v][r * P + p] = \
            vec_fma(value, factor[v], sum[v][r * P + p]);      \
    } while (0)
#define ROWS(first, last)                                                              \
    do {                                                                               \
        for (int64_t t = s->any.begin; t < s->any.end; t++, x += step, k += step_k) {  \
            fovea__conv_range in = s->inside[t];                                       \
            vec factor[TILE_VECTORS];                                                  \
            UNROLL for (int v = 0; v < V; v++) {                                       \
                factor[v] = vec_load(k + v * w->weight_vector);                        \
                if (FETCHES_AHEAD)                                                     \
                    __builtin_prefetch(k + v * w->weight_vector + TAPS_AHEAD * WIDTH); \
            }                                                                          \
            if (in.begin == 0 && in.end == P) {                                        \
                UNROLL for (int r = first; r < last; r++) {                            \
                    UNROLL for (int p = 0; p < P; p++) TAKE(r, p);                     \
                }                                                                      \
            } else {                                                                   \
                UNROLL for (int r = first; r < last; r++) {                            \
                    UNROLL for (int p = 0; p < P; p++) {                               \
                        if (p >= in.begin && p < in.end) TAKE(r, p);                   \
                    }                                                                  \
                }                                                                      \
            }                                                                          \
        }                                                                              \
    } while (0)

static inline bool holds(fovea__conv_range range, int64_t i) {
    return i >= range.begin && i < range.end;
}

// Sums of one vector of channels, [R][P], into rows of the destination.
static inline __attribute__((always_inline)) void store_rows(const walk *w, const vec *sum,
                                                             float *to, int64_t channels,
                                                             const int R, const int P) {
    const int64_t step = w->axis[2].step, next = w->axis[1].step * w->to_row;
    UNROLL for (int q = 0; q < R * P; q += WIDTH) {
        vec block[WIDTH];
        UNROLL for (int i = 0; i < WIDTH; i++) block[i] = sum[q + i < R * P ? q + i : q];
        turn(block);
        float lane[WIDTH][WIDTH];
        if (step != 1 || channels < WIDTH) {
            UNROLL for (int i = 0; i < WIDTH; i++) vec_store(lane[i], block[i]);
        }
        UNROLL for (int r = 0; r < R; r++) {
            const int first = r * P > q ? r * P - q : 0;
            const int last = (r + 1) * P < q + WIDTH ? (r + 1) * P - q : WIDTH;
            if (first >= last) continue;
            float *row = to + r * next + (q + first - r * P) * step;
            if (step == 1 && channels >= WIDTH) {
                UNROLL for (int i = 0; i < WIDTH; i++)
                    store_lanes(row + i * w->to_channel, block[i], first, last - first);
            } else {
                for (int64_t i = 0; i < channels && i < WIDTH; i++) {
                    for (int p = first; p < last; p++)
                        row[i * w->to_channel + (p - first) * step] = lane[i][p];
                }
            }
        }
    }
}

static TILE_BODY void tile(const walk *w, const place *at, const span *s, const int V, const int R,
                           const int P, const int S) {
    vec sum[TILE_VECTORS][TILE_PIXELS];
    UNROLL for (int v = 0; v < V; v++) {
        vec start = vec_load(at->start + v * WIDTH);
        UNROLL for (int p = 0; p < R * P; p++) sum[v][p] = start;
    }
    const axis *width = &w->axis[2];
    const int64_t pixel = S ? S : width->source_step, row = w->axis[1].source_step * w->from_row;
    const int64_t step = width->offset_step, step_k = w->weight_tap[2];
    const int64_t step_h = w->axis[1].offset_step * w->from_row, step_hk = w->weight_tap[1];
    const int64_t step_d = w->axis[0].offset_step * w->from_plane, step_dk = w->weight_tap[0];
    fovea__conv_range h_any = at->taps_h[0];
    if (R == 2) {
        if (at->taps_h[1].begin < h_any.begin) h_any.begin = at->taps_h[1].begin;
        if (at->taps_h[1].end > h_any.end) h_any.end = at->taps_h[1].end;
    }
    const float *x_l = at->from + s->first * width->source_step + width->offset +
                       at->taps_d.begin * step_d + h_any.begin * step_h + s->any.begin * step;
    const float *k_l = w->weight + at->channel / WIDTH * w->weight_vector +
                       at->taps_d.begin * step_dk + h_any.begin * step_hk + s->any.begin * step_k;
    for (int64_t l = 0; l < w->sources; l++, x_l += w->from_channel, k_l += w->weight_source) {
        const float *x_d = x_l, *k_d = k_l;
        for (int64_t d = at->taps_d.begin; d < at->taps_d.end; d++, x_d += step_d, k_d += step_dk) {
            const float *x_h = x_d, *k_h = k_d;
            for (int64_t h = h_any.begin; h < h_any.end; h++, x_h += step_h, k_h += step_hk) {
                const float *x = x_h, *k = k_h;
                if (FETCHES_AHEAD) {
                    const float *ahead = x + CHANNELS_AHEAD * w->from_channel;
                    __builtin_prefetch(ahead);
                    __builtin_prefetch(ahead + (P + 1) * pixel);
                }
                if (R == 1 || (holds(at->taps_h[0], h) && holds(at->taps_h[1], h))) {
                    ROWS(0, R);
                } else if (holds(at->taps_h[0], h)) {
                    ROWS(0, 1);
                } else if (holds(at->taps_h[1], h)) {
                    ROWS(1, 2);
                }
            }
        }
    }
    float *to = at->to + at->channel * w->to_channel + (width->first + s->first * width->step);
    UNROLL for (int v = 0; v < V; v++) {
        store_rows(w, sum[v], to + v * WIDTH * w->to_channel, w->channels - at->channel - v * WIDTH,
                   R, P);
    }
}
#undef TAKE
#undef ROWS

#define TILE(v, r, p, s)                                              \
    static __attribute__((noinline)) void tile_##v##x##r##x##p##x##s( \
        const walk *w, const place *at, const span *sp) {             \
        tile(w, at, sp, v, r, p, s);                                  \
    }
TILES(TILE)
#undef TILE

typedef void tile_function(const walk *w, const place *at, const span *s);
static tile_function *const tile_table[3][TILE_VECTORS + 1][3][TILE_PIXELS + 1] = {
#define TILE(v, r, p, s) [s][v][r][p] = tile_##v##x##r##x##p##x##s,
    TILES(TILE)
#undef TILE
};

// The j of an axis whose destination first + j*step lies in [begin, end).
static fovea__conv_range rows_of(const axis *a, int64_t begin, int64_t end) {
    return fovea__conv_inside(a->count, a->step, a->first - begin, end - begin);
}

// One or two destination rows, numbered as their axis counts them, tile by tile.
static void walk_row(const walk *w, place *at, int64_t vectors, int64_t h, int64_t rows,
                     int64_t tiles) {
    const axis *height = &w->axis[1], *width = &w->axis[2];
    int64_t step = width->source_step, from_h = h * height->source_step + height->offset;
    tile_function *const *table = tile_table[step <= 2 ? step : 0][vectors][rows];
    for (int64_t r = 0; r < rows; r++)
        at->taps_h[r] = taps_inside(height, from_h + r * height->source_step);
    at->from += from_h * w->from_row;
    at->to += (height->first + h * height->step) * w->to_row;
    span s;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * width->count / tiles, end = (i + 1) * width->count / tiles;
        span_at(width, begin, end - begin, &s);
        table[end - begin](w, at, &s);
    }
}

// The rows of the part, for the channels that `at` begins at.
static void walk_rows(const walk *w, const fovea__conv_part *part, int64_t plane_rows, place *at,
                      int64_t vectors) {
    const axis *depth = &w->axis[0];
    int64_t tiles = (w->axis[2].count + TILE_PIXELS - 1) / TILE_PIXELS;
    int64_t most = 2 * w->axis[2].count <= TILE_PIXELS ? 2 : 1;
    for (int64_t d = 0; d < depth->count; d++) {
        int64_t from_d = d * depth->source_step + depth->offset;
        int64_t to_d = depth->first + d * depth->step;
        fovea__conv_range rows =
            rows_of(&w->axis[1], part->row - to_d * plane_rows, part->row_end - to_d * plane_rows);
        at->taps_d = taps_inside(depth, from_d);
        for (int64_t h = rows.begin, count; h < rows.end; h += count) {
            count = rows.end - h < most ? 1 : most;
            at->from = w->from + from_d * w->from_plane;
            at->to = w->to + to_d * w->to_plane;
            walk_row(w, at, vectors, h, count, tiles);
        }
    }
}

// Channels [channel, channel_end) of the group, rows of the part: a panel of weights is used for all
// rows before the next one.
static void walk_part(const walk *w, const fovea__conv_part *part, int64_t plane_rows,
                      int64_t channel, int64_t channel_end) {
    place at;
    for (; channel < channel_end; channel += TILE_VECTORS * WIDTH) {
        int64_t left = channel_end - channel;
        at.channel = channel;
        for (int i = 0; i < TILE_VECTORS * WIDTH; i++)
            at.start[i] = w->bias && i < left ? w->bias[channel + i] : 0.0f;
        walk_rows(w, part, plane_rows, &at, left > WIDTH ? TILE_VECTORS : 1);
    }
}
