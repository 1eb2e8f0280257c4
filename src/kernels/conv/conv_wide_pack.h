// SPDX-License-Identifier: MIT
// The weights of wide convolutions, [group][vector][source][kd][kh][kw][WIDTH]: WIDTH destination
// channels of a group side by side, zeros behind the last.
#ifndef FOVEA_KERNELS_CONV_WIDE_PACK_H
#define FOVEA_KERNELS_CONV_WIDE_PACK_H

#include "kernels/conv/conv_part.h"
#include "kernels/conv/conv_range.h"
#include "kernels/conv/conv_wide_tiles.h"

static int64_t vectors_of(int64_t channels) {
    return (channels + WIDTH - 1) / WIDTH;
}

// Destination and source channels of a group.
typedef struct sides {
    int64_t to, from;
} sides;

static inline sides forward_sides(const fovea__conv_geometry *g) {
    return (sides){g->o / g->groups, g->c / g->groups};
}
static inline sides input_sides(const fovea__conv_geometry *g) {
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

static size_t input_packed(const fovea__conv_geometry *g) {
    return packed_size(g, input_sides(g));
}

static void input_pack(const fovea__conv_geometry *g, const fovea__conv_part *part,
                       const float *weight, float *packed) {
    int64_t taps = fovea__conv_volume(g->kernel);
    pack(g, part, input_sides(g), taps, g->c / g->groups * taps, weight, packed);
}

// Whole groups, or whole tiles of the only one.
static int64_t input_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->c / g->groups : TILE_VECTORS * WIDTH;
}

#endif
