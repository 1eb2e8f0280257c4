// SPDX-License-Identifier: MIT
// 1×1 convolutions of one sample without padding: a matrix product, neighbouring pixels in the lanes,
// for one vector width. The including file sets FORWARD and INPUT, the names of the two kernels,
// PART_CPU and PART_TEXT.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_point_copy.h"
#include "kernels/conv/conv_point_pack.h"
#include "kernels/conv/conv_point_tile.h"

// Source channels of one block: their pixels of a tile stay in the first cache for all destination
// channels. Sums rest in dst from one block to the next.
#define BLOCK 128

// One pixel of one channel, where there are too few for a vector.
static float one_pixel(const product *g, const float *pixel, int64_t channel) {
    const float *k =
        g->weight + channel / TILE_CHANNELS * g->from * TILE_CHANNELS + channel % TILE_CHANNELS;
    float sum = g->bias ? g->bias[channel] : 0.0f;
    for (int64_t l = 0; l < g->from; l++)
        sum = __builtin_fmaf(pixel[l * g->pixels_from], k[l * TILE_CHANNELS], sum);
    return sum;
}

// All channels of the part for one tile of pixels.
static void tile_of_pixels(const product *g, const span *t) {
    float start[TILE_CHANNELS];
    for (int64_t l = 0; l < g->from; l += BLOCK) {
        int64_t sources = g->from - l < BLOCK ? g->from - l : BLOCK;
        block b = {.src = g->src + l * g->pixels_from + t->begin,
                   .sources = sources,
                   .src_step = g->pixels_from,
                   .dst_step = g->sums ? TILE_VECTORS * WIDTH : g->pixels_to,
                   .last = t->last,
                   .ahead = t->last + WIDTH};
        if (g->copy) {
            copy_tile(g, t, l, sources);
            b.src = g->copy;
            b.src_step = TILE_VECTORS * WIDTH;
        }
        for (int64_t m = g->channel; m < g->channel_end; m += TILE_CHANNELS) {
            int64_t count = g->channel_end - m < TILE_CHANNELS ? g->channel_end - m : TILE_CHANNELS;
            b.weight = g->weight + (m / TILE_CHANNELS * g->from + l) * TILE_CHANNELS;
            b.dst = g->sums ? g->sums + (m - g->channel) * TILE_VECTORS * WIDTH
                            : g->dst + m * g->pixels_to + t->begin;
            for (int64_t i = 0; l == 0 && i < count; i++) start[i] = g->bias ? g->bias[m + i] : 0;
            b.start = l == 0 ? start : NULL;
            tile_table[count][t->vectors](&b);
            b.ahead = 0;
        }
    }
    if (g->sums) put_apart(g, t);
}

// Pixels too few for a vector.
static void few_pixels(const product *g, int64_t begin, int64_t end) {
    for (int64_t m = g->channel; m < g->channel_end; m++) {
        for (int64_t p = begin; p < end; p++) {
            float sum = one_pixel(g, g->src + source_pixel(g, p), m);
            float *to = g->dst + m * g->pixels_to;
            if (!g->sums) {
                to[p] = sum;
                continue;
            }
            int64_t column = 2 * (p % g->width);
            to += 2 * (p / g->width) * g->apart_width + column;
            to[0] = sum;
            if (column + 1 < g->apart_width) to[1] = 0.0f;
        }
    }
}

// Pixels [begin, end) in nearly equal tiles. The last vector ends with the last pixel: what it
// shares with the one before is computed twice.
static void all_pixels(const product *g, int64_t begin, int64_t end) {
    int64_t vectors = (end - begin + WIDTH - 1) / WIDTH;
    int64_t tiles = (vectors + TILE_VECTORS - 1) / TILE_VECTORS;
    if (end - begin < WIDTH) {
        few_pixels(g, begin, end);
        return;
    }
    for (int64_t i = 0; i < tiles; i++) {
        int64_t first = i * vectors / tiles, count = (i + 1) * vectors / tiles - first;
        span t = {begin + first * WIDTH, count, (count - 1) * WIDTH};
        if (t.begin + count * WIDTH > end) {
            if (count == 1) t.begin = end - WIDTH;
            t.last = end - WIDTH - t.begin;
        }
        tile_of_pixels(g, &t);
    }
}

static void all_groups(const fovea__conv_part *part, product *g, int64_t begin, int64_t end,
                       const float *src, const float *weight, const float *bias, float *dst) {
    for (int64_t channel = part->channel; channel < part->channel_end;) {
        int64_t group = channel / g->to, left = part->channel_end - group * g->to;
        g->channel = channel % g->to;
        g->channel_end = left < g->to ? left : g->to;
        g->src = src + group * g->from * g->pixels_from;
        g->weight = weight + group * blocks_of(g->to) * g->from * TILE_CHANNELS;
        g->bias = bias ? bias + group * g->to : NULL;
        g->dst = dst + group * g->to * g->pixels_to;
        all_pixels(g, begin, end);
        channel += g->channel_end - g->channel;
    }
}

static bool is_strided(const fovea__conv_geometry *g) {
    return g->stride[1] != 1 || g->stride[2] != 1;
}

// Tiles of pixels are copied where they serve many channels, or are not neighbours.
static bool serves_many(int64_t channels) {
    return channels >= 16 * TILE_CHANNELS;
}
static bool copies(const fovea__conv_geometry *g, int64_t channels) {
    return is_strided(g) || serves_many(channels);
}

static void forward(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *src,
                    const float *weight, const float *bias, float *dst, void *scratch) {
    product p = {.to = g->o / g->groups,
                 .from = g->c / g->groups,
                 .pixels_to = fovea__conv_volume(g->out),
                 .pixels_from = fovea__conv_volume(g->in),
                 .stride = is_strided(g) ? g->stride[2] : 0,
                 .width = g->out[2],
                 .source_width = g->in[2],
                 .source_rows = g->stride[1]};
    p.copy = copies(g, part->channel_end - part->channel) ? scratch : NULL;
    all_groups(part, &p, part->row * g->out[2], part->row_end * g->out[2], src, weight, bias, dst);
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias;
    product p = {.to = g->c / g->groups,
                 .from = g->o / g->groups,
                 .pixels_to = fovea__conv_volume(g->in),
                 .pixels_from = fovea__conv_volume(g->out)};
    float *copy = scratch;
    int64_t begin = part->row, end = part->row_end;
    if (is_strided(g)) {
        begin = (begin + 1) / 2, end = (end + 1) / 2;
        p.width = g->out[2], p.apart_width = g->in[2], p.dst = dst;
        p.sums = copy + BLOCK * TILE_VECTORS * WIDTH;
        clear_between(&p, part);
    }
    p.copy = serves_many(part->channel_end - part->channel) ? copy : NULL;
    all_groups(part, &p, begin * g->out[2], end * g->out[2], src, weight, NULL, dst);
}

static size_t forward_scratch(const fovea__conv_geometry *g) {
    return copies(g, g->o) ? sizeof(float) * BLOCK * TILE_VECTORS * WIDTH : 0;
}
static size_t input_scratch(const fovea__conv_geometry *g) {
    int64_t floats = copies(g, g->c) ? BLOCK * TILE_VECTORS * WIDTH : 0;
    if (is_strided(g)) floats += g->c / g->groups * TILE_VECTORS * WIDTH + WIDTH;
    return sizeof(float) * (size_t)floats;
}

// Whole groups, or whole tiles of the only one; with a stride about a quarter of it, as every part
// gathers the source anew.
static int64_t forward_step(const fovea__conv_geometry *g) {
    if (g->groups > 1) return g->o / g->groups;
    return is_strided(g) ? blocks_of((g->o + 3) / 4) * TILE_CHANNELS : TILE_CHANNELS;
}
static int64_t input_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->c / g->groups : TILE_CHANNELS;
}
// Enough pixels for four tiles, so that little is computed twice; for two where they are copied,
// which is better done once for all channels.
static int64_t rows_for(const fovea__conv_geometry *g, int64_t width) {
    int64_t pixels = (is_strided(g) ? 2 : 4) * TILE_VECTORS * WIDTH;
    return (pixels + width - 1) / width;
}
static int64_t forward_rows(const fovea__conv_geometry *g) {
    return rows_for(g, g->out[2]);
}
static int64_t input_rows(const fovea__conv_geometry *g) {
    return rows_for(g, g->out[2]) * g->stride[1];
}

// 1×1, the pixels fill their vectors well enough and four channels keep the processor busy. A stride is
// along the rows of one plane only.
static bool accepts(const fovea__conv_geometry *g) {
    int64_t pixels = fovea__conv_volume(g->out), full = (pixels + WIDTH - 1) / WIDTH * WIDTH;
    bool point = g->kernel[0] == 1 && g->kernel[1] == 1 && g->kernel[2] == 1;
    bool bare = g->pad[0] == 0 && g->pad[1] == 0 && g->pad[2] == 0;
    for (int i = 0; i < 3; i++) bare = bare && (g->out[i] - 1) * g->stride[i] < g->in[i];
    return point && bare && full * 3 <= pixels * 4;
}
static bool forward_accepts(const fovea__conv_geometry *g) {
    bool alike = g->in[2] == g->out[2] && g->in[1] == g->out[1] && g->in[0] == g->out[0];
    int64_t pixels = g->out[1] * g->out[2], full = (pixels + WIDTH - 1) / WIDTH * WIDTH;
    bool second = g->out[0] == 1 && full * 6 <= pixels * 7;  // else gathering does not pay
    return accepts(g) && g->o / g->groups >= 4 && (is_strided(g) ? second : alike);
}
static bool input_accepts(const fovea__conv_geometry *g) {
    bool alike = g->in[2] == g->out[2] && g->in[1] == g->out[1] && g->in[0] == g->out[0];
    bool second = g->stride[1] == 2 && g->stride[2] == 2 && g->in[1] <= 2 * g->out[1] &&
                  g->in[2] <= 2 * g->out[2] && g->in[0] == 1 && g->out[0] == 1;
    return accepts(g) && g->c / g->groups >= 4 && (is_strided(g) ? second : alike);
}

const fovea__conv_part_kernel FORWARD = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_FORWARD,
    .accepts = forward_accepts,
    .channel_step = forward_step,
    .row_step = forward_rows,
    .packed = forward_packed,
    .pack = forward_pack,
    .scratch = forward_scratch,
    .run = forward,
};
const fovea__conv_part_kernel INPUT = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_INPUT_GRADIENT,
    .accepts = input_accepts,
    .channel_step = input_step,
    .row_step = input_rows,
    .packed = input_packed,
    .pack = input_pack,
    .scratch = input_scratch,
    .run = input_gradient,
};
