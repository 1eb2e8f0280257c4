// SPDX-License-Identifier: MIT
// The chains of one sample: some output channels, in the lanes, by some input channels and all taps.
// The picture is taken in blocks of output pixels, whose d_y is turned into the lanes and stays near
// for all chains; between blocks these rest in memory.
#ifndef FOVEA_KERNELS_CONV_PART_WEIGHTS_WALK_H
#define FOVEA_KERNELS_CONV_PART_WEIGHTS_WALK_H

#include "kernels/conv/conv_part_weights_tiles.h"
#include "kernels/conv/conv_turn.h"

// Bytes of d_y in a block. Paired blocks need x turned too, which those with more rows do with
// fewer times.
#define BLOCK_BYTES (28 << 10)
#define PAIRED_BLOCK_BYTES (96 << 10)

// What the chains are of. `paired`: a lane has input channels of its own (groups of few outputs);
// else all outputs are of one group.
typedef struct job {
    const fovea__conv_geometry *g;
    bool paired, bias;
    int64_t vectors, o, outputs;    // outputs [o, o + outputs) of all, in so many vectors
    int64_t first_c, c, channels;   // input channels [c, c + channels) of the group from first_c on
    int64_t taps, lines;            // chains of an output: channels * taps, then its bias
    int64_t rows, columns;          // of a block, at most
    int64_t box_rows, box_columns;  // of x under it, where it is paired, at most
    int64_t tile_lines, tile_columns;
    float *y, *x, *chain;  // scratch: d_y of a block, x, chains [vectors][lines][WIDTH]
} job;

// Output pixels of a block.
typedef struct block {
    int64_t d, h, rows, w, columns;
    bool fresh;  // the first
} block;

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}
static int64_t pieces(int64_t all, int64_t size) {
    return (all + size - 1) / size;
}

// to[i][lane] = plane[lane][i] for i in [0, count), lane in [0, lanes), lanes a multiple of WIDTH.
static void turn_run(const float *const *plane, int64_t at, int64_t count, int64_t lanes,
                     float *to) {
    if (count < WIDTH) {
        for (int64_t i = 0; i < count; i++) {
            for (int64_t lane = 0; lane < lanes; lane++) to[i * lanes + lane] = plane[lane][at + i];
        }
        return;
    }
    for (int64_t lane = 0; lane < lanes; lane += WIDTH) {
        for (int64_t done = 0; done < count; done += WIDTH) {
            // The last one may repeat numbers of the one before.
            int64_t i = least(done, count - WIDTH);
            vec square[WIDTH];
            UNROLL for (int l = 0; l < WIDTH; l++) square[l] = vec_load(plane[lane + l] + at + i);
            turn(square);
            UNROLL for (int l = 0; l < WIDTH; l++)
                vec_store(to + (i + l) * lanes + lane, square[l]);
        }
    }
}

// rows × columns of planes `width` wide, from `at` on, into the lanes.
static void turn_box(const float *const *plane, int64_t at, int64_t width, int64_t rows,
                     int64_t columns, int64_t lanes, float *to) {
    if (columns == width) {
        turn_run(plane, at, rows * columns, lanes, to);
        return;
    }
    for (int64_t r = 0; r < rows; r++)
        turn_run(plane, at + r * width, columns, lanes, to + r * columns * lanes);
}

// The planes of d_y, in the order of the lanes; lanes without an output repeat the last one.
static void turn_gradient(const job *j, const block *b, const float *d_y) {
    const fovea__conv_geometry *g = j->g;
    const float *plane[TILE_VECTORS * WIDTH];
    int64_t volume = fovea__conv_volume(g->out), lanes = j->vectors * WIDTH;
    for (int64_t i = 0; i < lanes; i++) plane[i] = d_y + (j->o + least(i, j->outputs - 1)) * volume;
    turn_box(plane, (b->d * g->out[1] + b->h) * g->out[2] + b->w, g->out[2], b->rows, b->columns,
             lanes, j->y);
}

// Those of x that the lanes' own input channel c is.
static void turn_input(const job *j, int64_t c, int64_t d, fovea__conv_range rows,
                       fovea__conv_range columns, const float *x) {
    const fovea__conv_geometry *g = j->g;
    const float *plane[TILE_VECTORS * WIDTH];
    int64_t volume = fovea__conv_volume(g->in), lanes = j->vectors * WIDTH;
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups;
    for (int64_t i = 0; i < lanes; i++) {
        int64_t o = j->o + least(i, j->outputs - 1);
        plane[i] = x + (o / outputs * channels + c) * volume;
    }
    turn_box(plane, (d * g->in[1] + rows.begin) * g->in[2] + columns.begin, g->in[2],
             rows.end - rows.begin, columns.end - columns.begin, lanes, j->x);
}

// From the first to the last that outputs [begin, begin + count) read along dimension i.
static fovea__conv_range under(const fovea__conv_geometry *g, int i, int64_t begin, int64_t count) {
    int64_t from = begin * g->stride[i] - g->pad[i];
    int64_t to = from + (count - 1) * g->stride[i] + (g->kernel[i] - 1) * g->dilation[i] + 1;
    fovea__conv_range all = {from < 0 ? 0 : from, least(to, g->in[i])};
    if (all.end < all.begin) all.end = all.begin;
    return all;
}

// The outputs in [begin, begin + count) along dimension i that tap k reaches, counted from `begin`.
static fovea__conv_range reached(const fovea__conv_geometry *g, int i, int64_t k, int64_t begin,
                                 int64_t count) {
    int64_t offset = begin * g->stride[i] - g->pad[i] + k * g->dilation[i];
    fovea__conv_range r = fovea__conv_inside(count, g->stride[i], offset, g->in[i]);
    if (r.end < r.begin) r.end = r.begin;
    return r;
}

// Taps k ... k + count - 1 of a row.
static void strip_columns(const job *j, const block *b, int64_t k, int64_t count, strip *s) {
    s->any = (fovea__conv_range){b->columns, 0};
    s->all = (fovea__conv_range){0, b->columns};
    for (int64_t t = 0; t < count; t++) {
        fovea__conv_range r = reached(j->g, 2, k + t, b->w, b->columns);
        s->column[t] = r;
        if (r.end == r.begin) {
            s->all.end = 0;
            continue;
        }
        s->any.begin = least(s->any.begin, r.begin);
        if (r.end > s->any.end) s->any.end = r.end;
        if (r.begin > s->all.begin) s->all.begin = r.begin;
        s->all.end = least(s->all.end, r.end);
    }
    if (s->all.end <= s->all.begin) s->all.begin = s->all.end = s->any.end;
}

// Where x is for the taps: the sample's own planes, or what was turned of them.
typedef struct source {
    const float *x;                 // row and column 0 of plane 0, perhaps before the buffer
    int64_t row, pixel, line, tap;  // floats from one to the next
} source;

// All taps in plane kd of input channels [c, c + channels), `lines` of them a tile.
static void all_taps(const job *j, const block *b, int64_t kd, bool meets, const source *from,
                     int64_t c, int64_t channels) {
    const fovea__conv_geometry *g = j->g;
    int64_t lanes = j->vectors * WIDTH, cuts = pieces(g->kernel[2], j->tile_columns);
    strip s = {.y_row = b->columns * lanes,
               .x_row = g->stride[1] * from->row,
               .x_pixel = g->stride[2] * from->pixel,
               .x_line = from->line,
               .chain_vector = j->lines * WIDTH,
               .chain_line = j->taps * WIDTH,
               .fresh = b->fresh};
    int64_t h = b->h * g->stride[1] - g->pad[1], w = b->w * g->stride[2] - g->pad[2];
    for (int64_t kh = 0; kh < g->kernel[1]; kh++) {
        fovea__conv_range rows = reached(g, 1, kh, b->h, b->rows);
        s.rows = meets ? rows.end - rows.begin : 0;
        s.y = j->y + rows.begin * s.y_row;
        for (int64_t i = 0; i < cuts; i++) {
            int64_t k = i * g->kernel[2] / cuts, count = (i + 1) * g->kernel[2] / cuts - k;
            strip_columns(j, b, k, count, &s);
            if (s.any.end <= s.any.begin) s.any.end = s.any.begin = s.all.begin = s.all.end = 0;
            if (!b->fresh && (s.rows == 0 || s.any.end == 0)) continue;
            int64_t tap = (kd * g->kernel[1] + kh) * g->kernel[2] + k;
            s.x = from->x + rows.begin * s.x_row + (h + kh * g->dilation[1]) * from->row +
                  w * from->pixel + k * from->tap;
            s.chain = j->chain + ((c - j->c) * j->taps + tap) * WIDTH;
            (j->paired ? paired_table[j->vectors][channels]
                       : shared_table[j->vectors][channels])[count](&s);
        }
    }
}

// Input channels in nearly equal tiles.
static void shared_block(const job *j, const block *b, const float *x) {
    const fovea__conv_geometry *g = j->g;
    int64_t plane = g->in[1] * g->in[2], volume = fovea__conv_volume(g->in);
    int64_t tiles = pieces(j->channels, j->tile_lines);
    source from = {.row = g->in[2], .pixel = 1, .line = volume, .tap = g->dilation[2]};
    for (int64_t i = 0; i < tiles; i++) {
        int64_t c = j->c + i * j->channels / tiles, end = j->c + (i + 1) * j->channels / tiles;
        for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
            int64_t d = b->d * g->stride[0] - g->pad[0] + kd * g->dilation[0];
            bool meets = d >= 0 && d < g->in[0];
            from.x = x + (j->first_c + c) * volume + d * plane;
            all_taps(j, b, kd, meets, &from, c, end - c);
        }
    }
}

static void paired_block(const job *j, const block *b, const float *x) {
    const fovea__conv_geometry *g = j->g;
    int64_t lanes = j->vectors * WIDTH;
    fovea__conv_range rows = under(g, 1, b->h, b->rows), columns = under(g, 2, b->w, b->columns);
    source from = {.row = (columns.end - columns.begin) * lanes,
                   .pixel = lanes,
                   .tap = g->dilation[2] * lanes};
    from.x = j->x - rows.begin * from.row - columns.begin * lanes;
    for (int64_t c = j->c; c < j->c + j->channels; c++) {
        for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
            int64_t d = b->d * g->stride[0] - g->pad[0] + kd * g->dilation[0];
            bool meets = d >= 0 && d < g->in[0];
            if (meets) turn_input(j, c, d, rows, columns, x);
            all_taps(j, b, kd, meets, &from, c, 1);
        }
    }
}

// The chain of the bias takes every pixel.
static void bias_block(const job *j, const block *b) {
    for (int64_t v = 0; v < j->vectors; v++) {
        float *chain = j->chain + (v * j->lines + j->lines - 1) * WIDTH;
        const float *y = j->y + v * WIDTH;
        vec sum = b->fresh ? vec_splat(0.0f) : vec_load(chain);
        for (int64_t i = 0; i < b->rows * b->columns; i++)
            sum = vec_add(sum, vec_load(y + i * j->vectors * WIDTH));
        vec_store(chain, sum);
    }
}

// All blocks in the order of the rows; x and d_y are the sample's.
static void sample_chains(const job *j, const float *x, const float *d_y) {
    const fovea__conv_geometry *g = j->g;
    int64_t down = pieces(g->out[1], j->rows), across = pieces(g->out[2], j->columns);
    block b = {.fresh = true};
    for (b.d = 0; b.d < g->out[0]; b.d++) {
        for (int64_t i = 0; i < down; i++) {
            b.h = i * g->out[1] / down;
            b.rows = (i + 1) * g->out[1] / down - b.h;
            for (int64_t k = 0; k < across; k++) {
                b.w = k * g->out[2] / across;
                b.columns = (k + 1) * g->out[2] / across - b.w;
                turn_gradient(j, &b, d_y);
                j->paired ? paired_block(j, &b, x) : shared_block(j, &b, x);
                if (j->bias) bias_block(j, &b);
                b.fresh = false;
            }
        }
    }
}

#endif
