// SPDX-License-Identifier: MIT
// The walk of conv_rows.h over all rows of all channels, for one vector width. The including file
// sets ROWS, the name of what it makes.
#include "kernels/conv/conv_row_tile.h"
#include "kernels/conv/conv_rows.h"
#include "kernels/conv/conv_stretch.h"

// Distances in floats; channels of one group.
typedef struct row_walk {
    int kind;  // -1: of none
    bool add;
    axis height[2];  // of the destination rows r, r + height_step, ...
    int64_t height_step, rows, width;
    int64_t source_step, offset;  // along W
    int64_t channels, sources;
    int64_t weight_channel, weight_source, weight_row;
    int64_t from_row, from_channel, to_row, to_channel;
} row_walk;

// How a row is cut: into so many tiles of channels, and of pixels or, for stride 2, pairs of them.
typedef struct row_cut {
    int64_t across, along, units, unit;
} row_cut;

// across = 0: there are no such tiles.
static row_cut row_cut_of(const row_walk *w) {
    static const int8_t pixels_of[ROW_CHANNELS + 1] = ROW_PIXELS_OF;
    int64_t across = (w->channels + ROW_CHANNELS - 1) / ROW_CHANNELS;
    bool small = w->channels / across < ROW_CHANNELS_LEAST || w->width < 2 * ROW_LEAST;
    if (w->kind < 0 || small) return (row_cut){0};
    int64_t most = pixels_of[(w->channels + across - 1) / across];
    int64_t along = (w->width + most - 1) / most, unit = w->kind == ROW_input_double ? 2 : 1;
    return (row_cut){across, along > 2 ? along : 2, w->width / unit, unit};
}

static void walk_row(const row_walk *w, const row_cut *c, row_tile *a) {
    const float *x = a->x, *k = a->k, *bias = a->bias;
    float *to = a->to;
    for (int64_t i = 0; i < c->along; i++) {
        int64_t begin = i * c->units / c->along * c->unit;
        int64_t pixels = (i + 1) * c->units / c->along * c->unit - begin;
        int64_t place = begin / c->unit * w->source_step + w->offset;
        int end = i == 0 ? 0 : i < c->along - 1 ? 1 : 2;
        a->x = x + (place < 0 ? 0 : place) * FOVEA__LANES;
        for (int64_t j = 0; j < c->across; j++) {
            int64_t m = j * w->channels / c->across;
            int64_t channels = (j + 1) * w->channels / c->across - m;
            a->k = k + m * w->weight_channel;
            a->bias = bias ? bias + m : NULL;
            a->to = to + begin * FOVEA__LANES + m * w->to_channel;
            row_table[w->kind][channels][pixels][end](a);
        }
    }
    a->x = x, a->k = k, a->bias = bias, a->to = to;
}

static void walk_group(const row_walk *w, const row_cut *c, const float *from, const float *weight,
                       const float *bias, float *to) {
    row_tile a = {.sources = w->sources,
                  .k_channel = w->weight_channel,
                  .to_channel = w->to_channel,
                  .bias = bias,
                  .add = w->add};
    for (int64_t r = 0; r < w->rows; r++) {
        const axis *height = &w->height[r % w->height_step];
        int64_t at = r / w->height_step * height->source_step + height->offset;
        fovea__conv_range taps = taps_at(height, r / w->height_step);
        a.rows = taps.end - taps.begin;
        a.x_row = height->offset_step * w->from_row;
        a.k_row = height->tap_step * w->weight_row;
        a.x_source = w->from_channel - a.rows * a.x_row;
        a.k_source = w->weight_source - a.rows * a.k_row;
        a.x = from;
        a.k = weight + height->tap_first * w->weight_row + taps.begin * a.k_row;
        if (a.rows > 0) a.x += (at + taps.begin * height->offset_step) * w->from_row;
        a.to = to + r * w->to_row;
        walk_row(w, c, &a);
    }
}

static bool walk_all(const fovea__conv_geometry *g, const row_walk *w, const float *from,
                     const float *weight, const float *bias, float *to) {
    row_cut c = row_cut_of(w);
    if (c.across == 0) return false;
    int64_t weights = g->o / g->groups * (g->c / g->groups) * g->kernel[1] * g->kernel[2];
    for (int64_t group = 0; group < g->groups; group++) {
        for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
            walk_group(w, &c, from + group * w->sources * w->from_channel + lane,
                       weight + group * weights, bias ? bias + group * w->channels : NULL,
                       to + group * w->channels * w->to_channel + lane);
        }
    }
    return true;
}

// Rows of a plane whose taps are side by side, `step` pixels a pixel and `tap` pixels a tap, the
// first `left` and the last `right` of which the pixels at the ends miss. -1: of no kind.
static int kind_of(const fovea__conv_geometry *g, int64_t step, int64_t tap, int64_t left,
                   int64_t right) {
    bool flat = g->in[0] == 1 && g->out[0] == 1 && g->kernel[0] == 1;
    if (!flat || g->dilation[2] != 1) return -1;
#define KIND(name, T, S, D, L, R) \
    if (g->kernel[2] == T && step == S && tap == D && left == L && right == R) return ROW_##name;
    ROW_KINDS(KIND)
#undef KIND
    return -1;
}

static void walk_sizes(row_walk *w, const int64_t from[3], const int64_t to[3]) {
    w->rows = to[1];
    w->width = to[2];
    w->from_row = from[2] * FOVEA__LANES;
    w->from_channel = from[1] * w->from_row;
    w->to_row = to[2] * FOVEA__LANES;
    w->to_channel = to[1] * w->to_row;
}

static row_walk forward_walk(const fovea__conv_geometry *g) {
    int64_t c = g->c / g->groups, taps = g->kernel[2], stride = g->stride[2];
    int64_t last = (g->out[2] - 1) * stride - g->pad[2] + taps - 1;
    row_walk w = {.kind = kind_of(g, stride, 1, g->pad[2], last - (g->in[2] - 1)),
                  .height = {forward_axis(g, 1)},
                  .height_step = 1,
                  .source_step = stride,
                  .offset = -g->pad[2],
                  .channels = g->o / g->groups,
                  .sources = c,
                  .weight_channel = c * g->kernel[1] * taps,
                  .weight_source = g->kernel[1] * taps,
                  .weight_row = taps};
    walk_sizes(&w, g->in, g->out);
    return w;
}

static int input_kind(const fovea__conv_geometry *g) {
    int64_t last = g->in[2] - 1 + g->pad[2];
    if (g->stride[1] > 2) return -1;
    if (g->stride[2] == 1)
        return kind_of(g, 1, -1, g->kernel[2] - 1 - g->pad[2], last - (g->out[2] - 1));
    bool half = g->stride[2] == 2 && g->pad[2] == 1 && g->in[2] == 2 * g->out[2];
    return half ? kind_of(g, 0, 0, 0, 1) : -1;
}

static row_walk input_walk(const fovea__conv_geometry *g) {
    int64_t c = g->c / g->groups, taps = g->kernel[1] * g->kernel[2];
    row_walk w = {.kind = input_kind(g),
                  .height = {phase(g, 1, 0), phase(g, 1, 1)},
                  .height_step = g->stride[1],
                  .source_step = 1,
                  .offset = g->stride[2] == 1 ? g->pad[2] : 0,
                  .channels = c,
                  .sources = g->o / g->groups,
                  .weight_channel = taps,
                  .weight_source = c * taps,
                  .weight_row = g->kernel[2]};
    walk_sizes(&w, g->out, g->in);
    return w;
}

static bool forward(const fovea__conv_geometry *g, const float *x, const float *weight,
                    const float *bias, float *y) {
    row_walk w = forward_walk(g);
    return walk_all(g, &w, x, weight, bias, y);
}

static bool input_gradient(const fovea__conv_geometry *g, const float *d_y, const float *weight,
                           bool add, float *d_x) {
    row_walk w = input_walk(g);
    w.add = add;
    return walk_all(g, &w, d_y, weight, NULL, d_x);
}

static void tiles(const fovea__conv_geometry *g, int64_t tile[2][3]) {
    row_walk walks[2] = {forward_walk(g), input_walk(g)};
    for (int i = 0; i < 2; i++) {
        row_cut c = row_cut_of(&walks[i]);
        if (c.across == 0) continue;
        tile[i][0] = (walks[i].channels + c.across - 1) / c.across;
        tile[i][1] = (c.units + c.along - 1) / c.along * c.unit;
    }
}

const fovea__conv_rows ROWS = {forward, input_gradient, tiles};
