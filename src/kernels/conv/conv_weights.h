// SPDX-License-Identifier: MIT
// The weight gradient of N16. A tile keeps the chains of M output channels by some taps in
// registers while it runs over a block of output pixels; between blocks they rest in scratch.
#include "kernels/conv/conv_stretch.h"
#include "kernels/conv/conv_sums.h"
#include "kernels/conv/conv_tiling.h"

// The chains of output channels [o, o + M) by input channels [c, c + channels) of one group; o and
// c count through all groups.
typedef struct chains {
    const fovea__conv_geometry *g;
    tiling tiling;
    axis axis[3];
    const float *x, *d_y;  // whole buffers, moved to the lanes at work
    int64_t o, outputs, c, channels, taps;
    int64_t d, h, rows, w, columns;  // the block of output pixels
    fovea__conv_range taps_d;        // that meet these planes of taps
    bool first;                      // nothing is in the chains yet
    float *chain;                    // [outputs][channels][taps][16]
} chains;

// Counts the columns of even borders.
static void strip_borders(int64_t count, strip *s) {
    int64_t left = s->all.begin - s->any.begin, right = s->any.end - s->all.end;
    int64_t most = count > 3 ? 2 : count > 1 ? 1 : 0;
    bool even = s->all.end > s->all.begin && left <= most && right <= most;
    for (int64_t t = 0; even && t <= left && t < count; t++) {
        int64_t begin = s->column[t].begin;
        even = t < left ? begin == s->all.begin - t : begin <= s->any.begin;
    }
    for (int64_t t = 0; even && t <= right && t < count; t++) {
        const strip_column *c = &s->column[count - 1 - t];
        int64_t end = c->begin + (int64_t)c->count;
        even = t < right ? end == s->all.end + t : end >= s->any.end;
    }
    s->left = even ? left : -1;
    s->right = even ? right : -1;
}

// Which columns of the block the taps k ... k + count - 1 of a row reach.
static void strip_columns(const chains *a, int64_t k, int64_t count, strip *s) {
    const axis *width = &a->axis[2];
    int64_t begin = a->w, end = a->w + a->columns;
    s->any = (fovea__conv_range){end, begin};
    s->all = (fovea__conv_range){begin, end};
    for (int64_t t = 0; t < count; t++) {
        fovea__conv_range r =
            fovea__conv_inside(width->count, width->source_step,
                               width->offset + (k + t) * width->offset_step, width->source_size);
        if (r.end < r.begin) r.end = r.begin;
        s->column[t] = (strip_column){r.begin, (uint64_t)(r.end - r.begin)};
        if (r.begin < s->any.begin) s->any.begin = r.begin;
        if (r.end > s->any.end) s->any.end = r.end;
        if (r.begin > s->all.begin) s->all.begin = r.begin;
        if (r.end < s->all.end) s->all.end = r.end;
    }
    if (s->any.begin < begin) s->any.begin = begin;
    if (s->any.end > end) s->any.end = end;
    if (s->all.end <= s->all.begin) s->all.begin = s->all.end = s->any.end;
    strip_borders(count, s);
}

// Lines kh ... kh + lines - 1 of taps in plane kd (any lines of channels along c), `count` columns
// from k on.
typedef struct place {
    int64_t kd, kh, lines, k, count;
} place;

static int64_t place_tap(const chains *a, const place *p) {
    return (p->kd * a->g->kernel[1] + p->kh) * a->g->kernel[2] + p->k;
}

// Runs the strip, whose parts stand at the first channel, over all channels.
static void place_strip(const chains *a, const place *p, strip *s) {
    int64_t x_channel = fovea__conv_volume(a->g->in) * FOVEA__LANES;
    int64_t step = a->tiling.along_c ? p->lines : 1;
    s->chain = a->chain + place_tap(a, p) * FOVEA__LANES;
    for (int64_t c = 0; c < a->channels; c += step) {
        int64_t lines = a->tiling.along_c && a->channels - c < step ? a->channels - c : p->lines;
        strip_table[a->outputs][lines][p->count](s);
        s->chain += step * a->taps * FOVEA__LANES;
        for (int i = 0; i < s->parts; i++) s->part[i].x += step * x_channel;
    }
    s->parts = 0;
    s->fresh = false;
}

// Begins the chains of a place where no strip does.
static void place_zero(const chains *a, const place *p) {
    int64_t lines = a->tiling.along_c ? 1 : p->lines;
    float *chain = a->chain + place_tap(a, p) * FOVEA__LANES;
    for (int64_t i = 0; i < a->outputs * a->channels; i++, chain += a->taps * FOVEA__LANES) {
        for (int64_t line = 0; line < lines; line++) {
            float *begin = chain + line * a->g->kernel[2] * FOVEA__LANES;
            for (int64_t t = 0; t < p->count; t++) {
                vec_store(begin + t * FOVEA__LANES, vec_splat(0.0f));
            }
        }
    }
}

// The rows of the block cut where the lines they reach change; parts that lack at most one line go
// into one strip, others into one of their own.
static void place_rows(const chains *a, const place *p, strip *s) {
    const fovea__conv_geometry *g = a->g;
    int64_t x_row = g->in[2] * FOVEA__LANES, x_plane = g->in[1] * x_row;
    const float *x = a->x + a->c * g->in[0] * x_plane +
                     (a->d * g->stride[0] + a->axis[0].offset + p->kd * g->dilation[0]) * x_plane +
                     (a->axis[2].offset + p->k * g->dilation[2]) * FOVEA__LANES;
    const float *d_y = a->d_y + a->o * s->y_channel + a->d * g->out[1] * s->y_row;
    axis height = a->axis[1];
    height.count = a->h + a->rows;
    height.offset += p->kh * height.offset_step;
    height.taps = a->tiling.along_c ? 1 : p->lines;
    s->parts = 0;
    for (int64_t h = a->h; h < height.count;) {
        stretch r = stretch_at(&height, h);
        strip_part part = {STRIP_ALL, r.end - h,
                           x + (h * height.source_step + height.offset) * x_row,
                           d_y + h * s->y_row};
        int64_t met = r.taps.end - r.taps.begin, missing = height.taps - met;
        h = r.end;
        if (met == 0) continue;
        if (s->parts > 0 && (missing > 1 || s->parts == STRIP_PARTS)) place_strip(a, p, s);
        if (missing == 1) part.lines = r.taps.begin ? STRIP_BUT_FIRST : STRIP_BUT_LAST;
        if (missing > 1) part.x += r.taps.begin * s->x_line;
        s->part[s->parts++] = part;
        if (missing > 1) {
            place alone = {p->kd, p->kh + r.taps.begin, met, p->k, p->count};
            if (s->fresh) place_zero(a, p);
            s->fresh = false;
            place_strip(a, &alone, s);
        }
    }
    if (s->parts > 0) place_strip(a, p, s);
}

// All lines of taps that begin at kernel column k.
static void chains_lines(const chains *a, int64_t k, int64_t count, strip *s) {
    const tiling *t = &a->tiling;
    int64_t rows = a->g->kernel[1], step = t->along_c ? 1 : t->lines;
    for (int64_t kd = 0; kd < a->g->kernel[0]; kd++) {
        bool meets = kd >= a->taps_d.begin && kd < a->taps_d.end && s->any.end > s->any.begin;
        for (int64_t kh = 0; (meets || a->first) && kh < rows; kh += step) {
            int64_t left = rows - kh;
            place p = {kd, kh, t->along_c || left > t->lines ? t->lines : left, k, count};
            s->fresh = a->first;
            if (meets) place_rows(a, &p, s);
            if (s->fresh) place_zero(a, &p);
        }
    }
}

// Every tap over the block of pixels.
static void chains_block(const chains *a) {
    const fovea__conv_geometry *g = a->g;
    int64_t x_row = g->in[2] * FOVEA__LANES, y_row = g->out[2] * FOVEA__LANES;
    strip s = {.x_row = x_row * g->stride[1],
               .x_pixel = g->stride[2] * FOVEA__LANES,
               .x_tap = g->dilation[2] * FOVEA__LANES,
               .x_line = a->tiling.along_c ? g->in[0] * g->in[1] * x_row : g->dilation[1] * x_row,
               .y_row = y_row,
               .y_channel = g->out[0] * g->out[1] * y_row,
               .chain_channel = a->channels * a->taps * FOVEA__LANES,
               .chain_line = (a->tiling.along_c ? a->taps : g->kernel[2]) * FOVEA__LANES};
    int64_t tiles = a->tiling.tiles;
    for (int64_t i = 0; i < tiles; i++) {
        int64_t k = i * g->kernel[2] / tiles, count = (i + 1) * g->kernel[2] / tiles - k;
        strip_columns(a, k, count, &s);
        chains_lines(a, k, count, &s);
    }
}

// Blocks of pixels in the order of the rows: many rows, or where one row is too much, parts of one.
static void chains_pixels(chains *a) {
    const fovea__conv_geometry *g = a->g;
    int64_t fit = BLOCK_BYTES / (a->outputs * FOVEA__LANES * 4);
    int64_t rows = fit / g->out[2] < 1 ? 1 : fit / g->out[2];
    int64_t columns = fit < g->out[2] ? fit : g->out[2];
    for (a->d = 0; a->d < g->out[0]; a->d++) {
        a->taps_d = taps_at(&a->axis[0], a->d);
        for (a->h = 0; a->h < g->out[1]; a->h += a->rows) {
            a->rows = g->out[1] - a->h < rows ? g->out[1] - a->h : rows;
            for (a->w = 0; a->w < g->out[2]; a->w += columns) {
                a->columns = g->out[2] - a->w < columns ? g->out[2] - a->w : columns;
                chains_block(a);
                a->first = false;
            }
        }
    }
}

static void chains_add(const chains *a, float *d_weight) {
    int64_t channels = a->g->c / a->g->groups, first = a->c % channels * a->taps;
    int64_t count = a->channels * a->taps;
    const float *chain = a->chain;
    for (int64_t m = 0; m < a->outputs; m++, chain += count * FOVEA__LANES) {
        float *to = d_weight + (a->o + m) * channels * a->taps + first;
        add_lane_trees(chain, count, to);
    }
}

static void group_weights(chains *a, const float *x, const float *d_y, float *d_weight) {
    float *chain = a->chain;
    for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
        a->x = x + lane;
        a->d_y = d_y + lane;
        a->chain = chain + lane;
        a->first = true;
        chains_pixels(a);
    }
    a->chain = chain;
    chains_add(a, d_weight);
}

static void weight_gradient(const fovea__conv_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    (void)samples;
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups, step_c;
    chains a = {
        .g = g, .tiling = tiling_of(g), .taps = fovea__conv_volume(g->kernel), .chain = scratch};
    for (int i = 0; i < 3; i++) a.axis[i] = forward_axis(g, i);
    step_c = chain_channels(g, &a.tiling);
    int64_t tiles = (outputs + a.tiling.outputs - 1) / a.tiling.outputs;
    for (int64_t group = 0; d_weight && group < g->groups; group++) {
        for (int64_t i = 0; i < tiles; i++) {
            int64_t begin = i * outputs / tiles, end = (i + 1) * outputs / tiles;
            a.o = group * outputs + begin;
            a.outputs = end - begin;
            for (int64_t c = 0; c < channels; c += step_c) {
                a.c = group * channels + c;
                a.channels = channels - c < step_c ? channels - c : step_c;
                group_weights(&a, x, d_y, d_weight);
            }
        }
    }
    if (d_bias) bias_gradient(g, d_y, d_bias);
}
