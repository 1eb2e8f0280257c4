// SPDX-License-Identifier: MIT
// Convolution, maximum pooling and perhaps an activation as one step. Forward walks over blocks of
// rows: the convolution's rows stand in the worker's scratch only until they are pooled. What is
// kept is the result and, in a byte each, which element of its window won. Backward spreads the
// gradient from that, some output channels at a time, and sums the weights' gradient while it is
// near; the gradient of the convolution's output is never whole unless the input wants its own.
#include "base/memory.h"
#include "kernels/pool/pool.h"
#include "kernels/splitting.h"
#include "layers/geometry.h"
#include "plan/n16_conv.h"

#define FORWARD_BYTES (128 << 10)   // of the convolution's rows in a block
#define BACKWARD_BYTES (256 << 10)  // of its gradient at a time
enum { CHANNELS = 4 };              // the fewest worth a call, and what their number is rounded to

typedef struct {
    fovea__conv_detail conv;
    fovea__pool_geometry pool;
    const fovea__pool_variant *pooling;
    const fovea__unary_variant *unary;  // NULL: no activation
    fovea__unary activation;            // of those fuse.c takes: without constants
    int64_t rows;                       // pooled rows of a block
    int64_t channels;                   // whose gradient is spread at a time
    int64_t block, d_conv, d_pool;  // floats of the scratch: forward; backward, of which the first
} detail_t;

// The convolution's rows [first, last) under pooled rows [from, to).
typedef struct {
    int64_t first, last;
} row_range;

static row_range rows_under(const fovea__pool_geometry *pool, int64_t from, int64_t to) {
    int64_t first = from * pool->stride[1] - pool->pad[1];
    int64_t last =
        (to - 1) * pool->stride[1] - pool->pad[1] + (pool->kernel[1] - 1) * pool->dilation[1] + 1;
    return (row_range){first < 0 ? 0 : first, last > pool->in[1] ? pool->in[1] : last};
}

static int64_t most(int64_t a, int64_t b) {
    return a > b ? a : b;
}

// Nearly equal blocks of rows, and the largest of them.
static void choose_rows(detail_t *detail) {
    const fovea__pool_geometry *pool = &detail->pool;
    int64_t row = pool->channels * pool->in[2] * FOVEA__LANES, out = pool->out[1];
    int64_t fit = FORWARD_BYTES / (int64_t)sizeof(float) / (row * pool->stride[1]);
    int64_t blocks = (out + most(fit, 1) - 1) / most(fit, 1);
    detail->rows = (out + blocks - 1) / blocks;
    for (int64_t from = 0; from < out; from += detail->rows) {
        int64_t to = from + detail->rows < out ? from + detail->rows : out;
        row_range range = rows_under(pool, from, to);
        detail->block = most(detail->block, (range.last - range.first) * row);
    }
}

static void choose_channels(detail_t *detail, bool whole) {
    const fovea__pool_geometry *pool = &detail->pool;
    int64_t plane = pool->in[1] * pool->in[2] * FOVEA__LANES, tile, first;
    int64_t fit = BACKWARD_BYTES / (int64_t)sizeof(float) / plane / CHANNELS * CHANNELS;
    detail->channels = most(fit, CHANNELS);
    if (detail->conv.geometry.groups != 1 || detail->channels > pool->channels)
        detail->channels = pool->channels;
    tile = most(fovea__conv_tile(&detail->conv, 0, &first), detail->channels);
    detail->d_conv = (whole ? pool->channels : tile) * plane;
    detail->d_pool = tile * (pool->out[1] * pool->out[2] + 1) * FOVEA__LANES;
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    detail_t *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    const fovea__fusion *fusion = plan->fusion[lowered->index];
    fovea_shape out = fovea__out_signature(lowered).shape;
    fovea__conv_detail_fill(plan, lowered, &fusion->part[0].attributes, &fusion->shape,
                            &detail->conv);
    detail->pool =
        fovea__pool_geometry_of(&fusion->part[1].attributes, FOVEA__POOL_MAX, &fusion->shape, &out);
    detail->pooling = fovea__pool_choose(fovea__context_cpu(plan->context));
    if (fusion->parts == 3) {
        const fovea__node *activation = &fusion->part[2];
        detail->unary = fovea__unary_choose(fovea__context_cpu(plan->context));
        fovea__unary_of(activation->op, &activation->attributes, &detail->activation);
    }
    choose_rows(detail);
    choose_channels(detail, fovea__wants(lowered, 0));
    int64_t backward = plan->backward ? detail->d_conv + detail->d_pool : 0;
    *scratch = (size_t)most(detail->block, backward) * sizeof(float) +
               detail->conv.kernel->scratch(&detail->conv.geometry);
    return FOVEA_OK;
}

// The winners of group g; NULL where there is no way back.
static uint8_t *winners_at(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g) {
    if (lowered->node->out_count < 2) return NULL;
    fovea_value v = lowered->node->out[1];
    return (uint8_t *)bound->value[v] + g * bound->value_stride[v];
}

static void pool_rows(const detail_t *detail, int32_t samples, int64_t from, int64_t to,
                      row_range range, const float *src, float *y, uint8_t *winner) {
    fovea__pool_geometry part = detail->pool;
    part.channels = 1;
    part.in[1] = range.last - range.first;
    part.out[1] = to - from;
    part.pad[1] = range.first - (from * part.stride[1] - part.pad[1]);
    int64_t plane = part.in[1] * part.in[2] * FOVEA__LANES;
    int64_t count = part.out[1] * part.out[2] * FOVEA__LANES;
    int64_t out_plane = detail->pool.out[1] * part.out[2] * FOVEA__LANES;
    int64_t at = from * part.out[2] * FOVEA__LANES;
    for (int64_t c = 0; c < detail->pool.channels; c++, src += plane, at += out_plane) {
        if (winner)
            detail->pooling->forward_index(&part, FOVEA__LAYOUT_N16, samples, src, y + at,
                                           winner + at);
        else
            detail->pooling->forward(&part, FOVEA__LAYOUT_N16, samples, src, y + at);
        if (detail->unary)
            detail->unary->forward(detail->activation.kind, (float)detail->activation.alpha,
                                   (float)detail->activation.beta, count, y + at, y + at);
    }
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                    uint8_t *scratch) {
    const detail_t *detail = lowered->detail;
    int32_t samples = fovea__group_samples(&bound->split, g);
    float *block = (float *)scratch, *rest = block + detail->block;
    int64_t out = detail->pool.out[1];
    for (int64_t from = 0; from < out; from += detail->rows) {
        int64_t to = from + detail->rows < out ? from + detail->rows : out;
        row_range range = rows_under(&detail->pool, from, to);
        fovea__conv_geometry part = detail->conv.geometry;
        part.out[1] = range.last - range.first;
        part.pad[1] -= range.first * part.stride[1];
        detail->conv.kernel->forward(&part, samples, fovea__in_at(lowered, bound, 0, g),
                                     fovea__conv_weight(lowered, bound),
                                     fovea__conv_bias(lowered, bound), block, rest);
        pool_rows(detail, samples, from, to, range, block, fovea__out_at(lowered, bound, g),
                  winners_at(lowered, bound, g));
    }
}

// The gradient of channels [first, first + count) of the convolution's output. Where it can be had
// on the way, the bias gradient is added, too (d_bias: of all channels, may be NULL): whether it was.
static bool spread(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                   int64_t first, int64_t count, float *d_pool, float *d_conv, float *d_bias) {
    const detail_t *detail = lowered->detail;
    fovea__pool_geometry part = detail->pool;
    int64_t plane = part.out[1] * part.out[2] * FOVEA__LANES, at = first * plane;
    const float *d_y = fovea__d_out_at(lowered, bound, g) + at;
    if (detail->unary) {
        const float *y = fovea__out_at(lowered, bound, g) + at;
        detail->unary->backward(detail->activation.kind, (float)detail->activation.alpha,
                                (float)detail->activation.beta, count * plane, y, y, d_y, d_pool);
        d_y = d_pool;
    }
    part.channels = count;
    const uint8_t *winner = winners_at(lowered, bound, g) + at;
    float *sums = d_pool + count * plane;
    if (d_bias && detail->pooling->backward_sums(&part, winner, d_y, d_conv, sums)) {
        for (int64_t c = 0; c < count; c++)
            d_bias[first + c] += fovea__lane_tree_f32(sums + c * FOVEA__LANES);
        return true;
    }
    detail->pooling->backward_index(&part, FOVEA__LAYOUT_N16,
                                    fovea__group_samples(&bound->split, g), winner, d_y, d_conv);
    return false;
}

static void add_weights(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                        int64_t first, int64_t count, const float *d_conv, float *d_weight,
                        float *d_bias, void *scratch) {
    fovea__conv_geometry part = ((const detail_t *)lowered->detail)->conv.geometry;
    part.o = count;
    int64_t taps = part.c / part.groups * part.kernel[0] * part.kernel[1] * part.kernel[2];
    ((const detail_t *)lowered->detail)
        ->conv.kernel->weight_gradient(&part, fovea__group_samples(&bound->split, g),
                                       fovea__in_at(lowered, bound, 0, g), d_conv,
                                       d_weight ? d_weight + first * taps : NULL,
                                       d_bias ? d_bias + first : NULL, scratch);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                     float *const *d_in, uint8_t *scratch) {
    const detail_t *detail = lowered->detail;
    const fovea__conv_detail *conv = &detail->conv;
    float *d_weight = fovea__slot_part(lowered, bound, 1, g);
    float *d_bias = fovea__slot_part(lowered, bound, 2, g);
    float *d_conv = (float *)scratch, *d_pool = d_conv + detail->d_conv;
    float *rest = d_pool + detail->d_pool;
    int64_t outputs = conv->geometry.o;
    int64_t plane = detail->pool.in[1] * detail->pool.in[2] * FOVEA__LANES;
    if (!d_weight && !d_bias && !d_in[0]) return;
    for (int64_t first = 0; first < outputs; first += detail->channels) {
        int64_t left = outputs - first;
        int64_t count = left < detail->channels ? left : detail->channels;
        float *part = d_in[0] ? d_conv + first * plane : d_conv;
        bool summed = spread(lowered, bound, g, first, count, d_pool, part, d_bias);
        float *bias = summed ? NULL : d_bias;
        if (d_weight || bias)
            add_weights(lowered, bound, g, first, count, part, d_weight, bias, rest);
    }
    if (d_in[0])
        conv->kernel->input_gradient(&conv->geometry, fovea__group_samples(&bound->split, g),
                                     d_conv, fovea__conv_weight(lowered, bound), d_in[0], rest);
}

// A tile of a weight without partial sums.
static void weight_gradient(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            int64_t tile, float *d_weight, float *d_bias, uint8_t *scratch) {
    const detail_t *detail = lowered->detail;
    float *d_conv = (float *)scratch, *d_pool = d_conv + detail->d_conv;
    int64_t first, count = fovea__conv_tile(&detail->conv, tile, &first);
    bool summed = spread(lowered, bound, g, first, count, d_pool, d_conv, d_bias);
    add_weights(lowered, bound, g, first, count, d_conv, d_weight, summed ? NULL : d_bias,
                d_pool + detail->d_pool);
}

const fovea__n16_family fovea__n16_conv_pool = {.op = "Conv+MaxPool",
                                                .prepare = prepare,
                                                .begin = fovea__conv_begin,
                                                .forward = forward,
                                                .backward = backward,
                                                .weight_gradient = weight_gradient,
                                                .tiles = fovea__conv_tiles,
                                                .joint = true};

// What is left where a fusion took a node away.
const fovea__n16_family fovea__n16_nothing = {.op = "Nothing"};
