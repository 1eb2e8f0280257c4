// SPDX-License-Identifier: MIT
// The weight gradient in parts for one vector width. Output channels are in the lanes: d_y is
// turned, x spread over all lanes, or turned too where groups have few outputs. The including file
// sets PART_WEIGHTS, the kernel's name, PART_CPU and PART_TEXT.
#include "kernels/conv/conv_part_weights.h"
#include "kernels/conv/conv_part_weights_walk.h"
#include "kernels/splitting.h"

// Parts there should be; chains of an output in one, where there are as many: so few that they stay
// in the cache for all samples, so many that turning d_y does not count.
#define PARTS 16
#define MOST_LINES 576
#define FEWEST_LINES 192
// Taps that scratch is for, and bytes of x turned.
#define MOST_TAPS 16384
#define MOST_BOX_BYTES (16 << 20)

// How a geometry is cut: output channels of each of `groups` into tiles, input channels into ranges.
typedef struct cut {
    bool paired;
    int64_t groups, outputs, vectors, tiles;
    int64_t channels, taps, ranges;
} cut;

static cut cut_of(const fovea__conv_geometry *g) {
    int64_t outputs = g->o / g->groups;
    cut c = {.paired = g->groups > 1 && outputs <= WIDTH / 2,
             .channels = g->c / g->groups,
             .taps = fovea__conv_volume(g->kernel)};
    c.groups = c.paired ? 1 : g->groups;
    c.outputs = c.paired ? g->o : outputs;
    c.vectors = pieces(c.outputs, WIDTH);
    c.tiles = pieces(c.vectors, TILE_VECTORS);
    int64_t lines = c.channels * c.taps, wanted = pieces(PARTS, c.groups * c.tiles);
    c.ranges = least(wanted, lines / FEWEST_LINES < 1 ? 1 : lines / FEWEST_LINES);
    if (c.ranges < pieces(lines, MOST_LINES)) c.ranges = pieces(lines, MOST_LINES);
    c.ranges = least(c.ranges, c.channels);
    return c;
}

// A convolution of one tap over all pixels has one long row of them.
static fovea__conv_geometry flat(const fovea__conv_geometry *g) {
    fovea__conv_geometry f = *g;
    for (int i = 0; i < 3; i++) {
        if (g->kernel[i] != 1 || g->stride[i] != 1 || g->pad[i] != 0 || g->in[i] != g->out[i])
            return f;
    }
    f.in[0] = f.in[1] = f.out[0] = f.out[1] = 1;
    f.in[2] = f.out[2] = fovea__conv_volume(g->out);
    return f;
}

// Lines of channels by columns of taps: neighbouring taps only where there are few channels.
static void shape_tiles(job *j) {
    int64_t kernel = j->g->kernel[2];
    j->tile_lines = j->paired ? 1 : TILE_TAPS;
    j->tile_columns = 1;
    if (j->g->dilation[2] > 1 || kernel == 1) return;
    if (!j->paired && j->channels * 3 >= TILE_TAPS * 2) return;
    j->tile_columns = pieces(kernel, pieces(kernel, TILE_COLUMNS));
    if (!j->paired) j->tile_lines = TILE_TAPS / j->tile_columns;
}

static void shape_blocks(job *j, int64_t vectors) {
    const fovea__conv_geometry *g = j->g;
    int64_t pixel = vectors * WIDTH * (int64_t)sizeof(float);
    int64_t fit = (j->paired ? PAIRED_BLOCK_BYTES : BLOCK_BYTES) / pixel;
    j->columns = least(fit, g->out[2]);
    j->rows = least(fit / j->columns, g->out[1]);
    if (!j->paired) return;
    j->box_rows =
        least((j->rows - 1) * g->stride[1] + (g->kernel[1] - 1) * g->dilation[1] + 1, g->in[1]);
    j->box_columns =
        least((j->columns - 1) * g->stride[2] + (g->kernel[2] - 1) * g->dilation[2] + 1, g->in[2]);
}

// Sizes for tiles of all vectors. Returns the bytes of x turned.
static int64_t shape_job(job *j, const fovea__conv_geometry *g, const cut *c) {
    *j = (job){.g = g, .paired = c->paired, .taps = c->taps};
    j->vectors = least(c->vectors, TILE_VECTORS);
    j->channels = pieces(c->channels, c->ranges);
    shape_tiles(j);
    shape_blocks(j, j->vectors);
    return j->box_rows * j->box_columns * j->vectors * WIDTH * (int64_t)sizeof(float);
}

static int64_t doublings(int64_t n) {
    int64_t k = 0;
    while ((int64_t)1 << k < n) k++;
    return k;
}

// Sets of chains the trees over lanes and slots need at once.
static int64_t sets(int64_t samples) {
    fovea__splitting split = fovea__split(samples);
    int64_t slots = split.groups > 1 ? 1 + doublings(split.slots) : 0;
    return 1 + doublings(least(samples, FOVEA__LANES)) + slots;
}

// The batch whose chains are added.
typedef struct batch {
    job *job;
    fovea__splitting split;
    int32_t slots;
    int64_t set;   // floats of a set of chains
    float *chain;  // the sets
    const float *x, *d_y;
    bool add_weight, add_bias;
    float *d_weight, *d_bias;
} batch;

static void add_set(const batch *b, const float *from, float *to) {
    for (int64_t i = 0; i < b->set; i += WIDTH)
        vec_store(to + i, vec_add(vec_load(to + i), vec_load(from + i)));
}

// Lanes lane, lane + step, lane + 2*step ... of a group added as a tree. Lanes without a sample are
// zero: adding them could change the sign of a zero only, which the last addition (store) does.
static void add_lanes(const batch *b, int64_t first, int32_t samples, int32_t step, int32_t lane,
                      float *sum) {
    if (step == FOVEA__LANES) {
        const fovea__conv_geometry *g = b->job->g;
        int64_t n = first + lane;
        b->job->chain = sum;
        sample_chains(b->job, b->x + n * g->c * fovea__conv_volume(g->in),
                      b->d_y + n * g->o * fovea__conv_volume(g->out));
        return;
    }
    add_lanes(b, first, samples, 2 * step, lane, sum);
    if (lane + step >= samples) return;
    add_lanes(b, first, samples, 2 * step, lane + step, sum + b->set);
    add_set(b, sum + b->set, sum);
}

// T(slot, n) of splitting.h.
static void add_slots(const batch *b, int32_t slot, int32_t n, float *sum) {
    if (n > 1) {
        int32_t half = (n + 1) / 2;
        add_slots(b, slot, half, sum);
        add_slots(b, slot + half, n - half, sum + b->set);
        add_set(b, sum + b->set, sum);
        return;
    }
    int64_t begin = fovea__slot_begin(b->split.groups, b->slots, slot);
    int64_t end = fovea__slot_begin(b->split.groups, b->slots, slot + 1);
    for (int64_t i = begin; i < end; i++) {
        float *to = i == begin ? sum : sum + b->set;
        add_lanes(b, i * FOVEA__LANES, fovea__group_samples(&b->split, i), 1, 0, to);
        if (i > begin) add_set(b, to, sum);
    }
}

static inline vec overwrite_or_add(bool add, const float *to, vec sum) {
    sum = vec_add(sum, vec_splat(0.0f));
    return add ? vec_add(vec_load(to), sum) : sum;
}

// One vector of outputs: chain[line][lane] to row `lane` of `to`, rows `step` apart.
static void store_lines(const float *chain, int64_t lines, int64_t lanes, bool add, int64_t step,
                        float *to) {
    int64_t line = 0;
    for (; line + WIDTH <= lines; line += WIDTH) {
        vec square[WIDTH];
        UNROLL for (int i = 0; i < WIDTH; i++) square[i] = vec_load(chain + (line + i) * WIDTH);
        turn(square);
        float turned[WIDTH][WIDTH];
        UNROLL for (int i = 0; i < WIDTH; i++) vec_store(turned[i], square[i]);
        for (int64_t i = 0; i < lanes; i++) {
            float *row = to + i * step + line;
            vec_store(row, overwrite_or_add(add, row, vec_load(turned[i])));
        }
    }
    for (; line < lines; line++) {
        for (int64_t i = 0; i < lanes; i++) {
            float sum = chain[line * WIDTH + i] + 0.0f, *at = to + i * step + line;
            *at = add ? *at + sum : sum;
        }
    }
}

static void store(const batch *b) {
    const job *j = b->job;
    int64_t row = j->g->c / j->g->groups * j->taps, weights = j->lines - j->bias;
    for (int64_t v = 0; v < j->vectors; v++) {
        int64_t o = j->o + v * WIDTH, lanes = least(j->outputs - v * WIDTH, WIDTH);
        const float *chain = b->chain + v * j->lines * WIDTH;
        if (weights)
            store_lines(chain, weights, lanes, b->add_weight, row,
                        b->d_weight + o * row + j->c * j->taps);
        if (j->bias) store_lines(chain + weights * WIDTH, 1, lanes, b->add_bias, 1, b->d_bias + o);
    }
}

// Sums over the batch of what the job has been set to, a weight of so many bytes.
static void sum_batch(batch *b, int64_t bytes) {
    job *j = b->job;
    j->lines = j->channels * j->taps + j->bias;
    b->set = j->vectors * j->lines * WIDTH;
    b->slots = fovea__weight_slots(&b->split, bytes);
    add_slots(b, 0, b->slots, b->chain);
    store(b);
}

static void part_of(const cut *c, int64_t part, job *j) {
    int64_t range = part % c->ranges, tile = part / c->ranges % c->tiles;
    int64_t group = part / c->ranges / c->tiles;
    int64_t first = tile * c->vectors / c->tiles, last = (tile + 1) * c->vectors / c->tiles;
    j->vectors = last - first;
    j->o = group * c->outputs + first * WIDTH;
    j->outputs = least(last * WIDTH, c->outputs) - first * WIDTH;
    j->first_c = group * c->channels;
    j->c = range * c->channels / c->ranges;
    j->channels = (range + 1) * c->channels / c->ranges - j->c;
}

static void run(const fovea__conv_geometry *geometry, int64_t samples, int64_t part,
                bool add_weight, bool add_bias, const float *x, const float *d_y, float *d_weight,
                float *d_bias, void *scratch) {
    fovea__conv_geometry g = flat(geometry);
    cut c = cut_of(&g);
    job j;
    int64_t box = shape_job(&j, &g, &c);
    j.y = scratch;
    j.x = j.y + j.rows * j.columns * j.vectors * WIDTH;
    batch b = {.job = &j,
               .split = fovea__split(samples),
               .x = x,
               .d_y = d_y,
               .chain = j.x + box / (int64_t)sizeof(float),
               .add_weight = add_weight,
               .add_bias = add_bias,
               .d_weight = d_weight,
               .d_bias = d_bias};
    part_of(&c, part, &j);
    int64_t bytes = g.o * c.channels * c.taps * (int64_t)sizeof(float);
    int64_t bias_bytes = g.o * (int64_t)sizeof(float);
    bool bias = d_bias && j.c == 0;
    // The bias is another chain beside those of the weights, where slots are added alike.
    j.bias = bias && d_weight &&
             fovea__weight_slots(&b.split, bytes) == fovea__weight_slots(&b.split, bias_bytes);
    if (d_weight) sum_batch(&b, bytes);
    if (!bias || j.bias) return;
    j.bias = true;
    j.channels = 0;
    sum_batch(&b, bias_bytes);
}

static int64_t parts(const fovea__conv_geometry *geometry) {
    cut c = cut_of(geometry);
    return c.groups * c.tiles * c.ranges;
}

static size_t scratch_of(const fovea__conv_geometry *geometry, int64_t samples) {
    fovea__conv_geometry g = flat(geometry);
    cut c = cut_of(&g);
    job j;
    int64_t box = shape_job(&j, &g, &c);
    int64_t chains = sets(samples) * (j.channels * c.taps + 1);
    int64_t vectors = j.rows * j.columns + chains;
    return (size_t)(box + vectors * j.vectors * WIDTH * (int64_t)sizeof(float));
}

static bool accepts(const fovea__conv_geometry *geometry) {
    fovea__conv_geometry g = flat(geometry);
    cut c = cut_of(&g);
    job j;
    return shape_job(&j, &g, &c) <= MOST_BOX_BYTES && c.taps <= MOST_TAPS;
}

const fovea__conv_part_weights PART_WEIGHTS = {.name = PART_TEXT,
                                               .cpu = PART_CPU,
                                               .accepts = accepts,
                                               .parts = parts,
                                               .scratch = scratch_of,
                                               .run = run};
