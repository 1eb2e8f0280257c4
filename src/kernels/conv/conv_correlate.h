// SPDX-License-Identifier: MIT
// Forward and input gradient of N16 as one walk (see conv_axis.h), box by box: the pixels of a box
// meet the same taps.
#include "kernels/conv/conv_patch.h"
#include "kernels/conv/conv_stretch.h"

// The walk over the channels of one group. Distances in floats.
typedef struct walk {
    axis axis[3];
    int64_t channels, sources;              // destination and source channels
    int64_t up[TILE_CHANNELS + 1];          // tiles of at most so many channels
    int64_t weight_channel, weight_source;  // from one to the next in the weights
    int64_t weight_tap[3];                  // from tap t to t+1 of each dimension
    int64_t from_channel, from_distance[3];
    int64_t to_channel, to_distance[3];
    const float *from, *weight, *bias;
    float *to;
} walk;

// Multiply-adds of vectors that are worth the call of a tile.
#define CALL_SUMS 2000

// How a box of pixels is cut: `pixels` along dimension `along` by `channels` at most.
typedef struct cut {
    int along;
    int64_t pixels, channels;
} cut;

static int64_t parts(int64_t count, int64_t most) {
    return (int64_t)((uint64_t)(count + most - 1) / (uint64_t)most);
}

// What one tap costs in a row of `count` pixels: loads or multiply-adds, whichever are more, but no
// less than the eight sums that would not wait for each other, and a start for every tile.
static int64_t cut_cost(int64_t count, int64_t across, int64_t channels, int64_t up) {
    int64_t loads = across * channels + up * count, adds = channels * count;
    int64_t cost = loads > adds ? loads : adds, least = across * up * 8;
    return (cost > least ? cost : least) + across * up * 2 + loads / 4;
}

static cut best_cut(const walk *w, const int64_t size[3]) {
    static const int8_t pixels_of[TILE_CHANNELS + 1] = TILE_PIXELS_OF;
    cut best = {2, 1, 1};
    int64_t best_cost = INT64_MAX;
    for (int along = 2; along >= 1; along--) {
        if (size[along] == 1 && (along == 1 || size[1] > 1)) continue;
        for (int64_t m = 1; m <= TILE_CHANNELS && m <= w->channels; m++) {
            int64_t pixels = pixels_of[m] < size[along] ? pixels_of[m] : size[along];
            int64_t across = parts(size[along], pixels);
            int64_t cost = size[3 - along] * cut_cost(size[along], across, w->channels, w->up[m]);
            if (cost < best_cost) {
                best_cost = cost;
                best = (cut){along, pixels, m};
            }
        }
    }
    return best;
}

// The loops of a tile: those of one step outermost, where they cost nothing.
static void patch_loops(const walk *w, const stretch box[3], patch *a) {
    patch_loop all[4] = {{w->sources, w->from_channel, w->weight_source}};
    for (int i = 0; i < 3; i++) {
        all[i + 1] = (patch_loop){box[i].taps.end - box[i].taps.begin,
                                  w->axis[i].offset_step * w->from_distance[i], w->weight_tap[i]};
    }
    int at = 4;
    for (int i = 3; i >= 0; i--) {
        if (all[i].count != 1) a->loop[--at] = all[i];
    }
    while (at > 0) a->loop[--at] = (patch_loop){1, 0, 0};
}

// The tiles of one block of rows: those of the channels innermost, so that they find x in the first
// level cache.
static void walk_rows(const walk *w, const cut *c, int64_t count, patch *a) {
    int64_t tiles = parts(count, c->pixels), groups = w->up[c->channels];
    const float *x = a->x, *k = a->k;
    float *to = a->to;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t p = i * count / tiles, pixels = (i + 1) * count / tiles - p;
        for (int64_t j = 0; j < groups; j++) {
            int64_t m = j * w->channels / groups, channels = (j + 1) * w->channels / groups - m;
            a->x = x + p * a->x_pixel;
            a->k = k + m * w->weight_channel;
            a->bias = w->bias ? w->bias + m : NULL;
            a->to = to + p * a->to_pixel + m * w->to_channel;
            patch_table[channels][pixels](a);
        }
    }
    a->x = x, a->k = k, a->to = to;
}

// All tiles of a box of destinations that meet the same taps, at one depth. Blocks of rows are as
// short as their tiles are worth a call: sources come from far away row by row, and once.
static void walk_plane(const walk *w, const stretch box[3], const cut *c, int64_t d, patch *a) {
    int along = c->along, across = 3 - along;
    int64_t position[3] = {d, box[1].begin, box[2].begin}, sums = c->pixels * c->channels;
    a->x = w->from, a->k = w->weight, a->to = w->to;
    for (int i = 0; i < 3; i++) {
        const axis *v = &w->axis[i];
        a->x += (position[i] * v->source_step + v->offset + box[i].taps.begin * v->offset_step) *
                w->from_distance[i];
        a->k += box[i].taps.begin * w->weight_tap[i];
        a->to += (v->first + position[i] * v->step) * w->to_distance[i];
    }
    a->x_pixel = w->axis[along].source_step * w->from_distance[along];
    a->x_run = w->axis[across].source_step * w->from_distance[across];
    a->to_pixel = w->axis[along].step * w->to_distance[along];
    a->to_run = w->axis[across].step * w->to_distance[across];
    for (int i = 0; i < 4; i++) sums *= a->loop[i].count;
    int64_t rows = parts(CALL_SUMS, sums > 0 ? sums : 1);
    for (int64_t left = box[across].end - box[across].begin; left > 0; left -= a->runs) {
        a->runs = left < rows ? left : rows;
        walk_rows(w, c, box[along].end - box[along].begin, a);
        a->x += a->runs * a->x_run;
        a->to += a->runs * a->to_run;
    }
}

static void walk_box(const walk *w, const stretch box[3]) {
    int64_t size[3];
    for (int i = 0; i < 3; i++) size[i] = box[i].end - box[i].begin;
    patch a = {.to_channel = w->to_channel, .k_channel = w->weight_channel};
    patch_loops(w, box, &a);
    cut c = best_cut(w, size);
    for (int64_t d = box[0].begin; d < box[0].end; d++) walk_plane(w, box, &c, d, &a);
}

static void walk_run(const walk *w) {
    stretch box[3];
    for (int64_t d = 0; d < w->axis[0].count; d = box[0].end) {
        box[0] = stretch_at(&w->axis[0], d);
        for (int64_t h = 0; h < w->axis[1].count; h = box[1].end) {
            box[1] = stretch_at(&w->axis[1], h);
            for (int64_t v = 0; v < w->axis[2].count; v = box[2].end) {
                box[2] = stretch_at(&w->axis[2], v);
                walk_box(w, box);
            }
        }
    }
}
