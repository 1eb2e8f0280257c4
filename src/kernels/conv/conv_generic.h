// SPDX-License-Identifier: MIT
// The N16 kernels for one vector width; the including file is compiled for its processor and sets
// VARIANT, VARIANT_CPU, VARIANT_NAME and VARIANT_ROWS. Lanes are worked on WIDTH at a time.
#include "kernels/conv/conv_correlate.h"
#include "kernels/conv/conv_kernels.h"
#include "kernels/conv/conv_rows.h"
#include "kernels/conv/conv_weights.h"

static void set_distances(const int64_t size[3], int64_t distance[3], int64_t *channel) {
    distance[2] = FOVEA__LANES;
    distance[1] = size[2] * distance[2];
    distance[0] = size[1] * distance[1];
    *channel = size[0] * distance[0];
}

static void walk_channels(walk *w, int64_t channels, const int64_t from[3], const int64_t to[3]) {
    w->channels = channels;
    for (int64_t m = 1; m <= TILE_CHANNELS; m++) w->up[m] = parts(channels, m);
    set_distances(from, w->from_distance, &w->from_channel);
    set_distances(to, w->to_distance, &w->to_channel);
}

static void forward(const fovea__conv_geometry *g, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch) {
    (void)samples, (void)scratch;
    if (VARIANT_ROWS.forward(g, x, weight, bias, y)) return;
    int64_t c = g->c / g->groups, o = g->o / g->groups, taps = fovea__conv_volume(g->kernel);
    walk w = {.sources = c, .weight_channel = c * taps, .weight_source = taps};
    walk_channels(&w, o, g->in, g->out);
    for (int i = 0; i < 3; i++) w.axis[i] = forward_axis(g, i);
    w.weight_tap[0] = g->kernel[1] * g->kernel[2];
    w.weight_tap[1] = g->kernel[2];
    w.weight_tap[2] = 1;
    for (int64_t group = 0; group < g->groups; group++) {
        w.weight = weight + group * o * c * taps;
        w.bias = bias ? bias + group * o : NULL;
        for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
            w.from = x + group * c * w.from_channel + lane;
            w.to = y + group * o * w.to_channel + lane;
            walk_run(&w);
        }
    }
}

static void input_phase(const fovea__conv_geometry *g, walk *w, const float *d_y,
                        const float *weight, float *d_x) {
    int64_t c = g->c / g->groups, o = g->o / g->groups, taps = fovea__conv_volume(g->kernel);
    int64_t unit[3] = {g->kernel[1] * g->kernel[2], g->kernel[2], 1}, first = 0;
    for (int i = 0; i < 3; i++) {
        w->weight_tap[i] = unit[i] * w->axis[i].tap_step;
        first += unit[i] * w->axis[i].tap_first;
    }
    for (int64_t group = 0; group < g->groups; group++) {
        w->weight = weight + group * o * c * taps + first;
        for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
            w->from = d_y + group * o * w->from_channel + lane;
            w->to = d_x + group * c * w->to_channel + lane;
            walk_run(w);
        }
    }
}

static void input_gradient(const fovea__conv_geometry *g, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch) {
    (void)samples, (void)scratch;
    if (VARIANT_ROWS.input_gradient(g, d_y, weight, false, d_x)) return;
    int64_t c = g->c / g->groups, o = g->o / g->groups, taps = fovea__conv_volume(g->kernel);
    walk w = {.sources = o, .weight_channel = taps, .weight_source = c * taps};
    walk_channels(&w, c, g->out, g->in);
    for (int64_t d = 0; d < g->stride[0] && d < g->in[0]; d++) {
        w.axis[0] = phase(g, 0, d);
        for (int64_t h = 0; h < g->stride[1] && h < g->in[1]; h++) {
            w.axis[1] = phase(g, 1, h);
            for (int64_t v = 0; v < g->stride[2] && v < g->in[2]; v++) {
                w.axis[2] = phase(g, 2, v);
                input_phase(g, &w, d_y, weight, d_x);
            }
        }
    }
}

static bool input_gradient_add(const fovea__conv_geometry *g, const float *d_y, const float *weight,
                               float *d_x) {
    return VARIANT_ROWS.input_gradient(g, d_y, weight, true, d_x);
}

// The tile of the longest stretches of pixels.
static void tile_of_walk(const walk *w, int64_t tile[3]) {
    int64_t size[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++) {
        const axis *a = &w->axis[i];
        for (stretch s = {0}; s.end < a->count;) {
            s = stretch_at(a, s.end);
            if (s.end - s.begin > size[i]) size[i] = s.end - s.begin;
        }
    }
    cut c = best_cut(w, size);
    tile[0] = c.channels;
    tile[1] = c.pixels;
    tile[2] = 0;
}

static void tiles(const fovea__conv_geometry *g, int64_t tile[3][3]) {
    int64_t c = g->c / g->groups, o = g->o / g->groups;
    walk w = {0};
    walk_channels(&w, o, g->in, g->out);
    for (int i = 0; i < 3; i++) w.axis[i] = forward_axis(g, i);
    tile_of_walk(&w, tile[0]);
    walk_channels(&w, c, g->out, g->in);
    for (int i = 0; i < 3; i++) w.axis[i] = phase(g, i, 0);
    tile_of_walk(&w, tile[1]);
    VARIANT_ROWS.tiles(g, tile);
    tiling t = tiling_of(g);
    tile[2][0] = t.outputs < o ? t.outputs : o;
    tile[2][1] = t.lines;
    tile[2][2] = t.columns;
}

static bool accepts(const fovea__conv_geometry *g) {
    (void)g;
    return true;
}
static size_t nothing(const fovea__conv_geometry *g) {
    (void)g;
    return 0;
}

const fovea__conv_kernel VARIANT = {
    .name = VARIANT_NAME,
    .cpu = VARIANT_CPU,
    .layout = FOVEA__LAYOUT_N16,
    .accepts = accepts,
    .scratch = weight_scratch,
    .packed = nothing,
    .forward = forward,
    .input_gradient = input_gradient,
    .input_gradient_add = input_gradient_add,
    .weight_gradient = weight_gradient,
    .tiles = tiles,
};
