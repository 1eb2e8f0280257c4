// SPDX-License-Identifier: MIT
// Wide convolutions of one sample, output channels (forward) or input channels (input gradient) in
// the lanes, for one vector width. The including file sets FORWARD and INPUT, the names of the two
// kernels, PART_CPU and PART_TEXT.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_wide_tile.h"

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
    walk_in_tiles(&w);
    walk_groups(g, part, &w, src, weight, bias, dst, g->out[1]);
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
                walk_in_tiles(&w);
                walk_groups(g, part, &w, src, weight, NULL, dst, g->in[1]);
            }
        }
    }
}

// Whole groups, or whole tiles of the only one.
static int64_t forward_step(const fovea__conv_geometry *g) {
    return g->groups > 1 ? g->o / g->groups : TILE_VECTORS * WIDTH;
}

// Other kernels come first for few channels: what they do not take is better off here than with the
// reference.
static bool accepts(const fovea__conv_geometry *g) {
    return g->kernel[2] <= MOST_TAPS;
}

const fovea__conv_part_kernel FORWARD = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_FORWARD,
    .accepts = accepts,
    .channel_step = forward_step,
    .packed = forward_packed,
    .pack = forward_pack,
    .run = forward,
};
const fovea__conv_part_kernel INPUT = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_INPUT_GRADIENT,
    .accepts = accepts,
    .channel_step = input_step,
    .packed = input_packed,
    .pack = input_pack,
    .run = input_gradient,
};
