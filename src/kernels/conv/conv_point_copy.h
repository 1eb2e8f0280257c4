// SPDX-License-Identifier: MIT
// The pixels of a tile of a 1×1 convolution on their way in and out: those of a stride are gathered
// side by side for the forward pass, and put apart with zeros between for the input gradient.
#include "kernels/conv/conv_narrow_vector.h"
#include "kernels/conv/conv_point_tiles.h"
#include "kernels/conv/conv_range.h"

// One group of a part. Destination pixels are numbered row by row.
typedef struct product {
    int64_t to, from;  // channels of the group
    int64_t channel, channel_end;
    int64_t pixels_to, pixels_from;                    // of a channel
    int64_t stride, width, source_width, source_rows;  // stride 0: source pixels are numbered alike
    int64_t
        apart_width;  // 0, or the width of destination rows of which every second pixel is meant
    const float *src, *weight, *bias;
    float *dst, *copy;
    float *sums;  // NULL: those of a tile go to dst at once
} product;

// Where destination pixel p is in a source channel.
static int64_t source_pixel(const product *g, int64_t p) {
    if (g->stride == 0) return p;
    int64_t row = p / g->width;
    return row * g->source_rows * g->source_width + p % g->width * g->stride;
}

// Every second of `count` <= WIDTH pixels' floats, for `sources` channels.
static void copy_second(const product *g, const float *from, int64_t count, int64_t sources,
                        float *to) {
    int64_t floats = 2 * count - 1, high = floats - (WIDTH - 1);
    lanes in_low = lanes_range(0, floats < WIDTH ? floats : WIDTH);
    lanes in_high = lanes_range(0, high > 0 ? high : 0), out = lanes_range(0, count);
    for (int64_t i = 0; i < sources; i++, from += g->pixels_from, to += TILE_VECTORS * WIDTH) {
        vec low = vec_load_lanes(in_low, from), rest = vec_load_lanes(in_high, from + WIDTH - 1);
        vec_store_lanes(out, to, vec_part_even(low, rest));
    }
}

// Source pixels of destination pixels [begin, begin + count) side by side, for channels [l, l +
// sources): [sources][TILE_VECTORS * WIDTH].
static void copy_strided(const product *g, int64_t begin, int64_t count, int64_t l,
                         int64_t sources) {
    for (int64_t done = 0, run; done < count; done += run) {
        int64_t p = begin + done, step = g->stride;
        run = g->width - p % g->width;
        if (run > count - done) run = count - done;
        const float *from = g->src + l * g->pixels_from + source_pixel(g, p);
        float *to = g->copy + done;
        for (int64_t j = 0; step == 2 && j < run; j += WIDTH) {
            copy_second(g, from + 2 * j, run - j < WIDTH ? run - j : WIDTH, sources, to + j);
        }
        if (step == 2) continue;
        for (int64_t i = 0; i < sources; i++) {
            for (int64_t j = 0; j < run; j++) to[j] = from[j * step];
            from += g->pixels_from;
            to += TILE_VECTORS * WIDTH;
        }
    }
}

// A tile of pixels: `vectors` of them, the last beginning at begin + last.
typedef struct span {
    int64_t begin, vectors, last;
} span;

static void copy_tile(const product *g, const span *t, int64_t l, int64_t sources) {
    if (g->stride) {
        copy_strided(g, t->begin, t->last + WIDTH, l, sources);
        return;
    }
    const float *from = g->src + l * g->pixels_from + t->begin;
    float *to = g->copy;
    for (int64_t i = 0; i < sources; i++, from += g->pixels_from, to += TILE_VECTORS * WIDTH) {
        for (int64_t v = 0; v + 1 < t->vectors; v++)
            vec_store(to + v * WIDTH, vec_load(from + v * WIDTH));
        vec_store(to + t->last, vec_load(from + t->last));
    }
}

// Every second of the destination pixels of a tile, zeros between them, from [channel][TILE_VECTORS *
// WIDTH] sums. The rows between are not touched.
static void put_apart(const product *g, const span *t) {
    int64_t count = t->last + WIDTH;
    for (int64_t done = 0, run; done < count; done += run) {
        int64_t row = (t->begin + done) / g->width, column = (t->begin + done) % g->width;
        run = g->width - column < count - done ? g->width - column : count - done;
        if (run > WIDTH) run = WIDTH;
        int64_t room = g->apart_width - 2 * column, floats = 2 * run < room ? 2 * run : room;
        lanes low = lanes_range(0, floats < WIDTH ? floats : WIDTH);
        lanes high = lanes_range(0, floats > WIDTH ? floats - WIDTH : 0);
        const float *from = g->sums + done;
        float *to = g->dst + g->channel * g->pixels_to + 2 * (row * g->apart_width + column);
        for (int64_t m = g->channel; m < g->channel_end; m++, to += g->pixels_to) {
            float pairs[2 * WIDTH];
            vec_store_pairs(pairs, vec_load(from), vec_splat(0.0f));
            vec_store_lanes(low, to, vec_load(pairs));
            vec_store_lanes(high, to + WIDTH, vec_load(pairs + WIDTH));
            from += TILE_VECTORS * WIDTH;
        }
    }
}

// The rows between of a part's channels.
static void clear_between(const product *g, const fovea__conv_part *part) {
    for (int64_t m = part->channel; m < part->channel_end; m++) {
        for (int64_t r = part->row | 1; r < part->row_end; r += 2)
            memset(g->dst + m * g->pixels_to + r * g->apart_width, 0,
                   sizeof(float) * (size_t)g->apart_width);
    }
}
