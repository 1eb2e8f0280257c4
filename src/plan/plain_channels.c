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

// Channels of one sample.
typedef struct {
    int64_t sample, begin, end;
} section;

static section section_of(const fovea__lowered *lowered, int64_t sample, int64_t part) {
    int64_t count = parts(lowered, false), channels = channels_of(lowered);
    return (section){sample, part * channels / count, (part + 1) * channels / count};
}

static void narrow(fovea_view *view, section at) {
    int64_t size = fovea_shape_count(&view->shape) / view->shape.dim[0];
    int64_t channel = size / view->shape.dim[1];
    view->data = (uint8_t *)view->data +
                 (size_t)(at.sample * size + at.begin * channel) * fovea_type_size(view->type);
    view->shape.dim[0] = 1;
    view->shape.dim[1] = at.end - at.begin;
}

// Of one number a channel.
static void narrow_numbers(fovea_view *view, section at) {
    view->data = (uint8_t *)view->data + (size_t)at.begin * fovea_type_size(view->type);
    view->shape.dim[0] = at.end - at.begin;
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
    // The running statistics that are handed on are the same for every sample: the first writes them.
    for (int32_t i = 1; i < call.out_count; i++) {
        narrow_numbers(&out[i], at);
        if (at.sample > 0) out[i].data = NULL;
    }
    return call;
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)scratch;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = narrow_call(lowered, bound, section_of(lowered, sample, part), in, out);
    lowered->node->op->forward(&call, NULL);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch) {
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS], d_in[FOVEA__MAX_INPUTS];
    section at = section_of(lowered, sample, part);
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

const fovea__plain_family fovea__plain_channels = {.accepts = accepts,
                                                   .prepare = prepare,
                                                   .parts = parts,
                                                   .forward = forward,
                                                   .backward = backward};
