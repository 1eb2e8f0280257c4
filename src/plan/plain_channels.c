// SPDX-License-Identifier: MIT
// Operators that treat every channel by itself: their own functions on some
// channels of one sample.
#include <string.h>

#include "kernels/binary/binary.h"
#include "plan/plain.h"

// Parts of one sample, and the numbers below which starting another worker
// costs more than it brings.
#define PARTS 16
#define WORTH_A_PART 8192

static bool is_pooling(const fovea__op *op) {
    static const char *const names[] = {"MaxPool", "AveragePool", "GlobalMaxPool",
                                        "GlobalAveragePool", "AdaptiveAveragePool"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(op->name, names[i]) == 0) return true;
    return false;
}

static bool same_shape(const fovea__value *a, const fovea__value *b) {
    return fovea_shape_equal(&a->signature.shape, &b->signature.shape);
}

// Its statistics are those it has learnt: a plan for training does not come here.
static bool is_batchnorm(const fovea__node *node) {
    return strcmp(node->op->name, "BatchNormalization") == 0;
}

// Pooling; batch normalisation; elementwise functions whose inputs all have the shape of the output.
static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    const fovea__value *out = &graph->value[node->out[0]];
    if (!fovea__plain_has_samples(out) || out->signature.shape.rank < 2) return false;
    if (is_batchnorm(node)) return true;
    if (node->out_count != 1) return false;
    if (is_pooling(node->op)) return true;
    if (!(node->op->traits & FOVEA__ELEMENTWISE) || node->op->traits & FOVEA__RANDOM) return false;
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] < 0 || !same_shape(&graph->value[node->in[i]], out)) return false;
    return true;
}

static int64_t channels_of(const fovea__lowered *lowered) {
    return lowered->graph->value[lowered->node->out[0]].signature.shape.dim[1];
}

static int64_t parts(const fovea__lowered *lowered, bool backward) {
    (void)backward;
    const fovea_graph *graph = lowered->graph;
    int64_t worth = fovea__sample_size(&graph->value[lowered->node->in[0]]) / WORTH_A_PART;
    int64_t most = channels_of(lowered) < PARTS ? channels_of(lowered) : PARTS;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    (void)plan, (void)error;
    if (fovea__wants(lowered, 0) && fovea__accumulates(lowered, 0))
        *scratch = (size_t)fovea__sample_size(&lowered->graph->value[lowered->node->in[0]]) *
                   sizeof(float);
    return FOVEA_OK;
}

static fovea__plain_extent extent(const fovea__lowered *lowered, int64_t part) {
    int64_t count = parts(lowered, false), channels = channels_of(lowered);
    const fovea__value *out = &lowered->graph->value[lowered->node->out[0]];
    return (fovea__plain_extent){part * channels / count, (part + 1) * channels / count, 0,
                                 fovea__sample_size(out) / channels};
}

// Some channels of one sample; of numbers [begin, end) of one channel where they are not all.
typedef struct {
    int64_t sample, channel, channel_end, begin, end;
    bool whole;  // all numbers of the channels
} section;

static section section_of(int64_t sample, const fovea__plain_extent *extent) {
    return (section){sample,        extent->channel, extent->channel_end,
                     extent->begin, extent->end,     true};
}

static void narrow(fovea_view *view, section at) {
    int64_t size = fovea_shape_count(&view->shape) / view->shape.dim[0];
    int64_t channel = size / view->shape.dim[1];
    int64_t first = at.sample * size + at.channel * channel + (at.whole ? 0 : at.begin);
    view->data = (uint8_t *)view->data + (size_t)first * fovea_type_size(view->type);
    view->shape.dim[0] = 1;
    view->shape.dim[1] = at.channel_end - at.channel;
    for (int32_t d = 2; !at.whole && d < view->shape.rank; d++)
        view->shape.dim[d] = d == 2 ? at.end - at.begin : 1;
}

// Of one number a channel.
static void narrow_numbers(fovea_view *view, section at) {
    view->data = (uint8_t *)view->data + (size_t)at.channel * fovea_type_size(view->type);
    view->shape.dim[0] = at.channel_end - at.channel;
}

static fovea__call narrow_call(const fovea__lowered *lowered, const fovea__bound *bound, section at,
                               fovea_view in[FOVEA__MAX_INPUTS],
                               fovea_view out[FOVEA__MAX_OUTPUTS]) {
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    bool numbers = is_batchnorm(lowered->node);
    narrow(&in[0], at);
    narrow(&out[0], at);
    for (int32_t i = 1; i < call.in_count; i++)
        numbers ? narrow_numbers(&in[i], at) : narrow(&in[i], at);
    // The running statistics that are handed on are the same for all: what is first writes them.
    for (int32_t i = 1; i < call.out_count; i++) {
        narrow_numbers(&out[i], at);
        if (at.sample > 0 || at.begin > 0) out[i].data = NULL;
    }
    return call;
}

// To the next channel: of a value like the output, or with one number a channel.
static void advance(fovea_view *view, int64_t channels, const fovea__value *value) {
    size_t numbers = (size_t)(fovea__sample_size(value) / channels);
    if (value->signature.shape.rank == 1) numbers = 1;
    if (view->data) view->data = (uint8_t *)view->data + numbers * fovea_type_size(view->type);
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)scratch;
    const fovea__lowered *leader = lowered->leader ? lowered->leader : lowered;
    fovea__plain_extent made = leader->parts->extent(leader, part);
    section at = section_of(sample, &made);
    const fovea__value *value = lowered->graph->value, *y = &value[lowered->node->out[0]];
    int64_t pixels = fovea__sample_size(y) / channels_of(lowered);
    at.whole = made.end - made.begin == pixels;
    if (!at.whole) at.channel_end = at.channel + 1;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = narrow_call(lowered, bound, at, in, out);
    lowered->node->op->forward(&call, NULL);
    for (int64_t c = at.channel_end; c < made.channel_end; c++) {
        for (int32_t i = 0; i < call.in_count; i++)
            advance(&in[i], channels_of(lowered), &value[lowered->node->in[i]]);
        for (int32_t i = 0; i < call.out_count; i++)
            advance(&out[i], channels_of(lowered), &value[lowered->node->out[i]]);
        lowered->node->op->forward(&call, NULL);
    }
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch) {
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS], d_in[FOVEA__MAX_INPUTS];
    fovea__plain_extent made = extent(lowered, part);
    section at = section_of(sample, &made);
    fovea__call call = narrow_call(lowered, bound, at, in, out);
    fovea_view d_out = fovea__plain_view(bound, lowered->node->out[0], bound->gradient);
    fovea_view gradient = fovea__plain_view(bound, lowered->node->in[0], bound->gradient);
    narrow(&d_out, at);
    narrow(&gradient, at);
    for (int32_t i = 0; i < call.in_count; i++)
        d_in[i] = (fovea_view){in[i].type, in[i].shape, NULL};
    bool add = fovea__accumulates(lowered, 0);
    d_in[0].data = add ? scratch : gradient.data;
    lowered->node->op->vjp(&call, &d_out, d_in, NULL);
    if (add)
        fovea__binary_accumulate_f32(fovea_shape_count(&gradient.shape), d_in[0].data,
                                     gradient.data);
}

static bool follows(const fovea__lowered *lowered) {
    return !is_pooling(lowered->node->op);
}

const fovea__plain_family fovea__plain_channels = {.accepts = accepts,
                                                   .prepare = prepare,
                                                   .parts = parts,
                                                   .forward = forward,
                                                   .backward = backward,
                                                   .extent = extent,
                                                   .follows = follows};
