// SPDX-License-Identifier: MIT
// Rows of a forward pass or an input gradient in tiles of conv_narrow_tile.h. A tile wants the
// sources of neighbouring destinations side by side: the forward pass of a stride s first takes the
// source rows apart into s phases, the input gradient puts its s phases together at the end.
#include "kernels/conv/conv_narrow_pair.h"

// The largest stride along W, and the most floats of source rows that a tile should take apart.
#define NARROW_STRIDE 4
#define NARROW_APART 8192
// Most rows of a tile before the next channels are taken: their sources stay near.
#define NARROW_ROWS 24

// Taps along depth and height of one destination row.
typedef struct narrow_rows {
    int64_t plane, row;  // source plane and row of the first taps
    int64_t taps_d, taps_h, first_d, first_h;
} narrow_rows;

static inline int64_t narrow_at_least_0(int64_t a) {
    return a < 0 ? 0 : a;
}

static narrow_rows narrow_rows_at(const axis *depth, int64_t d, const axis *height, int64_t h) {
    int64_t from_d = d * depth->source_step + depth->offset;
    int64_t from_h = h * height->source_step + height->offset;
    fovea__conv_range in_d = taps_inside(depth, from_d), in_h = taps_inside(height, from_h);
    return (narrow_rows){from_d + in_d.begin * depth->offset_step,
                         from_h + in_h.begin * height->offset_step,
                         narrow_at_least_0(in_d.end - in_d.begin),
                         narrow_at_least_0(in_h.end - in_h.begin),
                         depth->tap_first + in_d.begin * depth->tap_step,
                         height->tap_first + in_h.begin * height->tap_step};
}

// The rows of `n` for M channels from `channel` on, as many at a time as fit into registers. What
// remains of a stack is taken with rows above it, which are computed twice.
static void narrow_rows_of(const narrow_chain *n, const narrow_pixels *p, int64_t channel,
                           int64_t M) {
    const narrow_stack *stack = &narrow_stacks[M][p->vectors];
    if (stack->rows && stack->rows <= n->rows) {
        for (int64_t r = 0; r < n->rows; r += stack->rows) {
            stack->run(n, p, channel, r + stack->rows > n->rows ? n->rows - stack->rows : r);
        }
        return;
    }
    for (int64_t r = 0; r < n->rows; r++) narrow_table[M][p->vectors](n, p, channel, r);
}

// All channels of one tile of pixels in nearly equal tiles.
static void narrow_channels(const narrow_chain *n, const narrow_pixels *p, int64_t channels) {
    int64_t most = narrow_most_channels(p->vectors), tiles = (channels + most - 1) / most;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * channels / tiles, end = (i + 1) * channels / tiles;
        narrow_rows_of(n, p, begin, end - begin);
    }
}

// How many rows from row h on, at most `most` of them, meet all taps of the kernel as h does.
static int64_t narrow_alike(const axis *height, int64_t h, const narrow_rows *rows, int64_t most) {
    if (rows->taps_h != height->taps || height->taps == 0) return 1;
    int64_t alike = 1;
    for (; alike < most && h + alike < height->count; alike++) {
        fovea__conv_range in =
            taps_inside(height, (h + alike) * height->source_step + height->offset);
        if (in.end - in.begin != height->taps) break;
    }
    return alike;
}

// Columns of tile i of `tiles`, in whole registers but for the last.
static fovea__conv_range narrow_columns(int64_t count, int64_t tiles, int64_t i) {
    int64_t vectors = (count + WIDTH - 1) / WIDTH;
    int64_t end = (i + 1) * vectors / tiles * WIDTH;
    return (fovea__conv_range){i * vectors / tiles * WIDTH, end < count ? end : count};
}
static int64_t narrow_tiles(int64_t count, int64_t most) {
    return ((count + WIDTH - 1) / WIDTH + most - 1) / most;
}

// dst[u % step][u / step] = row[u] for u in [begin, end).
static void narrow_take_apart(const float *row, int64_t begin, int64_t end, int64_t step,
                              int64_t pitch, float *dst) {
    int64_t u = begin;
    if (step == 2) {
        for (; u < end && u % 2; u++) dst[pitch + u / 2] = row[u];
        for (; u + 2 * WIDTH <= end; u += 2 * WIDTH) {
            vec even, odd;
            vec_load_pairs(row + u, &even, &odd);
            vec_store(dst + u / 2, even);
            vec_store(dst + pitch + u / 2, odd);
        }
    }
    for (; u < end; u++) dst[u % step * pitch + u / step] = row[u];
}

// The source rows of `n`, whose column 0 stands at `first` of rows of `width`, taken apart for the
// destinations of `p`: rows of `step` phases of `pitch` floats, in the order source, depth, height.
static void narrow_chain_apart(narrow_chain *n, int64_t first, int64_t width, int64_t span,
                               int64_t step, int64_t pitch, float *apart) {
    int64_t begin = first < 0 ? -first : 0, end = width - first < span ? width - first : span;
    float *to = apart;
    for (int64_t l = 0; l < n->sources; l++) {
        for (int64_t d = 0; d < n->taps_d; d++) {
            for (int64_t h = 0; h < n->taps_h; h++, to += step * pitch) {
                const float *row = n->from + l * n->from_source + d * n->from_d + h * n->from_h;
                narrow_take_apart(row + first, begin, end, step, pitch, to);
            }
        }
    }
    n->from = apart;
    n->from_h = step * pitch;
    n->from_d = n->taps_h * n->from_h;
    n->from_source = n->taps_d * n->from_d;
}

// dst[i*step + r] = src[r*pitch + i], i in [0, count[r]) for each phase r.
static void narrow_put_together(const float *src, int64_t pitch, int64_t step,
                                const narrow_pixels *phase, float *dst) {
    int64_t i = 0, both = step == 2 ? phase[1].count : 0;
    for (; i + WIDTH <= both; i += WIDTH) {
        vec_store_pairs(dst + 2 * i, vec_load(src + i), vec_load(src + pitch + i));
    }
    for (int64_t r = 0; r < step; r++) {
        for (int64_t j = i; j < phase[r].count; j++) dst[j * step + r] = src[r * pitch + j];
    }
}

// Floats between the phases of rows taken apart for `count` destinations.
static int64_t narrow_pitch(const fovea__conv_geometry *g, int64_t count) {
    return count + (g->kernel[2] - 1) * g->dilation[2] / g->stride[2] + 1;
}
static int64_t narrow_floats_apart(const fovea__conv_geometry *g, int64_t vectors) {
    if (g->stride[2] == 1) return 0;
    int64_t rows = g->c / g->groups * g->kernel[0] * g->kernel[1];
    return rows * g->stride[2] * narrow_pitch(g, vectors * WIDTH);
}

// Output rows [begin, end) (numbered over depth and height) of channels [0, channels) of one group;
// x, weight, bias and y are those of its first channels; `apart` is scratch.
static void narrow_forward_rows(const fovea__conv_geometry *g, const float *x, const float *weight,
                                const float *bias, int64_t channels, int64_t begin, int64_t end,
                                float *y, float *apart) {
    axis depth = forward_axis(g, 0), height = forward_axis(g, 1), width = forward_axis(g, 2);
    int64_t c = g->c / g->groups, plane_k = g->kernel[1] * g->kernel[2];
    int64_t most = narrow_most_vectors(channels);
    while (most > 1 && narrow_floats_apart(g, most) > NARROW_APART) most--;
    int64_t tiles = narrow_tiles(width.count, most), step = width.source_step;
    for (int64_t i = 0; i < tiles; i++) {
        fovea__conv_range columns = narrow_columns(width.count, tiles, i);
        int64_t count = columns.end - columns.begin, pitch = narrow_pitch(g, count);
        narrow_pixels p;
        narrow_pixels_set(&p, &width, columns.begin, count);
        for (int64_t t = 0; step > 1 && t < p.taps; t++) {
            p.column[t] = t * width.offset_step % step * pitch + t * width.offset_step / step;
        }
        for (int64_t r = begin, alike; r < end; r += alike) {
            narrow_rows rows = narrow_rows_at(&depth, r / g->out[1], &height, r % g->out[1]);
            int64_t most_rows = end - r < NARROW_ROWS ? end - r : NARROW_ROWS;
            alike = step > 1 ? 1 : narrow_alike(&height, r % g->out[1], &rows, most_rows);
            narrow_chain n = {
                .sources = c,
                .taps_d = rows.taps_d,
                .taps_h = rows.taps_h,
                .from = x + (rows.plane * g->in[1] + rows.row) * g->in[2],
                .from_source = fovea__conv_volume(g->in),
                .from_d = g->dilation[0] * g->in[1] * g->in[2],
                .from_h = g->dilation[1] * g->in[2],
                .weight = weight + rows.first_d * plane_k + rows.first_h * g->kernel[2],
                .weight_channel = c * fovea__conv_volume(g->kernel),
                .weight_source = fovea__conv_volume(g->kernel),
                .weight_d = plane_k,
                .weight_h = g->kernel[2],
                .weight_w = 1,
                .bias = bias,
                .to = y + r * g->out[2] + columns.begin,
                .to_channel = fovea__conv_volume(g->out),
                .rows = alike,
                .from_row = g->stride[1] * g->in[2],
                .to_row = g->out[2]};
            if (step > 1) {
                int64_t span = (count - 1) * step + (p.taps - 1) * width.offset_step + 1;
                narrow_chain_apart(&n, columns.begin * step + width.offset, g->in[2], span, step,
                                   pitch, apart);
            }
            narrow_channels(&n, &p, channels);
        }
    }
}

// The phases along W of one tile of an input gradient.
typedef struct narrow_phases {
    int64_t count;  // the stride
    bool paired;    // two phases in one tile
    axis width[NARROW_STRIDE];
    narrow_pixels pixels[NARROW_STRIDE];
    pair_pixels pair;
} narrow_phases;

// One row of a tile of an input gradient, every phase. `n` is set for tap 0 of W and for a
// destination that stands at column 0 of the tile.
static void narrow_input_row(const narrow_chain *n, const narrow_phases *phases, int64_t channels) {
    float together[NARROW_STRIDE * NARROW_CHANNELS * NARROW_VECTORS * WIDTH];
    int64_t vectors = phases->pixels[0].vectors, pitch = vectors * WIDTH;
    int64_t most = phases->paired ? channels : narrow_most_channels(vectors);
    int64_t tiles = (channels + most - 1) / most;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t begin = i * channels / tiles, M = (i + 1) * channels / tiles - begin;
        narrow_chain part = *n;
        part.to_channel = phases->count * pitch;
        part.to = together;
        if (phases->paired) {
            pair_table[M][vectors](&part, &phases->pair, together, together + pitch);
        } else {
            for (int64_t r = 0; r < phases->count; r++, part.to += pitch) {
                const narrow_pixels *p = &phases->pixels[r];
                if (p->count <= 0) continue;
                part.weight = n->weight + begin * n->weight_channel + phases->width[r].tap_first;
                narrow_table[M][p->vectors](&part, p, 0, 0);
            }
        }
        for (int64_t m = 0; m < M; m++) {
            narrow_put_together(together + m * part.to_channel, pitch, phases->count,
                                phases->pixels, n->to + (begin + m) * n->to_channel);
        }
    }
}

// The columns of one tile.
static void narrow_phases_set(narrow_phases *phases, const fovea__conv_geometry *g,
                              fovea__conv_range columns) {
    for (int64_t r = 0; r < phases->count; r++) {
        const axis *w = &phases->width[r];
        int64_t end = columns.end < w->count ? columns.end : w->count;
        narrow_pixels_set(&phases->pixels[r], w, columns.begin, end - columns.begin);
    }
    if (phases->paired) {
        pair_pixels_set(&phases->pair, g, columns.begin, columns.end - columns.begin);
    }
}

// Input row r of a tile of columns, to be completed with channels of source and destination.
static narrow_chain narrow_input_chain(const fovea__conv_geometry *g, const narrow_phases *phases,
                                       int64_t r, int64_t most, const float *d_y,
                                       const float *weight) {
    int64_t d = r / g->in[1], h = r % g->in[1], taps = fovea__conv_volume(g->kernel);
    axis depth = phase(g, 0, d % g->stride[0]), height = phase(g, 1, h % g->stride[1]);
    narrow_rows rows = narrow_rows_at(&depth, d / g->stride[0], &height, h / g->stride[1]);
    bool alone = g->stride[1] > 1 || g->stride[2] > 1;
    return (narrow_chain){
        .sources = g->o / g->groups,
        .taps_d = rows.taps_d,
        .taps_h = rows.taps_h,
        .from = d_y + (rows.plane * g->out[1] + rows.row) * g->out[2],
        .from_source = fovea__conv_volume(g->out),
        .from_d = depth.offset_step * g->out[1] * g->out[2],
        .from_h = height.offset_step * g->out[2],
        .weight = weight + (rows.first_d * g->kernel[1] + rows.first_h) * g->kernel[2],
        .weight_channel = taps,
        .weight_source = g->c / g->groups * taps,
        .weight_d = depth.tap_step * g->kernel[1] * g->kernel[2],
        .weight_h = height.tap_step * g->kernel[2],
        .weight_w = phases->width[0].tap_step,
        .to_channel = fovea__conv_volume(g->in),
        .rows = alone ? 1 : narrow_alike(&height, h, &rows, most),
        .from_row = g->out[2],
        .to_row = g->in[2]};
}

// Input rows [begin, end) of input channels [0, channels) of one group; d_y, weight and d_x are
// those of its first channels.
static void narrow_input_rows(const fovea__conv_geometry *g, const float *d_y, const float *weight,
                              int64_t channels, int64_t begin, int64_t end, float *d_x) {
    narrow_phases phases = {.count = g->stride[2] < g->in[2] ? g->stride[2] : g->in[2]};
    for (int64_t r = 0; r < phases.count; r++) phases.width[r] = phase(g, 2, r);
    phases.paired =
        g->stride[2] == 2 && phases.count == 2 && g->dilation[2] == 1 && channels <= PAIR_CHANNELS;
    int64_t count = phases.width[0].count;
    int64_t most = phases.paired ? pair_vectors[channels] : narrow_most_vectors(channels);
    int64_t tiles = narrow_tiles(count, most);
    for (int64_t i = 0; i < tiles; i++) {
        fovea__conv_range columns = narrow_columns(count, tiles, i);
        narrow_phases_set(&phases, g, columns);
        for (int64_t r = begin, alike; r < end; r += alike) {
            int64_t rows = end - r < NARROW_ROWS ? end - r : NARROW_ROWS;
            narrow_chain n = narrow_input_chain(g, &phases, r, rows, d_y, weight);
            alike = n.rows;
            n.to = d_x + r * g->in[2] + columns.begin * g->stride[2];
            if (g->stride[2] == 1)
                narrow_channels(&n, &phases.pixels[0], channels);
            else
                narrow_input_row(&n, &phases, channels);
        }
    }
}
