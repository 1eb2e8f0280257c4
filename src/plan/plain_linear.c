// SPDX-License-Identifier: MIT
// The linear layer of single samples: ranges of what is written, outputs going forward and inputs
// going back.
#include "kernels/binary/binary.h"
#include "kernels/linear/linear.h"
#include "plan/plain.h"

// Parts of one sample, the features a part is a multiple of, and the multiply-adds below which
// starting another worker costs more than it brings.
#define PARTS 16
#define FEATURES 128
#define WORTH_A_PART 32768
// Weights that the cache does not hold: the operator's own functions read them once for several
// samples.
#define WORTH_SHARING 262144

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
    if (plan->samples > 1 && g.inputs * g.outputs > WORTH_SHARING) {
        lowered->parts = NULL;
        return FOVEA_OK;
    }
    lowered->kernel = kernel_of(plan->context, &g)->name;
    if (fovea__wants(lowered, 0) && fovea__accumulates(lowered, 0))
        *scratch = (size_t)g.inputs * sizeof(float);
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

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)scratch;
    const fovea__node *node = lowered->node;
    fovea__linear_geometry g = geometry_of(lowered);
    const fovea__linear_kernel *kernel = kernel_of(bound->plan->context, &g);
    bool has_bias = node->in_count > 2 && node->in[2] != FOVEA_NO_VALUE;
    const float *x = (const float *)bound->value[node->in[0]] + sample * g.inputs;
    const float *bias = has_bias ? bound->value[node->in[2]] : NULL;
    float *y = (float *)bound->value[node->out[0]] + sample * g.outputs;
    fovea__linear_range outputs = range_of(g.outputs, part, parts(lowered, false));
    if (kernel->forward_range)
        kernel->forward_range(&g, 1, x, bound->value[node->in[1]], bias, outputs, y, NULL);
    else
        kernel->forward(&g, 1, x, bound->value[node->in[1]], bias, y, NULL);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch) {
    const fovea__node *node = lowered->node;
    fovea__linear_geometry g = geometry_of(lowered);
    const fovea__linear_kernel *kernel = kernel_of(bound->plan->context, &g);
    const float *d_y = (const float *)bound->gradient[node->out[0]] + sample * g.outputs;
    float *gradient = (float *)bound->gradient[node->in[0]] + sample * g.inputs;
    bool add = fovea__accumulates(lowered, 0);
    float *d_x = add ? (float *)scratch : gradient;
    fovea__linear_range inputs = range_of(g.inputs, part, parts(lowered, true));
    if (kernel->input_gradient_range)
        kernel->input_gradient_range(&g, 1, d_y, bound->value[node->in[1]], inputs, d_x, NULL);
    else
        kernel->input_gradient(&g, 1, d_y, bound->value[node->in[1]], d_x, NULL);
    if (add)
        fovea__binary_accumulate_f32(inputs.count, d_x + inputs.first, gradient + inputs.first);
}

static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    return fovea__plain_has_samples(&graph->value[node->in[0]]) && graph->value[node->in[1]].data;
}

const fovea__plain_family fovea__plain_linear = {.op = "Gemm",
                                                 .accepts = accepts,
                                                 .prepare = prepare,
                                                 .parts = parts,
                                                 .forward = forward,
                                                 .backward = backward};
