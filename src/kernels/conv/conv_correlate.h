// SPDX-License-Identifier: MIT
// Forward and input gradient of N16 as one walk; see conv_axis.h.
#include "kernels/conv/conv_axis.h"
#include "kernels/conv/conv_tiles.h"

// The walk over the channels of one group. Distances in floats.
typedef struct walk {
    axis axis[3];
    int64_t channels, sources;              // destination and source channels
    int64_t weight_channel, weight_source;  // from one to the next in the weights
    int64_t weight_tap[3];                  // from tap t to t+1 of each dimension
    int64_t from_channel, from_row, from_plane, to_channel, to_row, to_plane;
    const float *from, *weight, *bias;
    float *to;
} walk;

// A tile of pixels along W: taps in `any` are inside for some pixel, those in `all` for every one.
typedef struct span {
    int64_t first;  // j of its first pixel
    fovea__conv_range any, all;
} span;

static inline span span_at(const axis *a, int64_t first, int64_t pixels) {
    int64_t left = first * a->source_step + a->offset;
    fovea__conv_range l = taps_inside(a, left);
    fovea__conv_range r = taps_inside(a, left + (pixels - 1) * a->source_step);
    span s = {first,
              {l.begin < r.begin ? l.begin : r.begin, l.end > r.end ? l.end : r.end},
              {l.begin > r.begin ? l.begin : r.begin, l.end < r.end ? l.end : r.end}};
    // Empty ranges have no meaningful ends, and a tile wider than its source has pixels between:
    // then every tap is tested.
    if (s.all.end <= s.all.begin) s = (span){first, {0, a->taps}, {a->taps, a->taps}};
    return s;
}

// What a tile works on: destination row (d, h), source rows its taps reach.
typedef struct place {
    fovea__conv_range taps_d, taps_h;
    const float
        *from;  // plane and row of tap (0, 0), column 0 (may lie before the buffer's beginning)
    float *to;
} place;

// One tap of a tile: sum[m][p] += x[p] * k[m], for every pixel or for those inside the source.
#define TAP_ALL()                                                                                \
    do {                                                                                         \
        vec value[TILE_PIXELS];                                                                  \
        UNROLL for (int p = 0; p < P; p++) value[p] = vec_load(x + p * pixel);                   \
        UNROLL for (int m = 0; m < M; m++) {                                                     \
            vec factor = vec_splat(k[m * w->weight_channel]);                                    \
            UNROLL for (int p = 0; p < P; p++) sum[m][p] = vec_fma(value[p], factor, sum[m][p]); \
        }                                                                                        \
    } while (0)
#define TAP_SOME()                                                                               \
    do {                                                                                         \
        int64_t position = left + t * width->offset_step;                                        \
        UNROLL for (int p = 0; p < P; p++) {                                                     \
            if ((uint64_t)(position + p * width->source_step) >= (uint64_t)width->source_size) { \
                continue;                                                                        \
            }                                                                                    \
            vec value = vec_load(x + p * pixel);                                                 \
            UNROLL for (int m = 0; m < M; m++) {                                                 \
                sum[m][p] = vec_fma(value, vec_splat(k[m * w->weight_channel]), sum[m][p]);      \
            }                                                                                    \
        }                                                                                        \
    } while (0)

static TILE_BODY void tile(const walk *w, const place *at, const span *s, int64_t channel,
                           const int M, const int P) {
    vec sum[TILE_CHANNELS][TILE_PIXELS];
    UNROLL for (int m = 0; m < M; m++) {
        vec start = vec_splat(w->bias ? w->bias[channel + m] : 0.0f);
        UNROLL for (int p = 0; p < P; p++) sum[m][p] = start;
    }
    const axis *width = &w->axis[2];
    const int64_t pixel = width->source_step * FOVEA__LANES;
    const int64_t step = width->offset_step * FOVEA__LANES, step_k = w->weight_tap[2];
    const int64_t step_h = w->axis[1].offset_step * w->from_row, step_hk = w->weight_tap[1];
    const int64_t step_d = w->axis[0].offset_step * w->from_plane, step_dk = w->weight_tap[0];
    const int64_t left = s->first * width->source_step + width->offset;
    const float *x_l = at->from + left * FOVEA__LANES + at->taps_d.begin * step_d +
                       at->taps_h.begin * step_h + s->any.begin * step;
    const float *k_l = w->weight + channel * w->weight_channel + at->taps_d.begin * step_dk +
                       at->taps_h.begin * step_hk + s->any.begin * step_k;
    for (int64_t l = 0; l < w->sources; l++, x_l += w->from_channel, k_l += w->weight_source) {
        const float *x_d = x_l, *k_d = k_l;
        for (int64_t d = at->taps_d.begin; d < at->taps_d.end; d++, x_d += step_d, k_d += step_dk) {
            const float *x_h = x_d, *k_h = k_d;
            for (int64_t h = at->taps_h.begin; h < at->taps_h.end; h++) {
                const float *x = x_h, *k = k_h;
                int64_t t = s->any.begin;
                for (; t < s->all.begin; t++, x += step, k += step_k) TAP_SOME();
                for (; t < s->all.end; t++, x += step, k += step_k) TAP_ALL();
                for (; t < s->any.end; t++, x += step, k += step_k) TAP_SOME();
                x_h += step_h;
                k_h += step_hk;
            }
        }
    }
    float *to = at->to + channel * w->to_channel + s->first * width->step * FOVEA__LANES;
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++) {
            vec_store(to + m * w->to_channel + p * width->step * FOVEA__LANES, sum[m][p]);
        }
    }
}
#undef TAP_ALL
#undef TAP_SOME

#define TILE(m, p)                                                                         \
    static __attribute__((noinline)) void tile_##m##x##p(const walk *w, const place *at,   \
                                                         const span *s, int64_t channel) { \
        tile(w, at, s, channel, m, p);                                                     \
    }
TILES(TILE)
#undef TILE

typedef void tile_function(const walk *w, const place *at, const span *s, int64_t channel);
static tile_function *const tile_table[TILE_CHANNELS + 1][TILE_PIXELS + 1] = {
#define TILE(m, p) [m][p] = tile_##m##x##p,
    TILES(TILE)
#undef TILE
};

// All channels of one tile of pixels in one row, in nearly equal tiles.
static void row_tiles(const walk *w, const place *at, const span *s, int64_t pixels) {
    int64_t most = TILE_REGISTERS / pixels;
    if (most > TILE_CHANNELS) most = TILE_CHANNELS;
    int64_t tiles = (w->channels + most - 1) / most;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * w->channels / tiles, end = (i + 1) * w->channels / tiles;
        tile_table[end - begin][pixels](w, at, s, begin);
    }
}

static void walk_columns(const walk *w, const span *s, int64_t pixels) {
    const axis *depth = &w->axis[0], *height = &w->axis[1];
    place at;
    for (int64_t d = 0; d < depth->count; d++) {
        int64_t from_d = d * depth->source_step + depth->offset;
        at.taps_d = taps_inside(depth, from_d);
        for (int64_t h = 0; h < height->count; h++) {
            int64_t from_h = h * height->source_step + height->offset;
            at.taps_h = taps_inside(height, from_h);
            at.from = w->from + from_d * w->from_plane + from_h * w->from_row;
            at.to = w->to + (depth->first + d * depth->step) * w->to_plane +
                    (height->first + h * height->step) * w->to_row +
                    w->axis[2].first * FOVEA__LANES;
            row_tiles(w, &at, s, pixels);
        }
    }
}

// Columns are the outer loop: the source window of a tile stays near while it moves down.
static void walk_run(const walk *w) {
    const axis *width = &w->axis[2];
    // One column of taps has no pixel used twice: half the pixels and twice the channels then read
    // less.
    int64_t most = width->taps == 1 && w->channels >= TILE_CHANNELS ? 3 : TILE_PIXELS;
    int64_t tiles = (width->count + most - 1) / most;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * width->count / tiles, end = (i + 1) * width->count / tiles;
        span s = span_at(width, begin, end - begin);
        walk_columns(w, &s, end - begin);
    }
}
