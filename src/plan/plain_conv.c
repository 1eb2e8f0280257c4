// SPDX-License-Identifier: MIT
// Convolution of single samples, in parts, and ConvTranspose, which goes the way of a convolution's
// input gradient; the gradients of their weights in parts for all samples. Packed weights stay in the
// workspace from one batch to the next for as long as nobody has written the graph's numbers.
#include <string.h>

#include "base/memory.h"
#include "kernels/binary/binary.h"
#include "kernels/conv/conv_part.h"
#include "kernels/conv/conv_part_weights.h"
#include "layers/geometry.h"
#include "plan/plain.h"

// Packing is cut into so many pieces of channels.
#define PIECES 16

// One direction: its kernel and, in the node's workspace, which writing of the numbers each piece
// has packed, and the packed weights.
typedef struct {
    const fovea__conv_part_kernel *kernel;
    int64_t channels, rows, width, parts;  // of what is made
    size_t packed;                         // floats
    size_t marks_at, floats_at;            // bytes in the node's workspace
} direction;

typedef struct {
    fovea__conv_geometry geometry;
    bool transposed;
    direction way[2];                         // of the node: forward, gradient of its input
    const fovea__conv_part_weights *weights;  // NULL: none for this shape
    size_t sum_at;  // where the input gradient of the whole batch is made before it is added
} conv_detail;

static size_t reserve(size_t *workspace, size_t bytes) {
    size_t at = *workspace;
    *workspace += (bytes + 63) & ~(size_t)63;
    return at;
}

// For the listing: channels and rows of a part.
static void show_part(const conv_detail *detail, bool backward, int64_t tile[3]) {
    const fovea__conv_part_kernel *kernel = detail->way[backward].kernel;
    fovea__conv_part part = fovea__conv_part_at(kernel, &detail->geometry, 0);
    tile[0] = part.channel_end - part.channel;
    tile[1] = part.row_end - part.row;
}

static void prepare_way(const fovea__plan *plan, conv_detail *detail, bool backward,
                        size_t *workspace, size_t *scratch) {
    const fovea__conv_geometry *g = &detail->geometry;
    direction *d = &detail->way[backward];
    fovea__conv_direction way =
        backward != detail->transposed ? FOVEA__CONV_INPUT_GRADIENT : FOVEA__CONV_FORWARD;
    d->kernel = fovea__conv_part_choose(fovea__context_cpu(plan->context), way, g);
    d->channels = fovea__conv_part_channels(g, way);
    d->rows = fovea__conv_part_rows(g, way);
    d->width = way == FOVEA__CONV_FORWARD ? g->out[2] : g->in[2];
    d->parts = fovea__conv_part_count(d->kernel, g);
    d->packed = fovea__conv_part_packed(d->kernel, g);
    if (d->packed) {
        d->marks_at = reserve(workspace, PIECES * sizeof(uint64_t));
        d->floats_at = reserve(workspace, d->packed * sizeof(float));
    }
    size_t needed = fovea__conv_part_scratch(d->kernel, g);
    if (needed > *scratch) *scratch = needed;
}

static void prepare_weights(const fovea__plan *plan, conv_detail *detail, int64_t samples,
                            size_t *scratch) {
    const fovea__conv_geometry *g = &detail->geometry;
    detail->weights = fovea__conv_part_weights_choose(fovea__context_cpu(plan->context), g);
    if (!detail->weights) return;
    size_t needed = detail->weights->scratch(g, samples);
    if (needed > *scratch) *scratch = needed;
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    conv_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    const fovea_graph *graph = lowered->graph;
    const fovea__value *x = &graph->value[lowered->node->in[0]];
    const fovea_shape *w = &graph->value[lowered->node->in[1]].signature.shape;
    const fovea_shape *y = &graph->value[lowered->node->out[0]].signature.shape;
    const fovea__attributes *attributes = &lowered->node->attributes;
    detail->transposed = strcmp(lowered->node->op->name, "ConvTranspose") == 0;
    detail->geometry =
        detail->transposed
            ? fovea__conv_transpose_geometry_of(attributes, &x->signature.shape, w, y)
            : fovea__conv_geometry_of(attributes, &x->signature.shape, w, y);
    prepare_way(plan, detail, false, &lowered->workspace, scratch);
    lowered->kernel = detail->way[0].kernel->name;
    show_part(detail, false, lowered->tile[0]);
    if (fovea__wants(lowered, 1) || fovea__wants(lowered, 2))
        prepare_weights(plan, detail, fovea__value_samples(x, plan->samples), scratch);
    if (detail->weights) lowered->gradient_kernel[1] = detail->weights->name;
    if (!fovea__wants(lowered, 0)) return FOVEA_OK;
    prepare_way(plan, detail, true, &lowered->workspace, scratch);
    lowered->gradient_kernel[0] = detail->way[1].kernel->name;
    show_part(detail, true, lowered->tile[1]);
    if (fovea__accumulates(lowered, 0)) {
        int64_t samples = fovea__value_samples(x, plan->samples);
        size_t bytes = (size_t)(fovea__sample_size(x) * samples) * sizeof(float);
        detail->sum_at = reserve(&lowered->workspace, bytes);
    }
    return FOVEA_OK;
}

static uint8_t *workspace_of(const fovea__lowered *lowered, const fovea__bound *bound) {
    return bound->workspace + lowered->workspace_at;
}

static int64_t packs(const fovea__lowered *lowered, bool backward) {
    return ((const conv_detail *)lowered->detail)->way[backward].packed ? PIECES : 0;
}

static void pack(const fovea__lowered *lowered, const fovea__bound *bound, bool backward,
                 int64_t item) {
    const conv_detail *detail = lowered->detail;
    const direction *d = &detail->way[backward];
    const fovea__numbers *numbers = lowered->graph->numbers;
    uint64_t written = atomic_load(&numbers->written) + 1;
    uint64_t *mark = (uint64_t *)(workspace_of(lowered, bound) + d->marks_at) + item;
    if (*mark == written && !atomic_load(&numbers->exposed)) return;
    int64_t step = fovea__conv_part_channel_step(d->kernel, &detail->geometry);
    int64_t steps = (d->channels + step - 1) / step;
    fovea__conv_part part = {.channel = item * steps / PIECES * step,
                             .channel_end = (item + 1) * steps / PIECES * step};
    if (part.channel_end > d->channels) part.channel_end = d->channels;
    d->kernel->pack(&detail->geometry, &part, bound->value[lowered->node->in[1]],
                    (float *)(workspace_of(lowered, bound) + d->floats_at));
    *mark = written;
}

static int64_t parts(const fovea__lowered *lowered, bool backward) {
    return ((const conv_detail *)lowered->detail)->way[backward].parts;
}

static const float *weight_of(const fovea__lowered *lowered, const fovea__bound *bound,
                              const direction *d) {
    return d->packed ? (const float *)(workspace_of(lowered, bound) + d->floats_at)
                     : bound->value[lowered->node->in[1]];
}

// The operator adds it last, too.
static void add_bias(const direction *d, const fovea__conv_part *part, const float *bias,
                     float *y) {
    for (int64_t o = part->channel; o < part->channel_end; o++) {
        float *row = y + (o * d->rows + part->row) * d->width;
        for (int64_t i = 0; i < (part->row_end - part->row) * d->width; i++) row[i] += bias[o];
    }
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t item, uint8_t *scratch) {
    const conv_detail *detail = lowered->detail;
    const direction *d = &detail->way[0];
    const fovea__node *node = lowered->node;
    bool has_bias = node->in_count > 2 && node->in[2] != FOVEA_NO_VALUE;
    const float *bias = has_bias ? bound->value[node->in[2]] : NULL;
    int64_t size_x = fovea__sample_size(&lowered->graph->value[node->in[0]]);
    int64_t size_y = fovea__sample_size(&lowered->graph->value[node->out[0]]);
    const float *x = (const float *)bound->value[node->in[0]] + sample * size_x;
    float *y = (float *)bound->value[node->out[0]] + sample * size_y;
    fovea__conv_part part = fovea__conv_part_at(d->kernel, &detail->geometry, item);
    d->kernel->run(&detail->geometry, &part, x, weight_of(lowered, bound, d),
                   detail->transposed ? NULL : bias, y, scratch);
    if (detail->transposed && bias) add_bias(d, &part, bias, y);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t item, uint8_t *scratch) {
    const conv_detail *detail = lowered->detail;
    const direction *d = &detail->way[1];
    const fovea__node *node = lowered->node;
    int64_t x = fovea__sample_size(&lowered->graph->value[node->in[0]]);
    int64_t y = fovea__sample_size(&lowered->graph->value[node->out[0]]);
    float *gradient = (float *)bound->gradient[node->in[0]] + sample * x, *d_x = gradient;
    bool add = fovea__accumulates(lowered, 0);
    if (add) d_x = (float *)(workspace_of(lowered, bound) + detail->sum_at) + sample * x;
    fovea__conv_part part = fovea__conv_part_at(d->kernel, &detail->geometry, item);
    d->kernel->run(&detail->geometry, &part,
                   (const float *)bound->gradient[node->out[0]] + sample * y,
                   weight_of(lowered, bound, d), NULL, d_x, scratch);
    for (int64_t c = part.channel; add && c < part.channel_end; c++) {
        int64_t at = (c * d->rows + part.row) * d->width;
        fovea__binary_accumulate_f32((part.row_end - part.row) * d->width, d_x + at, gradient + at);
    }
}

static int64_t weight_parts(const fovea__lowered *lowered) {
    const conv_detail *detail = lowered->detail;
    return detail->weights ? detail->weights->parts(&detail->geometry) : 0;
}

static void weight_gradient(const fovea__lowered *lowered, const fovea__bound *bound, int64_t part,
                            uint8_t *scratch) {
    const conv_detail *detail = lowered->detail;
    const fovea__node *node = lowered->node;
    int64_t samples =
        fovea__value_samples(&lowered->graph->value[node->in[0]], bound->split.samples);
    const float *x = bound->value[node->in[0]], *d_y = bound->gradient[node->out[0]];
    if (detail->transposed) {
        const float *swap = x;
        x = d_y, d_y = swap;
    }
    bool bias = !detail->transposed && fovea__wants(lowered, 2);
    float *d_weight = fovea__wants(lowered, 1) ? bound->gradient[node->in[1]] : NULL;
    float *d_bias = bias ? bound->gradient[node->in[2]] : NULL;
    detail->weights->run(&detail->geometry, samples, part, fovea__accumulates(lowered, 1),
                         fovea__accumulates(lowered, 2), x, d_y, d_weight, d_bias, scratch);
}

static fovea__plain_extent extent(const fovea__lowered *lowered, int64_t item) {
    const conv_detail *detail = lowered->detail;
    const direction *d = &detail->way[0];
    fovea__conv_part part = fovea__conv_part_at(d->kernel, &detail->geometry, item);
    return (fovea__plain_extent){part.channel, part.channel_end, part.row * d->width,
                                 part.row_end * d->width};
}

// A sample's weights come from the graph and not from another node.
static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    return fovea__plain_has_samples(&graph->value[node->in[0]]) && graph->value[node->in[1]].data;
}

#define FAMILY(name, operator, inputs)                                                   \
    const fovea__plain_family fovea__plain_##name = {.op = operator,                     \
                                                     .accepts = accepts,                 \
                                                     .prepare = prepare,                 \
                                                     .packs = packs,                     \
                                                     .pack = pack,                       \
                                                     .parts = parts,                     \
                                                     .forward = forward,                 \
                                                     .backward = backward,               \
                                                     .weights = inputs,                  \
                                                     .weight_parts = weight_parts,       \
                                                     .weight_gradient = weight_gradient, \
                                                     .extent = extent};
FAMILY(conv, "Conv", 1 << 1 | 1 << 2)
FAMILY(conv_transpose, "ConvTranspose", 1 << 1)
