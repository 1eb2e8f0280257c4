// SPDX-License-Identifier: MIT
// Convolutions of one sample with the pixels of a row in the lanes, for one vector width. The
// including file sets FORWARD and INPUT, the names of the two kernels, PART_CPU and PART_TEXT.
#include "kernels/conv/conv_narrow_quad.h"
#include "kernels/conv/conv_part_kernels.h"

static void forward(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *src,
                    const float *weight, const float *bias, float *dst, void *scratch) {
    int64_t c = g->c / g->groups, o = g->o / g->groups, taps = fovea__conv_volume(g->kernel);
    int64_t volume_x = fovea__conv_volume(g->in), volume_y = fovea__conv_volume(g->out), end;
    if (o == 1 && share_run(g, part, false, src, weight, bias, dst)) return;
    for (int64_t first = part->channel; first < part->channel_end; first = end) {
        int64_t group = first / o;
        end = (group + 1) * o < part->channel_end ? (group + 1) * o : part->channel_end;
        const float *x = src + group * c * volume_x, *k = weight + first * c * taps;
        const float *b = bias ? bias + first : NULL;
        float *y = dst + first * volume_y;
        if (block_run(g, part, false, x, k, b, end - first, y)) continue;
        narrow_forward_rows(g, x, k, b, end - first, part->row, part->row_end, y, scratch);
    }
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias, (void)scratch;
    int64_t c = g->c / g->groups, o = g->o / g->groups, taps = fovea__conv_volume(g->kernel);
    int64_t volume_x = fovea__conv_volume(g->in), volume_y = fovea__conv_volume(g->out), end;
    if (c == 1 && share_run(g, part, true, src, weight, NULL, dst)) return;
    for (int64_t first = part->channel; first < part->channel_end; first = end) {
        int64_t group = first / c;
        end = (group + 1) * c < part->channel_end ? (group + 1) * c : part->channel_end;
        const float *d_y = src + group * o * volume_y;
        const float *k = weight + (group * o * c + first % c) * taps;
        float *d_x = dst + first * volume_x;
        if (block_run(g, part, true, d_y, k, NULL, end - first, d_x)) continue;
        if (quad_run(g, part, d_y, k, end - first, d_x)) continue;
        narrow_input_rows(g, d_y, k, end - first, part->row, part->row_end, d_x);
    }
}

// Rows that leave more of a vector empty than the channels would: the larger the kernel, the less of
// them its tiles share.
static bool is_thin(const fovea__conv_geometry *g, int64_t width, int64_t channels) {
    return width < WIDTH && channels * (g->kernel[2] > 3 ? 8 : 4) >= width * 3;
}

// Few channels in the result, or chains so short that wide kernels have little to do with what they
// load: by shape only.
static bool forward_accepts(const fovea__conv_geometry *g) {
    int64_t o = g->o / g->groups, chain = g->c / g->groups * fovea__conv_volume(g->kernel);
    return (o < 16 || (o < 32 && chain < 32 && g->stride[2] == 1)) && !is_thin(g, g->out[2], o) &&
           g->kernel[2] <= NARROW_TAPS && g->stride[2] <= NARROW_STRIDE;
}
static bool input_accepts(const fovea__conv_geometry *g) {
    int64_t c = g->c / g->groups;
    return c < 16 && !is_thin(g, g->in[2], c) && g->kernel[2] <= NARROW_TAPS &&
           g->stride[2] <= NARROW_STRIDE;
}

// Rows of a tile: fewer in a part would take tiles that share less.
static int64_t rows_of(const fovea__conv_geometry *g, bool backward) {
    int64_t to = (backward ? g->c : g->o) / g->groups, M = block_channels(g, backward);
    if (M > 0) return BLOCK_ROWS(M);
    if (backward && quad_accepts(g)) return 2;
    return to == 1 && share_accepts(g) && (g->stride[1] == 1 || !backward) ? 4 : 1;
}
static int64_t forward_rows(const fovea__conv_geometry *g) {
    return rows_of(g, false);
}
static int64_t input_rows(const fovea__conv_geometry *g) {
    return rows_of(g, true);
}

static size_t forward_scratch(const fovea__conv_geometry *g) {
    int64_t most = narrow_floats_apart(g, NARROW_VECTORS), least = narrow_floats_apart(g, 1);
    int64_t floats = most < NARROW_APART ? most : NARROW_APART;
    return (size_t)(floats > least ? floats : least) * sizeof(float);
}

const fovea__conv_part_kernel FORWARD = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_FORWARD,
    .accepts = forward_accepts,
    .row_step = forward_rows,
    .scratch = forward_scratch,
    .run = forward,
};
const fovea__conv_part_kernel INPUT = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_INPUT_GRADIENT,
    .accepts = input_accepts,
    .row_step = input_rows,
    .run = input_gradient,
};
