// SPDX-License-Identifier: MIT
// The walk of conv_axis.h over one sample in NCHW with channels of the destination in the lanes:
// their weights, packed side by side, are the vectors, and each number of the source is spread over
// all lanes. A tile of sums is turned in registers when it is done, and stored row by row.
#include "kernels/conv/conv_axis.h"
#include "kernels/conv/conv_part.h"
#include "kernels/conv/conv_turn.h"
#include "kernels/conv/conv_wide_pack.h"
#include "kernels/conv/conv_wide_tiles.h"

// Taps along W a walk can take.
#define MOST_TAPS 32

// A tile reads all weights of its channels, more than the first cache holds, and a few pixels of each
// source channel, a plane apart: both are fetched so many taps and channels before they are needed.
// With narrower vectors the loads themselves are what a tile waits for.
#define TAPS_AHEAD 9
#define CHANNELS_AHEAD 2
#define FETCHES_AHEAD (WIDTH == 16)

typedef struct walk walk;
typedef struct place place;
// One or two destination rows from row h on, numbered as their axis counts them: at->from and at->to
// are those of row 0, at->taps_h is not yet set.
typedef void row_function(const walk *w, place *at, int64_t vectors, int64_t h, int64_t rows);

// The walk over one group. Distances in floats.
struct walk {
    axis axis[3];
    int64_t channels, sources;             // destination and source channels
    int64_t weight_vector, weight_source;  // from one to the next in the packed weights
    int64_t weight_tap[3];                 // from tap t to t+1 of each dimension
    int64_t from_channel, from_row, from_plane, to_channel, to_row, to_plane;
    const float *from, *weight, *bias;
    float *to;
    row_function *row;
    int64_t most_rows;  // that it takes at a time
};

// What a tile works on.
struct place {
    fovea__conv_range taps_d, taps_h[2];  // taps inside the source, for each of its rows
    const float *from;  // plane and row of tap (0, 0) of the first row, column 0 (may lie before
                        // the buffer's beginning)
    float *to;          // first row, channel 0
    float start[TILE_VECTORS * WIDTH];  // sums begin with these
    int64_t channel;                    // first channel, in the group
};

// Sums of one vector of channels, [R][P], into rows of the destination.
static inline __attribute__((always_inline)) void store_rows(const walk *w, const vec *sum,
                                                             float *to, int64_t channels,
                                                             const int R, const int P) {
    const int64_t step = w->axis[2].step, next = w->axis[1].step * w->to_row;
    UNROLL for (int q = 0; q < R * P; q += WIDTH) {
        vec block[WIDTH];
        UNROLL for (int i = 0; i < WIDTH; i++) block[i] = sum[q + i < R * P ? q + i : q];
        turn(block);
        float lane[WIDTH][WIDTH];
        if (step != 1 || channels < WIDTH) {
            UNROLL for (int i = 0; i < WIDTH; i++) vec_store(lane[i], block[i]);
        }
        UNROLL for (int r = 0; r < R; r++) {
            const int first = r * P > q ? r * P - q : 0;
            const int last = (r + 1) * P < q + WIDTH ? (r + 1) * P - q : WIDTH;
            if (first >= last) continue;
            float *row = to + r * next + (q + first - r * P) * step;
            if (step == 1 && channels >= WIDTH) {
                UNROLL for (int i = 0; i < WIDTH; i++)
                    store_lanes(row + i * w->to_channel, block[i], first, last - first);
            } else {
                for (int64_t i = 0; i < channels && i < WIDTH; i++) {
                    for (int p = first; p < last; p++)
                        row[i * w->to_channel + (p - first) * step] = lane[i][p];
                }
            }
        }
    }
}

// The j of an axis whose destination first + j*step lies in [begin, end).
static fovea__conv_range rows_of(const axis *a, int64_t begin, int64_t end) {
    return fovea__conv_inside(a->count, a->step, a->first - begin, end - begin);
}

// Moves `at` from row 0 to row h.
static inline void place_rows(const walk *w, place *at, int64_t h, int64_t rows) {
    const axis *height = &w->axis[1];
    int64_t from_h = h * height->source_step + height->offset;
    for (int64_t r = 0; r < rows; r++)
        at->taps_h[r] = taps_inside(height, from_h + r * height->source_step);
    at->from += from_h * w->from_row;
    at->to += (height->first + h * height->step) * w->to_row;
}

// The rows of the part, for the channels that `at` begins at.
static void walk_rows(const walk *w, const fovea__conv_part *part, int64_t plane_rows, place *at,
                      int64_t vectors) {
    const axis *depth = &w->axis[0];
    for (int64_t d = 0; d < depth->count; d++) {
        int64_t from_d = d * depth->source_step + depth->offset;
        int64_t to_d = depth->first + d * depth->step;
        fovea__conv_range rows =
            rows_of(&w->axis[1], part->row - to_d * plane_rows, part->row_end - to_d * plane_rows);
        at->taps_d = taps_inside(depth, from_d);
        for (int64_t h = rows.begin, count; h < rows.end; h += count) {
            count = rows.end - h < w->most_rows ? 1 : w->most_rows;
            at->from = w->from + from_d * w->from_plane;
            at->to = w->to + to_d * w->to_plane;
            w->row(w, at, vectors, h, count);
        }
    }
}

// Channels [channel, channel_end) of the group, rows of the part: a panel of weights is used for all
// rows before the next one.
static void walk_part(const walk *w, const fovea__conv_part *part, int64_t plane_rows,
                      int64_t channel, int64_t channel_end) {
    place at;
    for (; channel < channel_end; channel += TILE_VECTORS * WIDTH) {
        int64_t left = channel_end - channel;
        at.channel = channel;
        for (int i = 0; i < TILE_VECTORS * WIDTH; i++)
            at.start[i] = w->bias && i < left ? w->bias[channel + i] : 0.0f;
        walk_rows(w, part, plane_rows, &at, left > WIDTH ? TILE_VECTORS : 1);
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
