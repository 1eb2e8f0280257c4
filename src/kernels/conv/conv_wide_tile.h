// SPDX-License-Identifier: MIT
// Rows of the walk of conv_wide_walk.h in tiles of pixels side by side along W.
#include "kernels/conv/conv_wide_tiles.h"
#include "kernels/conv/conv_wide_walk.h"

// A tile of pixels along W.
typedef struct span {
    int64_t first;                        // j of its first pixel
    fovea__conv_range any;                // taps inside the source for some pixel
    fovea__conv_range inside[MOST_TAPS];  // pixels for which a tap is
    bool three;  // just three taps, the second inside for all pixels, the others for all but the
                 // first or the last
} span;

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
    s->three = a->taps == 3 && s->inside[1].begin == 0 && s->inside[1].end == pixels;
    for (int64_t t = 0; s->three && t < 3; t += 2)
        s->three = s->inside[t].begin <= 1 && s->inside[t].end >= pixels - 1;
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

// The next of three taps for every pixel, but for the first and the last only where they are said to
// be inside. Each tap reads the pixels again: kept, they would take registers from the sums.
#define NEXT_TAP(first, last)                                                                     \
    do {                                                                                          \
        vec factor[TILE_VECTORS];                                                                 \
        UNROLL for (int v = 0; v < V; v++) {                                                      \
            factor[v] = vec_load(k + v * w->weight_vector);                                       \
            if (FETCHES_AHEAD) __builtin_prefetch(k + v * w->weight_vector + TAPS_AHEAD * WIDTH); \
        }                                                                                         \
        __asm__("" : "+r"(x));                                                                    \
        UNROLL for (int r = 0; r < R; r++) {                                                      \
            UNROLL for (int p = 0; p < P; p++) {                                                  \
                if ((p > 0 || first) && (p < P - 1 || last)) TAKE(r, p);                          \
            }                                                                                     \
        }                                                                                         \
        x += step;                                                                                \
        k += step_k;                                                                              \
    } while (0)

static inline bool holds(fovea__conv_range range, int64_t i) {
    return i >= range.begin && i < range.end;
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
    const bool alike = R == 1 || (at->taps_h[0].begin == at->taps_h[1].begin &&
                                  at->taps_h[0].end == at->taps_h[1].end);
    if (S && P >= 4 && s->three && alike) {
        // One loop over sources, depth and height: compilers move all sums about between nested ones.
        const int64_t count_d = at->taps_d.end - at->taps_d.begin,
                      count_h = h_any.end - h_any.begin;
        const int64_t next_h = step_h - 3 * step, next_hk = step_hk - 3 * step_k;
        const int64_t next_d = step_d - count_h * step_h, next_dk = step_dk - count_h * step_hk;
        const int64_t next_l = w->from_channel - count_d * step_d;
        const int64_t next_lk = w->weight_source - count_d * step_dk;
        const bool first_0 = s->inside[0].begin == 0, last_0 = s->inside[0].end == P;
        const bool first_2 = s->inside[2].begin == 0, last_2 = s->inside[2].end == P;
        const float *x = x_l, *k = k_l;
        int64_t h = count_h, d = count_d;
        int64_t left = count_d > 0 && count_h > 0 ? w->sources * count_d * count_h : 0;
        for (; left > 0; left--) {
            if (FETCHES_AHEAD) {
                const float *ahead = x + CHANNELS_AHEAD * w->from_channel;
                __builtin_prefetch(ahead);
                __builtin_prefetch(ahead + (P + 1) * pixel);
            }
            NEXT_TAP(first_0, last_0);
            NEXT_TAP(true, true);
            NEXT_TAP(first_2, last_2);
            x += next_h;
            k += next_hk;
            if (--h > 0) continue;
            h = count_h;
            x += next_d;
            k += next_dk;
            if (--d > 0) continue;
            d = count_d;
            x += next_l;
            k += next_lk;
        }
    } else {
        for (int64_t l = 0; l < w->sources; l++, x_l += w->from_channel, k_l += w->weight_source) {
            const float *x_d = x_l, *k_d = k_l;
            for (int64_t d = at->taps_d.begin; d < at->taps_d.end;
                 d++, x_d += step_d, k_d += step_dk) {
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
    }
    float *to = at->to + at->channel * w->to_channel + (width->first + s->first * width->step);
    UNROLL for (int v = 0; v < V; v++) {
        store_rows(w, sum[v], to + v * WIDTH * w->to_channel, w->channels - at->channel - v * WIDTH,
                   R, P);
    }
}
#undef TAKE
#undef ROWS
#undef NEXT_TAP

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

static void walk_row(const walk *w, place *at, int64_t vectors, int64_t h, int64_t rows) {
    const axis *width = &w->axis[2];
    int64_t step = width->source_step, tiles = (width->count + TILE_PIXELS - 1) / TILE_PIXELS;
    tile_function *const *table = tile_table[step <= 2 ? step : 0][vectors][rows];
    place_rows(w, at, h, rows);
    span s;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * width->count / tiles, end = (i + 1) * width->count / tiles;
        span_at(width, begin, end - begin, &s);
        table[end - begin](w, at, &s);
    }
}

// Once the axes are set.
static void walk_in_tiles(walk *w) {
    w->row = walk_row;
    w->most_rows = 2 * w->axis[2].count <= TILE_PIXELS ? 2 : 1;
}
