// SPDX-License-Identifier: MIT
// Operators that treat every channel by itself: their own forward on some
// channels of one sample.
#include <string.h>

#include "plan/plain.h"

// Parts of one sample, and the numbers below which starting another worker
// costs more than it brings.
#define PARTS 16
#define WORTH_A_PART 8192

static bool is_pooling(const fovea__op *op) {
    static const char *const names[] = {"MaxPool", "AveragePool", "GlobalAveragePool",
                                        "AdaptiveAveragePool"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(op->name, names[i]) == 0) return true;
    return false;
}

static bool same_shape(const fovea__value *a, const fovea__value *b) {
    return fovea_shape_equal(&a->signature.shape, &b->signature.shape);
}

// Pooling; elementwise functions whose inputs all have the shape of the output.
static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    const fovea__value *out = &graph->value[node->out[0]];
    if (!fovea__plain_has_samples(out) || out->signature.shape.rank < 2 || node->out_count != 1)
        return false;
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

// Channels [begin, end) of one sample.
static void narrow(fovea_view *view, int64_t sample, int64_t begin, int64_t end) {
    int64_t size = fovea_shape_count(&view->shape) / view->shape.dim[0];
    int64_t channel = size / view->shape.dim[1];
    view->data = (float *)view->data + sample * size + begin * channel;
    view->shape.dim[0] = 1;
    view->shape.dim[1] = end - begin;
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)scratch;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    int64_t count = parts(lowered, false), channels = channels_of(lowered);
    int64_t begin = part * channels / count, end = (part + 1) * channels / count;
    for (int32_t i = 0; i < call.in_count; i++) narrow(&in[i], sample, begin, end);
    narrow(&out[0], sample, begin, end);
    lowered->node->op->forward(&call, NULL);
}

const fovea__plain_family fovea__plain_channels = {
    .accepts = accepts, .parts = parts, .forward = forward};
