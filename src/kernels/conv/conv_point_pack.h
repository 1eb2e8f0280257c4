// SPDX-License-Identifier: MIT
// The weights of 1×1 convolutions, [group][block][source][TILE_CHANNELS]: the destination channels of
// a block side by side, zeros behind the last of a group.
#include "kernels/conv/conv_part.h"
#include "kernels/conv/conv_point_tiles.h"

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
