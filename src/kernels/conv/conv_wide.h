// SPDX-License-Identifier: MIT
// Wide convolutions of one sample, output channels (forward) or input channels (input gradient) in
// the lanes, for one vector width. The including file sets FORWARD and INPUT, the names of the two
// kernels, PART_CPU and PART_TEXT.
//
// Packed weights are [group][vector][source][kd][kh][kw][WIDTH]: WIDTH destination channels of a
// group side by side, zeros behind the last.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_wide_walk.h"

static int64_t vectors_of(int64_t channels) {
    return (channels + WIDTH - 1) / WIDTH;
}

// Destination and source channels of a group.
typedef struct sides {
    int64_t to, from;
} sides;

static sides forward_sides(const fovea__conv_geometry *g) {
    return (sides){g->o / g->groups, g->c / g->groups};
}
static sides input_sides(const fovea__conv_geometry *g) {
    return (sides){g->c / g->groups, g->o / g->groups};
}

static size_t packed_size(const fovea__conv_geometry *g, sides n) {
    return (size_t)(g->groups * vectors_of(n.to) * n.from * fovea__conv_volume(g->kernel)) * WIDTH;
}

// One vector of channels, `count` of them; to_step and from_step lead from a destination and a
// source channel to the next in the weights.
static void pack_vector(int64_t count, int64_t sources, int64_t taps, const float *weight,
                        int64_t to_step, int64_t from_step, float *packed) {
    for (int64_t l = 0; l < sources; l++) {
        for (int64_t t = 0; t < taps; t++, packed += WIDTH) {
            const float *from = weight + l * from_step + t;
            for (int64_t i = 0; i < WIDTH; i++) packed[i] = i < count ? from[i * to_step] : 0.0f;
        }
    }
}

static void pack(const fovea__conv_geometry *g, const fovea__conv_part *part, sides n,
                 int64_t to_step, int64_t from_step, const float *weight, float *packed) {
    int64_t taps = fovea__conv_volume(g->kernel), vector = n.from * taps * WIDTH;
    for (int64_t channel = part->channel; channel < part->channel_end;) {
        int64_t group = channel / n.to, first = channel % n.to, left = n.to - first;
        int64_t count = left < WIDTH ? left : WIDTH;
        pack_vector(count, n.from, taps, weight + group * n.to * n.from * taps + first * to_step,
                    to_step, from_step,
                    packed + (group * vectors_of(n.to) + first / WIDTH) * vector);
        channel += count;
    }
}

static void walk_strides(walk *w, const int64_t from[3], const int64_t to[3]) {
    w->from_row = from[2];
    w->from_plane = from[1] * w->from_row;
    w->from_channel = from[0] * w->from_plane;
    w->to_row = to[2];
    w->to_plane = to[1] * w->to_row;
    w->to_channel = to[0] * w->to_plane;
}

static walk walk_make(const fovea__conv_geometry *g, sides n) {
    int64_t taps = fovea__conv_volume(g->kernel) * WIDTH;
    return (walk){
        .channels = n.to, .sources = n.from, .weight_vector = n.from * taps, .weight_source = taps};
}

// The part of every group, its weights starting at kernel element `first`.
static void walk_groups(const fovea__conv_geometry *g, const fovea__conv_part *part, walk *w,
                        const float *src, const float *weight, const float *bias, float *dst,
                        int64_t rows) {
    const int64_t unit[3] = {g->kernel[1] * g->kernel[2], g->kernel[2], 1};
    int64_t first = 0;
    for (int i = 0; i < 3; i++) {
        w->weight_tap[i] = unit[i] * w->axis[i].tap_step * WIDTH;
        first += unit[i] * w->axis[i].tap_first * WIDTH;
    }
    for (int64_t channel = part->channel; channel < part->channel_end;) {
        int64_t group = channel / w->channels, begin = channel % w->channels;
        int64_t end = part->channel_end - group * w->channels;
        if (end > w->channels) end = w->channels;
        w->weight = weight + group * vectors_of(w->channels) * w->weight_vector + first;
        w->bias = bias ? bias + group * w->channels : NULL;
        w->from = src + group * w->sources * w->from_channel;
        w->to = dst + group * w->channels * w->to_channel;
        walk_part(w, part, rows, begin, end);
        channel += end - begin;
    }
}

static size_t forward_packed(const fovea__conv_geometry *g) {
    return packed_size(g, forward_sides(g));
}

static void forward_pack(const fovea__conv_geometry *g, const fovea__conv_part *part,
                         const float *weight, float *packed) {
    int64_t taps = fovea__conv_volume(g->kernel);
    pack(g, part, forward_sides(g), g->c / g->groups * taps, taps, weight, packed);
}

static void forward(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *src,
                    const float *weight, const float *bias, float *dst, void *scratch) {
    (void)scratch;
    walk w = walk_make(g, forward_sides(g));
    walk_strides(&w, g->in, g->out);
    for (int i = 0; i < 3; i++) w.axis[i] = forward_axis(g, i);
    walk_groups(g, part, &w, src, weight, bias, dst, g->out[1]);
}

static size_t input_packed(const fovea__conv_geometry *g) {
    return packed_size(g, input_sides(g));
}

static void input_pack(const fovea__conv_geometry *g, const fovea__conv_part *part,
                       const float *weight, float *packed) {
    int64_t taps = fovea__conv_volume(g->kernel);
    pack(g, part, input_sides(g), taps, g->c / g->groups * taps, weight, packed);
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias, (void)scratch;
    walk w = walk_make(g, input_sides(g));
    walk_strides(&w, g->out, g->in);
    for (int64_t d = 0; d < g->stride[0] && d < g->in[0]; d++) {
        w.axis[0] = phase(g, 0, d);
        for (int64_t h = 0; h < g->stride[1] && h < g->in[1]; h++) {
            w.axis[1] = phase(g, 1, h);
            for (int64_t v = 0; v < g->stride[2] && v < g->in[2]; v++) {
                w.axis[2] = phase(g, 2, v);
                walk_groups(g, part, &w, src, weight, NULL, dst, g->in[1]);
            }
        }
    }
}

// Whole groups, or whole tiles of the only one.
static int64_t forward_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->o / g->groups : TILE_VECTORS * WIDTH;
}
static int64_t input_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->c / g->groups : TILE_VECTORS * WIDTH;
}

static bool forward_accepts(const fovea__conv_geometry *g) {
    return g->o / g->groups >= WIDTH && g->kernel[2] <= MOST_TAPS;
}
static bool input_accepts(const fovea__conv_geometry *g) {
    return g->c / g->groups >= WIDTH && g->kernel[2] <= MOST_TAPS;
}

const fovea__conv_part_kernel FORWARD = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_FORWARD,
    .accepts = forward_accepts,
    .channel_step = forward_step,
    .packed = forward_packed,
    .pack = forward_pack,
    .run = forward,
};
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
