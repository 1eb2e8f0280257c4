// SPDX-License-Identifier: MIT
// The linear layer of small batches: ranges of what is written, for all samples; outputs going
// forward, inputs going back, rows of the weight's gradient.
#include "kernels/binary/binary.h"
#include "kernels/linear/linear.h"
#include "plan/plain.h"

// Parts of one sample, the features a part is a multiple of, and the multiply-adds below which
// starting another worker costs more than it brings.
#define PARTS 16
#define FEATURES 128
#define WORTH_A_PART 32768
// Outputs that the parts of the weight's gradient are multiples of.
#define ROWS 8

static fovea__linear_geometry geometry_of(const fovea__lowered *lowered) {
    const fovea_shape *w = &lowered->graph->value[lowered->node->in[1]].signature.shape;
    return (fovea__linear_geometry){w->dim[1], w->dim[0]};
}

static const fovea__linear_kernel *kernel_of(const fovea_context *context,
                                             const fovea__linear_geometry *g) {
    return fovea__linear_choose(fovea__context_cpu(context), FOVEA__LAYOUT_NCHW, g);
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    (void)error;
    fovea__linear_geometry g = geometry_of(lowered);
    const fovea__value *x = &lowered->graph->value[lowered->node->in[0]];
    int64_t samples = fovea__value_samples(x, plan->samples);
    const fovea__linear_kernel *kernel = kernel_of(plan->context, &g);
    lowered->kernel = kernel->name;
    if (kernel->tiles) kernel->tiles(&g, samples, lowered->tile);
    if (!fovea__wants(lowered, 0) || !fovea__accumulates(lowered, 0)) return FOVEA_OK;
    *scratch = (size_t)(g.inputs * samples) * sizeof(float);
    return FOVEA_OK;
}

static int64_t parts(const fovea__lowered *lowered, bool backward) {
    fovea__linear_geometry g = geometry_of(lowered);
    if (!kernel_of(lowered->graph->context, &g)->forward_range) return 1;
    int64_t features = backward ? g.inputs : g.outputs;
    int64_t most = (features + FEATURES - 1) / FEATURES;
    int64_t worth = g.inputs * g.outputs / WORTH_A_PART;
    if (most > PARTS) most = PARTS;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

static fovea__linear_range range_of(int64_t features, int64_t part, int64_t count) {
    int64_t blocks = (features + FEATURES - 1) / FEATURES;
    int64_t begin = part * blocks / count * FEATURES, end = (part + 1) * blocks / count * FEATURES;
    if (end > features) end = features;
    return (fovea__linear_range){begin, end - begin};
}

static int64_t samples_of(const fovea__lowered *lowered, const fovea__bound *bound) {
    return fovea__value_samples(&lowered->graph->value[lowered->node->in[0]], bound->split.samples);
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)sample, (void)scratch;
    const fovea__node *node = lowered->node;
    fovea__linear_geometry g = geometry_of(lowered);
    const fovea__linear_kernel *kernel = kernel_of(bound->plan->context, &g);
    bool has_bias = node->in_count > 2 && node->in[2] != FOVEA_NO_VALUE;
    const float *x = bound->value[node->in[0]], *weight = bound->value[node->in[1]];
    const float *bias = has_bias ? bound->value[node->in[2]] : NULL;
    float *y = bound->value[node->out[0]];
    int64_t samples = samples_of(lowered, bound);
    fovea__linear_range outputs = range_of(g.outputs, part, parts(lowered, false));
    if (kernel->forward_range) {
        kernel->forward_range(&g, samples, x, weight, bias, outputs, y, NULL);
        return;
    }
    for (int64_t n = 0; n < samples; n++)
        kernel->forward(&g, 1, x + n * g.inputs, weight, bias, y + n * g.outputs, NULL);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch) {
    (void)sample;
    const fovea__node *node = lowered->node;
    fovea__linear_geometry g = geometry_of(lowered);
    const fovea__linear_kernel *kernel = kernel_of(bound->plan->context, &g);
    const float *d_y = bound->gradient[node->out[0]], *weight = bound->value[node->in[1]];
    float *gradient = bound->gradient[node->in[0]];
    bool add = fovea__accumulates(lowered, 0);
    float *d_x = add ? (float *)scratch : gradient;
    int64_t samples = samples_of(lowered, bound);
    fovea__linear_range inputs = range_of(g.inputs, part, parts(lowered, true));
    if (kernel->input_gradient_range)
        kernel->input_gradient_range(&g, samples, d_y, weight, inputs, d_x, NULL);
    for (int64_t n = 0; n < samples; n++) {
        int64_t at = n * g.inputs;
        if (!kernel->input_gradient_range)
            kernel->input_gradient(&g, 1, d_y + n * g.outputs, weight, d_x + at, NULL);
        at += inputs.first;
        if (add) fovea__binary_accumulate_f32(inputs.count, d_x + at, gradient + at);
    }
}

// Where they are added to those of another reader, the operator's own.
static int64_t weight_parts(const fovea__lowered *lowered) {
    fovea__linear_geometry g = geometry_of(lowered);
    bool add = fovea__accumulates(lowered, 1) || fovea__accumulates(lowered, 2);
    if (add || !kernel_of(lowered->graph->context, &g)->batch_gradient_range) return 0;
    int64_t worth = g.inputs * g.outputs / WORTH_A_PART, most = (g.outputs + ROWS - 1) / ROWS;
    if (most > PARTS) most = PARTS;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

static void weight_gradient(const fovea__lowered *lowered, const fovea__bound *bound, int64_t part,
                            uint8_t *scratch) {
    (void)scratch;
    const fovea__node *node = lowered->node;
    fovea__linear_geometry g = geometry_of(lowered);
    int64_t count = weight_parts(lowered), blocks = (g.outputs + ROWS - 1) / ROWS;
    int64_t begin = part * blocks / count * ROWS, end = (part + 1) * blocks / count * ROWS;
    if (end > g.outputs) end = g.outputs;
    kernel_of(bound->plan->context, &g)
        ->batch_gradient_range(&g, samples_of(lowered, bound), bound->value[node->in[0]],
                               bound->gradient[node->out[0]],
                               (fovea__linear_range){begin, end - begin},
                               fovea__wants(lowered, 1) ? bound->gradient[node->in[1]] : NULL,
                               fovea__wants(lowered, 2) ? bound->gradient[node->in[2]] : NULL);
}

static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    return fovea__plain_has_samples(&graph->value[node->in[0]]) && graph->value[node->in[1]].data;
}

const fovea__plain_family fovea__plain_linear = {.op = "Gemm",
                                                 .accepts = accepts,
                                                 .whole_batch = true,
                                                 .prepare = prepare,
                                                 .parts = parts,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .weights = 1 << 1 | 1 << 2,
                                                 .weight_parts = weight_parts,
                                                 .weight_gradient = weight_gradient};
