// SPDX-License-Identifier: MIT
// 1×1 convolutions of one sample without padding: a matrix product, neighbouring pixels in the lanes,
// for one vector width. The including file sets FORWARD and INPUT, the names of the two kernels,
// PART_CPU and PART_TEXT.
//
// Packed weights are [group][block][source][TILE_CHANNELS]: the destination channels of a block side
// by side, zeros behind the last of a group.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_point_tiles.h"
#include "kernels/conv/conv_range.h"

// Source channels of one block: their pixels of a tile stay in the first cache for all destination
// channels. Sums rest in dst from one block to the next.
#define BLOCK 128

// One group of a part. Destination pixels are numbered row by row.
typedef struct product {
    int64_t to, from;  // channels of the group
    int64_t channel, channel_end;
    int64_t pixels_to, pixels_from;                    // of a channel
    int64_t stride, width, source_width, source_rows;  // stride 0: source pixels are numbered alike
    const float *src, *weight, *bias;
    float *dst, *copy;
} product;

// dst[m][p] = start[m] (or dst[m][p] itself) + sum over `sources` of src[l][p] * weight[l][m]. The
// last vector of pixels begins at pixel `last`, where it may overlap the one before.
typedef struct block {
    const float *src, *weight, *start;
    float *dst;
    int64_t sources, src_step, dst_step, last;
    int64_t ahead;  // this far behind src lies what the next tile will read
} block;

static TILE_BODY void tile(const block *b, const int M, const int P) {
    const int64_t src_step = b->src_step, dst_step = b->dst_step, last = b->last;
    const int64_t sources = b->sources, ahead = b->ahead;
    float *dst = b->dst;
    vec sum[TILE_CHANNELS][TILE_VECTORS];
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++) {
            const int64_t at = p == P - 1 ? last : p * WIDTH;
            sum[m][p] = b->start ? vec_splat(b->start[m]) : vec_load(dst + m * dst_step + at);
        }
    }
    const float *x = b->src, *k = b->weight;
    for (int64_t l = 0; l < sources; l++, x += src_step, k += TILE_CHANNELS) {
        vec value[TILE_VECTORS];
        UNROLL for (int p = 0; p < P; p++) {
            value[p] = vec_load(x + (p == P - 1 ? last : p * WIDTH));
            __builtin_prefetch(x + ahead + p * WIDTH);
        }
        UNROLL for (int m = 0; m < M; m++) {
            vec factor = vec_splat(k[m]);
            UNROLL for (int p = 0; p < P; p++) sum[m][p] = vec_fma(value[p], factor, sum[m][p]);
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int p = 0; p < P; p++)
            vec_store(dst + m * dst_step + (p == P - 1 ? last : p * WIDTH), sum[m][p]);
    }
}

#define TILE(m, p)                                                         \
    static __attribute__((noinline)) void tile_##m##x##p(const block *b) { \
        tile(b, m, p);                                                     \
    }
TILES(TILE)
#undef TILE

typedef void tile_function(const block *b);
static tile_function *const tile_table[TILE_CHANNELS + 1][TILE_VECTORS + 1] = {
#define TILE(m, p) [m][p] = tile_##m##x##p,
    TILES(TILE)
#undef TILE
};

// One pixel of one channel, where there are too few for a vector.
static float one_pixel(const product *g, const float *pixel, int64_t channel) {
    const float *k =
        g->weight + channel / TILE_CHANNELS * g->from * TILE_CHANNELS + channel % TILE_CHANNELS;
    float sum = g->bias ? g->bias[channel] : 0.0f;
    for (int64_t l = 0; l < g->from; l++)
        sum = __builtin_fmaf(pixel[l * g->pixels_from], k[l * TILE_CHANNELS], sum);
    return sum;
}

// Where destination pixel p is in a source channel.
static int64_t source_pixel(const product *g, int64_t p) {
    if (g->stride == 0) return p;
    int64_t row = p / g->width;
    return row * g->source_rows * g->source_width + p % g->width * g->stride;
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
        for (int64_t i = 0; i < sources; i++) {
            if (step == 2) {
                for (int64_t j = 0; j < run; j++) to[j] = from[2 * j];
            } else {
                for (int64_t j = 0; j < run; j++) to[j] = from[j * step];
            }
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

// All channels of the part for one tile of pixels.
static void tile_of_pixels(const product *g, const span *t) {
    float start[TILE_CHANNELS];
    for (int64_t l = 0; l < g->from; l += BLOCK) {
        int64_t sources = g->from - l < BLOCK ? g->from - l : BLOCK;
        block b = {.src = g->src + l * g->pixels_from + t->begin,
                   .sources = sources,
                   .src_step = g->pixels_from,
                   .dst_step = g->pixels_to,
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
            b.dst = g->dst + m * g->pixels_to + t->begin;
            for (int64_t i = 0; l == 0 && i < count; i++) start[i] = g->bias ? g->bias[m + i] : 0;
            b.start = l == 0 ? start : NULL;
            tile_table[count][t->vectors](&b);
            b.ahead = 0;
        }
    }
}

// Pixels [begin, end) in nearly equal tiles. The last vector ends with the last pixel: what it
// shares with the one before is computed twice.
static void all_pixels(const product *g, int64_t begin, int64_t end) {
    int64_t vectors = (end - begin + WIDTH - 1) / WIDTH;
    int64_t tiles = (vectors + TILE_VECTORS - 1) / TILE_VECTORS;
    if (end - begin < WIDTH) {
        for (int64_t m = g->channel; m < g->channel_end; m++) {
            for (int64_t p = begin; p < end; p++)
                g->dst[m * g->pixels_to + p] = one_pixel(g, g->src + source_pixel(g, p), m);
        }
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

static int64_t blocks_of(int64_t channels) {
    return (channels + TILE_CHANNELS - 1) / TILE_CHANNELS;
}

static size_t packed_size(const fovea__conv_geometry *g, int64_t to, int64_t from) {
    return (size_t)(g->groups * blocks_of(to) * from * TILE_CHANNELS);
}

// to_step and from_step lead from a destination and a source channel to the next in the weights.
static void pack(const fovea__conv_part *part, int64_t to, int64_t from, int64_t to_step,
                 int64_t from_step, const float *weight, float *packed) {
    for (int64_t channel = part->channel; channel < part->channel_end;) {
        int64_t group = channel / to, first = channel % to, left = to - first;
        int64_t count = left < TILE_CHANNELS ? left : TILE_CHANNELS;
        const float *k = weight + group * to * from + first * to_step;
        float *p = packed + (group * blocks_of(to) + first / TILE_CHANNELS) * from * TILE_CHANNELS;
        for (int64_t l = 0; l < from; l++, k += from_step) {
            for (int64_t m = 0; m < TILE_CHANNELS; m++) *p++ = m < count ? k[m * to_step] : 0.0f;
        }
        channel += count;
    }
}

static void all_groups(const fovea__conv_part *part, product *g, int64_t row_width,
                       const float *src, const float *weight, const float *bias, float *dst) {
    for (int64_t channel = part->channel; channel < part->channel_end;) {
        int64_t group = channel / g->to, end = part->channel_end - group * g->to;
        g->channel = channel % g->to;
        g->channel_end = end < g->to ? end : g->to;
        g->src = src + group * g->from * g->pixels_from;
        g->weight = weight + group * blocks_of(g->to) * g->from * TILE_CHANNELS;
        g->bias = bias ? bias + group * g->to : NULL;
        g->dst = dst + group * g->to * g->pixels_to;
        all_pixels(g, part->row * row_width, part->row_end * row_width);
        channel += g->channel_end - g->channel;
    }
}

static bool is_strided(const fovea__conv_geometry *g) {
    return g->stride[1] != 1 || g->stride[2] != 1;
}

// Tiles of pixels are copied where they serve many channels, or are not neighbours.
static bool copies(const fovea__conv_geometry *g, int64_t channels) {
    return is_strided(g) || channels >= 16 * TILE_CHANNELS;
}

static size_t forward_packed(const fovea__conv_geometry *g) {
    return packed_size(g, g->o / g->groups, g->c / g->groups);
}
static size_t input_packed(const fovea__conv_geometry *g) {
    return packed_size(g, g->c / g->groups, g->o / g->groups);
}

static void forward_pack(const fovea__conv_geometry *g, const fovea__conv_part *part,
                         const float *weight, float *packed) {
    int64_t to = g->o / g->groups, from = g->c / g->groups;
    pack(part, to, from, from, 1, weight, packed);
}
static void input_pack(const fovea__conv_geometry *g, const fovea__conv_part *part,
                       const float *weight, float *packed) {
    int64_t to = g->c / g->groups, from = g->o / g->groups;
    pack(part, to, from, 1, to, weight, packed);
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
    all_groups(part, &p, g->out[2], src, weight, bias, dst);
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias;
    product p = {.to = g->c / g->groups,
                 .from = g->o / g->groups,
                 .pixels_to = fovea__conv_volume(g->in),
                 .pixels_from = fovea__conv_volume(g->out)};
    p.copy = copies(g, part->channel_end - part->channel) ? scratch : NULL;
    all_groups(part, &p, g->in[2], src, weight, NULL, dst);
}

static size_t forward_scratch(const fovea__conv_geometry *g) {
    return copies(g, g->o) ? sizeof(float) * BLOCK * TILE_VECTORS * WIDTH : 0;
}
static size_t input_scratch(const fovea__conv_geometry *g) {
    return copies(g, g->c) ? sizeof(float) * BLOCK * TILE_VECTORS * WIDTH : 0;
}

// Whole groups, or whole tiles of the only one.
static int64_t forward_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->o / g->groups : TILE_CHANNELS;
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
    return rows_for(g, g->in[2]);
}

// 1×1, the pixels fill their vectors well and four channels keep the processor busy. A stride is
// along the rows of one plane only.
static bool accepts(const fovea__conv_geometry *g) {
    int64_t pixels = fovea__conv_volume(g->out), full = (pixels + WIDTH - 1) / WIDTH * WIDTH;
    bool point = g->kernel[0] == 1 && g->kernel[1] == 1 && g->kernel[2] == 1;
    bool bare = g->pad[0] == 0 && g->pad[1] == 0 && g->pad[2] == 0;
    for (int i = 0; i < 3; i++) bare = bare && (g->out[i] - 1) * g->stride[i] < g->in[i];
    return point && bare && full * 6 <= pixels * 7;
}
static bool forward_accepts(const fovea__conv_geometry *g) {
    bool alike = g->in[2] == g->out[2] && g->in[1] == g->out[1] && g->in[0] == g->out[0];
    return accepts(g) && g->o / g->groups >= 4 && (is_strided(g) ? g->out[0] == 1 : alike);
}
static bool input_accepts(const fovea__conv_geometry *g) {
    bool alike = g->in[2] == g->out[2] && g->in[1] == g->out[1] && g->in[0] == g->out[0];
    return accepts(g) && g->c / g->groups >= 4 && !is_strided(g) && alike;
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
