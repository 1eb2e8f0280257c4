// SPDX-License-Identifier: MIT
// Input gradients of one sample of stride 2 along W, input channels in the lanes, for one vector
// width: tiles of neighbouring pixels, of which a tap meets every second one. Both phases along W
// are so computed and stored together. The including file sets INPUT, the name of the kernel,
// PART_CPU and PART_TEXT.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_wide_walk.h"

// Of a tile of pixels from an even one on, i even and i odd ones: taps 1 and 2 meet source pixel i for
// both, tap 0 source pixel i + 1 for the odd ones. `cut`: there is none for the last of these.
typedef struct pairs {
    int64_t first;
    bool cut;
} pairs;

// Tap t for every second pixel, COUNT of them from FIRST on, which meet source pixels x[BEGIN], x[BEGIN + 1] ...
#define TAKE(t, BEGIN, FIRST, COUNT)                                                            \
    do {                                                                                        \
        vec factor[TILE_VECTORS];                                                               \
        UNROLL for (int v = 0; v < V; v++) {                                                    \
            factor[v] = vec_load(k + v * w->weight_vector + t * WIDTH);                         \
            if (FETCHES_AHEAD)                                                                  \
                __builtin_prefetch(k + v * w->weight_vector + (t + TAPS_AHEAD) * WIDTH);        \
        }                                                                                       \
        __asm__("" : "+r"(x)); /* to read the pixels again, not to keep those of another tap */ \
        UNROLL for (int i = 0; i < COUNT; i++) {                                                \
            vec value = vec_splat(x[BEGIN + i]);                                                \
            UNROLL for (int v = 0; v < V; v++) sum[v][FIRST + 2 * i] =                          \
                vec_fma(value, factor[v], sum[v][FIRST + 2 * i]);                               \
        }                                                                                       \
    } while (0)
// One loop over sources, depth and height: compilers move all sums about between nested ones.
#define SOURCES(MET)                                                                 \
    for (; left > 0; left--) {                                                       \
        if (FETCHES_AHEAD) __builtin_prefetch(x + CHANNELS_AHEAD * w->from_channel); \
        TAKE(0, 1, 1, MET);                                                          \
        TAKE(1, 0, 0, (P + 1) / 2);                                                  \
        TAKE(2, 0, 1, P / 2);                                                        \
        x += step_h;                                                                 \
        k += step_hk;                                                                \
        if (--h > 0) continue;                                                       \
        h = count_h;                                                                 \
        x += next_d;                                                                 \
        k += next_dk;                                                                \
        if (--d > 0) continue;                                                       \
        d = count_d;                                                                 \
        x += next_l;                                                                 \
        k += next_lk;                                                                \
    }

static TILE_BODY void pairs_tile(const walk *w, const place *at, const pairs *s, const int V,
                                 const int P) {
    vec sum[TILE_VECTORS][TILE_PIXELS];
    UNROLL for (int v = 0; v < V; v++) {
        UNROLL for (int p = 0; p < P; p++) sum[v][p] = vec_splat(0.0f);
    }
    const int64_t step_h = w->axis[1].offset_step * w->from_row, step_hk = w->weight_tap[1];
    const int64_t step_d = w->axis[0].offset_step * w->from_plane, step_dk = w->weight_tap[0];
    const fovea__conv_range taps_d = at->taps_d, taps_h = at->taps_h[0];
    const int64_t count_d = taps_d.end - taps_d.begin, count_h = taps_h.end - taps_h.begin;
    const int64_t next_d = step_d - count_h * step_h, next_dk = step_dk - count_h * step_hk;
    const int64_t next_l = w->from_channel - count_d * step_d;
    const int64_t next_lk = w->weight_source - count_d * step_dk;
    const float *x = at->from + s->first / 2 + taps_d.begin * step_d + taps_h.begin * step_h;
    const float *k = w->weight + at->channel / WIDTH * w->weight_vector + taps_d.begin * step_dk +
                     taps_h.begin * step_hk;
    int64_t h = count_h, d = count_d;
    int64_t left = count_d > 0 && count_h > 0 ? w->sources * count_d * count_h : 0;
    if (s->cut && P % 2 == 0) {
        SOURCES(P / 2 - 1)
    } else {
        SOURCES(P / 2)
    }
    float *to = at->to + at->channel * w->to_channel + s->first;
    UNROLL for (int v = 0; v < V; v++) {
        store_rows(w, sum[v], to + v * WIDTH * w->to_channel, w->channels - at->channel - v * WIDTH,
                   1, P);
    }
}
#undef TAKE
#undef SOURCES

#define PAIRS(v, r, p, s)                                                                 \
    static __attribute__((noinline)) void pairs_##v##x##p(const walk *w, const place *at, \
                                                          const pairs *pixels) {          \
        pairs_tile(w, at, pixels, v, p);                                                  \
    }
ONE_ROW(PAIRS, 1, 2)
ONE_ROW(PAIRS, 2, 2)
#undef PAIRS

typedef void pairs_function(const walk *w, const place *at, const pairs *s);
static pairs_function *const pairs_table[TILE_VECTORS + 1][TILE_PIXELS + 1] = {
#define PAIRS(v, r, p, s) [v][p] = pairs_##v##x##p,
    ONE_ROW(PAIRS, 1, 2) ONE_ROW(PAIRS, 2, 2)
#undef PAIRS
};

// Tiles begin at even pixels.
static void pairs_row(const walk *w, place *at, int64_t vectors, int64_t h, int64_t rows) {
    const axis *width = &w->axis[2];
    int64_t count = (width->count + 1) / 2, tiles = (2 * count + TILE_PIXELS - 1) / TILE_PIXELS;
    place_rows(w, at, h, rows);
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = 2 * (i * count / tiles), end = 2 * ((i + 1) * count / tiles);
        if (end > width->count) end = width->count;
        pairs s = {begin, end / 2 >= width->source_size};
        pairs_table[vectors][end - begin](w, at, &s);
    }
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias, (void)scratch;
    walk w = walk_make(g, input_sides(g));
    walk_strides(&w, g->out, g->in);
    w.axis[2] = (axis){.count = g->in[2], .step = 1, .source_size = g->out[2], .tap_step = 1};
    w.row = pairs_row;
    w.most_rows = 1;
    for (int64_t d = 0; d < g->stride[0] && d < g->in[0]; d++) {
        w.axis[0] = phase(g, 0, d);
        for (int64_t h = 0; h < g->stride[1] && h < g->in[1]; h++) {
            w.axis[1] = phase(g, 1, h);
            walk_groups(g, part, &w, src, weight, NULL, dst, g->in[1]);
        }
    }
}

static bool input_accepts(const fovea__conv_geometry *g) {
    return g->stride[2] == 2 && g->kernel[2] == 3 && g->dilation[2] == 1 && g->pad[2] == 1 &&
           g->c / g->groups >= WIDTH && g->in[2] / 2 <= g->out[2];
}

const fovea__conv_part_kernel INPUT = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_INPUT_GRADIENT,
    .accepts = input_accepts,
    .channel_step = input_step,
    .packed = input_packed,
    .pack = input_pack,
    .run = input_gradient,
};
