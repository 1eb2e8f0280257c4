// SPDX-License-Identifier: MIT
// Weight and bias gradients of N16. A tile keeps the chains of M output channels by some taps in
// registers while it runs over a block of output pixels; between blocks they rest in scratch.
#include "kernels/conv/conv_stretch.h"
#include "kernels/conv/conv_strip.h"
#include "kernels/splitting.h"

#ifndef BLOCK_BYTES
#define BLOCK_BYTES (256 << 10)  // of d_y in a block of pixels: it stays near for every tap
#endif
#define CHAIN_BYTES (256 << 10)  // of chains in scratch, unless one channel needs more

// How the taps of a geometry are tiled. Lines are rows of the kernel, or input channels where the
// kernel is one column wide.
typedef struct tiling {
    bool along_c;
    int64_t lines, columns, outputs;  // A, B, M at most
} tiling;

static tiling tiling_of(const fovea__conv_geometry *g) {
    static const int8_t channels_of[STRIP_LINES + 1][STRIP_COLUMNS + 1] = STRIP_CHANNELS_OF;
    static const int8_t lines_of[STRIP_COLUMNS + 1] = STRIP_LINES_OF;
    tiling t = {.along_c = g->kernel[2] == 1};
    int64_t tiles = (g->kernel[2] + STRIP_COLUMNS - 1) / STRIP_COLUMNS;
    t.columns = (g->kernel[2] + tiles - 1) / tiles;
    int64_t lines = t.along_c ? g->c / g->groups : g->kernel[1], outputs = g->o / g->groups;
    t.lines = lines_of[t.columns];
    // Few outputs leave registers for more lines.
    while (t.lines < STRIP_LINES && channels_of[t.lines + 1][t.columns] >= outputs) t.lines++;
    if (t.columns > 1 && g->dilation[2] > 1) t.lines = 1;
    if (t.lines > lines) t.lines = lines;
    t.outputs = channels_of[t.lines][t.columns];
    return t;
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
    tiling tiling;
    axis axis[3];
    const float *x, *d_y;  // whole buffers, moved to the lanes at work
    int64_t o, outputs, c, channels, taps;
    int64_t d, h, rows, w, columns;  // the block of output pixels
    fovea__conv_range taps_d;        // that meet these planes of taps
    float *chain;                    // [outputs][channels][taps][16]
} chains;

// Which columns of the block the taps k ... k + count - 1 of a row reach.
static void strip_columns(const chains *a, int64_t k, int64_t count, strip *s) {
    const axis *width = &a->axis[2];
    int64_t begin = a->w, end = a->w + a->columns;
    s->any = (fovea__conv_range){end, begin};
    s->all = (fovea__conv_range){begin, end};
    for (int64_t t = 0; t < count; t++) {
        fovea__conv_range r =
            fovea__conv_inside(width->count, width->source_step,
                               width->offset + (k + t) * width->offset_step, width->source_size);
        if (r.end < r.begin) r.end = r.begin;
        s->column[t] = (strip_column){r.begin, (uint64_t)(r.end - r.begin)};
        if (r.begin < s->any.begin) s->any.begin = r.begin;
        if (r.end > s->any.end) s->any.end = r.end;
        if (r.begin > s->all.begin) s->all.begin = r.begin;
        if (r.end < s->all.end) s->all.end = r.end;
    }
    if (s->any.begin < begin) s->any.begin = begin;
    if (s->any.end > end) s->any.end = end;
    if (s->all.end <= s->all.begin) s->all.begin = s->all.end = s->any.end;
}

// Lines kh ... kh + lines - 1 of taps in plane kd (any lines of channels along c), `count` columns
// from k on.
typedef struct place {
    int64_t kd, kh, lines, k, count;
} place;

// Runs the strip, whose parts stand at the first channel, over all channels.
static void place_strip(const chains *a, const place *p, strip *s) {
    const fovea__conv_geometry *g = a->g;
    int64_t x_channel = fovea__conv_volume(g->in) * FOVEA__LANES;
    int64_t step = a->tiling.along_c ? p->lines : 1;
    s->chain = a->chain + ((p->kd * g->kernel[1] + p->kh) * g->kernel[2] + p->k) * FOVEA__LANES;
    for (int64_t c = 0; c < a->channels; c += step) {
        int64_t lines = a->tiling.along_c && a->channels - c < step ? a->channels - c : p->lines;
        strip_table[a->outputs][lines][p->count](s);
        s->chain += step * a->taps * FOVEA__LANES;
        for (int i = 0; i < s->parts; i++) s->part[i].x += step * x_channel;
    }
    s->parts = 0;
}

// The rows of the block cut where the lines they reach change; parts that lack at most one line go
// into one strip, others into one of their own.
static void place_rows(const chains *a, const place *p, strip *s) {
    const fovea__conv_geometry *g = a->g;
    int64_t x_row = g->in[2] * FOVEA__LANES, x_plane = g->in[1] * x_row;
    const float *x = a->x + a->c * g->in[0] * x_plane +
                     (a->d * g->stride[0] + a->axis[0].offset + p->kd * g->dilation[0]) * x_plane +
                     (a->axis[2].offset + p->k * g->dilation[2]) * FOVEA__LANES;
    const float *d_y = a->d_y + a->o * s->y_channel + a->d * g->out[1] * s->y_row;
    axis height = a->axis[1];
    height.count = a->h + a->rows;
    height.offset += p->kh * height.offset_step;
    height.taps = a->tiling.along_c ? 1 : p->lines;
    s->parts = 0;
    for (int64_t h = a->h; h < height.count;) {
        stretch r = stretch_at(&height, h);
        strip_part part = {STRIP_ALL, r.end - h,
                           x + (h * height.source_step + height.offset) * x_row,
                           d_y + h * s->y_row};
        int64_t met = r.taps.end - r.taps.begin, missing = height.taps - met;
        h = r.end;
        if (met == 0) continue;
        if (s->parts > 0 && (missing > 1 || s->parts == STRIP_PARTS)) place_strip(a, p, s);
        if (missing == 1) part.lines = r.taps.begin ? STRIP_BUT_FIRST : STRIP_BUT_LAST;
        if (missing > 1) part.x += r.taps.begin * s->x_line;
        s->part[s->parts++] = part;
        if (missing > 1) {
            place alone = {p->kd, p->kh + r.taps.begin, met, p->k, p->count};
            place_strip(a, &alone, s);
        }
    }
    if (s->parts > 0) place_strip(a, p, s);
}

// All lines of taps that begin at kernel column k.
static void chains_lines(const chains *a, int64_t k, int64_t count, strip *s) {
    const tiling *t = &a->tiling;
    int64_t rows = a->g->kernel[1], step = t->along_c ? 1 : t->lines;
    for (int64_t kd = a->taps_d.begin; kd < a->taps_d.end; kd++) {
        for (int64_t kh = 0; kh < rows; kh += step) {
            int64_t left = rows - kh;
            place p = {kd, kh, t->along_c || left > t->lines ? t->lines : left, k, count};
            place_rows(a, &p, s);
        }
    }
}

// Every tap over the block of pixels.
static void chains_block(const chains *a) {
    const fovea__conv_geometry *g = a->g;
    int64_t x_row = g->in[2] * FOVEA__LANES, y_row = g->out[2] * FOVEA__LANES;
    strip s = {.x_row = x_row * g->stride[1],
               .x_pixel = g->stride[2] * FOVEA__LANES,
               .x_tap = g->dilation[2] * FOVEA__LANES,
               .x_line = a->tiling.along_c ? g->in[0] * g->in[1] * x_row : g->dilation[1] * x_row,
               .y_row = y_row,
               .y_channel = g->out[0] * g->out[1] * y_row,
               .chain_channel = a->channels * a->taps * FOVEA__LANES,
               .chain_line = (a->tiling.along_c ? a->taps : g->kernel[2]) * FOVEA__LANES};
    for (int64_t k = 0; k < g->kernel[2]; k += a->tiling.columns) {
        int64_t left = g->kernel[2] - k;
        int64_t count = left < a->tiling.columns ? left : a->tiling.columns;
        strip_columns(a, k, count, &s);
        if (s.any.end > s.any.begin) chains_lines(a, k, count, &s);
    }
}

// Blocks of pixels in the order of the rows: many rows, or where one row is too much, parts of one.
static void chains_pixels(chains *a) {
    const fovea__conv_geometry *g = a->g;
    int64_t fit = BLOCK_BYTES / (a->outputs * FOVEA__LANES * 4);
    int64_t rows = fit / g->out[2] < 1 ? 1 : fit / g->out[2];
    int64_t columns = fit < g->out[2] ? fit : g->out[2];
    for (a->d = 0; a->d < g->out[0]; a->d++) {
        a->taps_d = taps_at(&a->axis[0], a->d);
        for (a->h = 0; a->h < g->out[1]; a->h += a->rows) {
            a->rows = g->out[1] - a->h < rows ? g->out[1] - a->h : rows;
            for (a->w = 0; a->w < g->out[2]; a->w += columns) {
                a->columns = g->out[2] - a->w < columns ? g->out[2] - a->w : columns;
                chains_block(a);
            }
        }
    }
}

// vec_lane_tree of four chains.
static vec4 lane_trees(const float *chain) {
    vec4 four[4];
    UNROLL for (int i = 0; i < 4; i++) {
        const float *lane = chain + i * FOVEA__LANES;
        vec4 low = vec4_load(lane) + vec4_load(lane + 8);
        vec4 high = vec4_load(lane + 4) + vec4_load(lane + 12);
        four[i] = low + high;
    }
    vec4 two = __builtin_shufflevector(four[0], four[1], 0, 1, 4, 5) +
               __builtin_shufflevector(four[0], four[1], 2, 3, 6, 7);
    vec4 more = __builtin_shufflevector(four[2], four[3], 0, 1, 4, 5) +
                __builtin_shufflevector(four[2], four[3], 2, 3, 6, 7);
    return __builtin_shufflevector(two, more, 0, 2, 4, 6) +
           __builtin_shufflevector(two, more, 1, 3, 5, 7);
}

static void chains_add(const chains *a, float *d_weight) {
    int64_t channels = a->g->c / a->g->groups, first = a->c % channels * a->taps;
    int64_t count = a->channels * a->taps;
    const float *chain = a->chain;
    for (int64_t m = 0; m < a->outputs; m++, chain += count * FOVEA__LANES) {
        float *to = d_weight + (a->o + m) * channels * a->taps + first;
        int64_t i = 0;
        for (; i + 4 <= count; i += 4) {
            vec4_store(to + i, vec4_load(to + i) + lane_trees(chain + i * FOVEA__LANES));
        }
        for (; i < count; i++) to[i] += vec_lane_tree(chain + i * FOVEA__LANES);
    }
}

// Several channels at a time: one alone would wait for its own additions.
#define BIAS_CHANNELS 4
static void bias_chains(const float *d_y, int64_t channel, int64_t pixels, float *lanes,
                        int64_t channels) {
    for (int part = 0; part < FOVEA__LANES; part += WIDTH) {
        vec sum[BIAS_CHANNELS];
        const float *at[BIAS_CHANNELS];
        UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
            sum[m] = vec_splat(0.0f);
            at[m] = d_y + (m < channels ? m : 0) * channel + part;
        }
        for (int64_t i = 0; i < pixels * FOVEA__LANES; i += FOVEA__LANES) {
            UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
                sum[m] = vec_add(sum[m], vec_load(at[m] + i));
            }
        }
        UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
            vec_store(lanes + m * FOVEA__LANES + part, sum[m]);
        }
    }
}

static void bias_gradient(const fovea__conv_geometry *g, const float *d_y, float *d_bias) {
    int64_t pixels = fovea__conv_volume(g->out), channel = pixels * FOVEA__LANES;
    for (int64_t o = 0; o < g->o; o += BIAS_CHANNELS) {
        float lanes[BIAS_CHANNELS * FOVEA__LANES];
        int64_t count = g->o - o < BIAS_CHANNELS ? g->o - o : BIAS_CHANNELS;
        bias_chains(d_y + o * channel, channel, pixels, lanes, count);
        for (int64_t m = 0; m < count; m++)
            d_bias[o + m] += vec_lane_tree(lanes + m * FOVEA__LANES);
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
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups, step_c = chain_channels(g);
    chains a = {
        .g = g, .tiling = tiling_of(g), .taps = fovea__conv_volume(g->kernel), .chain = scratch};
    for (int i = 0; i < 3; i++) a.axis[i] = forward_axis(g, i);
    int64_t tiles = (outputs + a.tiling.outputs - 1) / a.tiling.outputs;
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
