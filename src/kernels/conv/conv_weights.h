// SPDX-License-Identifier: MIT
// Weight and bias gradients of N16. A tile keeps the chains of M output channels by T taps in
// registers while it runs over a block of output pixels; between blocks they rest in scratch, so
// that a block's d_y stays in the nearest cache for every tap.
#include "kernels/conv/conv_range.h"
#include "kernels/conv/conv_tiles.h"
#include "kernels/splitting.h"

#define BLOCK_BYTES (32 << 10)   // of d_y in a block of pixels
#define CHAIN_BYTES (256 << 10)  // of chains in scratch, unless one channel needs more
#define TILE_TAPS TILE_PIXELS

// T taps, evenly spaced in x, over a block of output pixels. Distances in floats.
typedef struct strip {
    int64_t rows, x_row, x_pixel, x_tap, y_row, y_channel, chain_channel, chain_tap;
    fovea__conv_range any, all;           // columns some tap reaches; columns every tap reaches
    fovea__conv_range column[TILE_TAPS];  // and each tap
    const float *x, *d_y;                 // first row of the block, column 0, tap 0, channel 0
    float *chain;
} strip;

#define STRIP_PIXEL(guard)                                                                \
    do {                                                                                  \
        const float *x = x_row + column * s->x_pixel, *y = y_row + column * FOVEA__LANES; \
        vec gradient[TILE_CHANNELS];                                                      \
        UNROLL for (int m = 0; m < M; m++) gradient[m] = vec_load(y + m * s->y_channel);  \
        UNROLL for (int t = 0; t < T; t++) {                                              \
            if (guard) {                                                                  \
                vec value = vec_load(x + t * s->x_tap);                                   \
                UNROLL for (int m = 0; m < M; m++) {                                      \
                    sum[m][t] = vec_fma(gradient[m], value, sum[m][t]);                   \
                }                                                                         \
            }                                                                             \
        }                                                                                 \
    } while (0)

static TILE_BODY void strip_run(const strip *s, const int M, const int T) {
    vec sum[TILE_CHANNELS][TILE_TAPS];
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int t = 0; t < T; t++) {
            sum[m][t] = vec_load(s->chain + m * s->chain_channel + t * s->chain_tap);
        }
    }
    const float *x_row = s->x, *y_row = s->d_y;
    for (int64_t row = 0; row < s->rows; row++, x_row += s->x_row, y_row += s->y_row) {
        int64_t column = s->any.begin;
        for (; column < s->all.begin; column++) {
            STRIP_PIXEL(column >= s->column[t].begin && column < s->column[t].end);
        }
        for (; column < s->all.end; column++) STRIP_PIXEL(true);
        for (; column < s->any.end; column++) {
            STRIP_PIXEL(column >= s->column[t].begin && column < s->column[t].end);
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int t = 0; t < T; t++) {
            vec_store(s->chain + m * s->chain_channel + t * s->chain_tap, sum[m][t]);
        }
    }
}
#undef STRIP_PIXEL

#define STRIP(m, t)                                                         \
    static __attribute__((noinline)) void strip_##m##x##t(const strip *s) { \
        strip_run(s, m, t);                                                 \
    }
TILES(STRIP)
#undef STRIP

static void (*const strip_table[TILE_CHANNELS + 1][TILE_TAPS + 1])(const strip *) = {
#define STRIP(m, t) [m][t] = strip_##m##x##t,
    TILES(STRIP)
#undef STRIP
};

// Neighbouring taps of a tile go along kw, or along c where the kernel is one column wide.
static int64_t tile_taps(const fovea__conv_geometry *g) {
    int64_t along = g->kernel[2] > 1 ? g->kernel[2] : g->c / g->groups;
    int64_t most = g->kernel[2] > 1 || TILE_TAPS < 4 ? TILE_TAPS : 4;
    int64_t tiles = (along + most - 1) / most;
    return (along + tiles - 1) / tiles;
}

// Input channels whose chains are kept at a time.
static int64_t chain_channels(const fovea__conv_geometry *g) {
    int64_t each = TILE_CHANNELS * fovea__conv_volume(g->kernel) * FOVEA__LANES * 4;
    int64_t fit = CHAIN_BYTES / each, channels = g->c / g->groups;
    return fit < 1 ? 1 : fit < channels ? fit : channels;
}

static size_t weight_scratch(const fovea__conv_geometry *g) {
    return (size_t)(TILE_CHANNELS * chain_channels(g) * fovea__conv_volume(g->kernel) *
                    FOVEA__LANES) *
           sizeof(float);
}

// The chains of output channels [o, o + M) by input channels [c, c + channels) of one group; o and
// c count through all groups.
typedef struct chains {
    const fovea__conv_geometry *g;
    const float *x, *d_y;  // whole buffers, moved to the lanes at work
    int64_t o, outputs, c, channels, taps;
    int64_t d, h, rows, w, columns;  // the block of output pixels
    float *chain;                    // [outputs][channels][taps][16]
} chains;

// Runs the tile of taps that begins at channel c (of the chains) and kernel element k.
static void chains_tile(const chains *a, int64_t c, const int64_t k[3], int64_t tile,
                        bool along_c) {
    const fovea__conv_geometry *g = a->g;
    fovea__conv_tap tap = fovea__conv_tap_at(g, k[0], k[1], k[2]);
    int64_t h = tap.outputs[1].begin > a->h ? tap.outputs[1].begin : a->h;
    int64_t h_end = a->h + a->rows < tap.outputs[1].end ? a->h + a->rows : tap.outputs[1].end;
    if (a->d < tap.outputs[0].begin || a->d >= tap.outputs[0].end || h >= h_end) return;
    int64_t x_row = g->in[2] * FOVEA__LANES, x_plane = g->in[1] * x_row;
    int64_t y_row = g->out[2] * FOVEA__LANES, y_plane = g->out[1] * y_row;
    int64_t x_channel = g->in[0] * x_plane,
            first = ((k[0] * g->kernel[1]) + k[1]) * g->kernel[2] + k[2];
    strip s = {.rows = h_end - h,
               .x_row = x_row * g->stride[1],
               .x_pixel = g->stride[2] * FOVEA__LANES,
               .x_tap = along_c ? x_channel : g->dilation[2] * FOVEA__LANES,
               .y_row = y_row,
               .y_channel = g->out[0] * y_plane,
               .chain_channel = a->channels * a->taps * FOVEA__LANES,
               .chain_tap = (along_c ? a->taps : 1) * FOVEA__LANES,
               .chain = a->chain + (c * a->taps + first) * FOVEA__LANES};
    s.x = a->x + (a->c + c) * x_channel + (a->d * g->stride[0] + tap.offset[0]) * x_plane +
          (h * g->stride[1] + tap.offset[1]) * x_row + tap.offset[2] * FOVEA__LANES;
    s.d_y = a->d_y + a->o * s.y_channel + a->d * y_plane + h * y_row;
    s.any = (fovea__conv_range){a->w + a->columns, a->w};
    s.all = (fovea__conv_range){a->w, a->w + a->columns};
    for (int64_t t = 0; t < tile; t++) {
        fovea__conv_range *column = &s.column[t];
        *column = fovea__conv_inside(g->out[2], g->stride[2],
                                     tap.offset[2] + (along_c ? 0 : t) * g->dilation[2], g->in[2]);
        if (column->begin < s.any.begin) s.any.begin = column->begin;
        if (column->end > s.any.end) s.any.end = column->end;
        if (column->begin > s.all.begin) s.all.begin = column->begin;
        if (column->end < s.all.end) s.all.end = column->end;
    }
    if (s.any.begin < a->w) s.any.begin = a->w;
    if (s.any.end > a->w + a->columns) s.any.end = a->w + a->columns;
    if (s.all.end <= s.all.begin) s.all.begin = s.all.end = s.any.end;
    strip_table[a->outputs][tile](&s);
}

// Every tap over the block of pixels.
static void chains_block(const chains *a) {
    const fovea__conv_geometry *g = a->g;
    bool along_c = g->kernel[2] == 1;
    int64_t tile = tile_taps(g), step_c = along_c ? tile : 1;
    for (int64_t c = 0; c < a->channels; c += step_c) {
        int64_t k[3];
        for (k[0] = 0; k[0] < g->kernel[0]; k[0]++) {
            for (k[1] = 0; k[1] < g->kernel[1]; k[1]++) {
                for (k[2] = 0; k[2] < g->kernel[2]; k[2] += tile) {
                    int64_t left = along_c ? a->channels - c : g->kernel[2] - k[2];
                    chains_tile(a, c, k, left < tile ? left : tile, along_c);
                }
            }
        }
    }
}

// Blocks of pixels in the order of the rows: many rows, or where one row is too much, parts of one.
static void chains_pixels(chains *a) {
    const fovea__conv_geometry *g = a->g;
    int64_t fit = BLOCK_BYTES / (a->outputs * FOVEA__LANES * 4);
    int64_t rows = fit / g->out[2] < 1 ? 1 : fit / g->out[2];
    int64_t columns = fit < g->out[2] ? fit : g->out[2];
    for (a->d = 0; a->d < g->out[0]; a->d++) {
        for (a->h = 0; a->h < g->out[1]; a->h += rows) {
            a->rows = g->out[1] - a->h < rows ? g->out[1] - a->h : rows;
            for (a->w = 0; a->w < g->out[2]; a->w += columns) {
                a->columns = g->out[2] - a->w < columns ? g->out[2] - a->w : columns;
                chains_block(a);
            }
        }
    }
}

static void chains_add(const chains *a, float *d_weight) {
    int64_t channels = a->g->c / a->g->groups, first = a->c % channels * a->taps;
    const float *chain = a->chain;
    for (int64_t m = 0; m < a->outputs; m++) {
        float *to = d_weight + (a->o + m) * channels * a->taps + first;
        for (int64_t i = 0; i < a->channels * a->taps; i++, chain += FOVEA__LANES) {
            to[i] += vec_lane_tree(chain);
        }
    }
}

static void bias_gradient(const fovea__conv_geometry *g, const float *d_y, float *d_bias) {
    int64_t pixels = fovea__conv_volume(g->out);
    for (int64_t o = 0; o < g->o; o++, d_y += pixels * FOVEA__LANES) {
        float lane[FOVEA__LANES];
        for (int part = 0; part < FOVEA__LANES; part += WIDTH) {
            vec sum = vec_splat(0.0f);
            for (int64_t i = 0; i < pixels; i++) {
                sum = vec_add(sum, vec_load(d_y + i * FOVEA__LANES + part));
            }
            vec_store(lane + part, sum);
        }
        d_bias[o] += vec_lane_tree(lane);
    }
}

static void group_weights(chains *a, const float *x, const float *d_y, float *d_weight) {
    memset(a->chain, 0,
           (size_t)(a->outputs * a->channels * a->taps * FOVEA__LANES) * sizeof(float));
    float *chain = a->chain;
    for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
        a->x = x + lane;
        a->d_y = d_y + lane;
        a->chain = chain + lane;
        chains_pixels(a);
    }
    a->chain = chain;
    chains_add(a, d_weight);
}

static void weight_gradient(const fovea__conv_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    (void)samples;
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups;
    int64_t most = TILE_REGISTERS / tile_taps(g), step_c = chain_channels(g);
    if (most > TILE_CHANNELS) most = TILE_CHANNELS;
    int64_t tiles = (outputs + most - 1) / most;
    chains a = {.g = g, .taps = fovea__conv_volume(g->kernel), .chain = scratch};
    for (int64_t group = 0; d_weight && group < g->groups; group++) {
        for (int64_t i = 0; i < tiles; i++) {
            int64_t begin = i * outputs / tiles, end = (i + 1) * outputs / tiles;
            a.o = group * outputs + begin;
            a.outputs = end - begin;
            for (int64_t c = 0; c < channels; c += step_c) {
                a.c = group * channels + c;
                a.channels = channels - c < step_c ? channels - c : step_c;
                group_weights(&a, x, d_y, d_weight);
            }
        }
    }
    if (d_bias) bias_gradient(g, d_y, d_bias);
}
