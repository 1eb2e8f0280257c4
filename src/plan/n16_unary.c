// SPDX-License-Identifier: MIT
// Elementwise functions of one input, softmax and dropout with the batch in the lanes.
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "kernels/dropout/dropout.h"
#include "kernels/softmax/softmax.h"
#include "kernels/unary/unary.h"
#include "plan/n16.h"

typedef struct {
    fovea__unary unary;
    int64_t count;
    const fovea__unary_variant *kernel;
} unary_detail;

static fovea_status unary_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                  fovea_error *error) {
    (void)scratch;
    unary_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    const fovea__node *node = lowered->node;
    fovea__unary_of(node->op, &node->attributes, &detail->unary);
    detail->count = fovea__group_size(lowered->graph, node->in[0]);
    detail->kernel = fovea__unary_choose(fovea__context_cpu(plan->context));
    lowered->kernel = detail->kernel->name;
    return FOVEA_OK;
}

static void unary_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                          uint8_t *scratch) {
    (void)scratch;
    const unary_detail *detail = lowered->detail;
    const fovea__unary *unary = &detail->unary;
    detail->kernel->forward(unary->kind, (float)unary->alpha, (float)unary->beta, detail->count,
                            fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void unary_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                           float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const unary_detail *detail = lowered->detail;
    const fovea__unary *unary = &detail->unary;
    detail->kernel->backward(unary->kind, (float)unary->alpha, (float)unary->beta, detail->count,
                             fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g),
                             fovea__d_out_at(lowered, bound, g), d_in[0]);
}

// Functions that are finite wherever their argument is: masked lanes must be. `reads` says what the
// backward of the kernel does not.
#define UNARY_FAMILY(name, op_name, reads)                                   \
    const fovea__n16_family fovea__n16_##name = {.op = op_name,              \
                                                 .prepare = unary_prepare,   \
                                                 .forward = unary_forward,   \
                                                 .backward = unary_backward, \
                                                 .unread = reads,            \
                                                 .in_place = true,           \
                                                 .d_in_place = true}
UNARY_FAMILY(relu, "Relu", FOVEA__UNREAD_INPUT);
UNARY_FAMILY(leaky_relu, "LeakyRelu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(tanh, "Tanh", FOVEA__UNREAD_INPUT);
UNARY_FAMILY(sigmoid, "Sigmoid", FOVEA__UNREAD_INPUT);
UNARY_FAMILY(gelu, "Gelu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(silu, "Silu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(elu, "Elu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(selu, "Selu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(celu, "Celu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(clip, "Clip", FOVEA__UNREAD_INPUT);
UNARY_FAMILY(hardsigmoid, "HardSigmoid", FOVEA__UNREAD_INPUT);
UNARY_FAMILY(hardswish, "HardSwish", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(softplus, "Softplus", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(softsign, "Softsign", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(mish, "Mish", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(thresholded_relu, "ThresholdedRelu", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(erf, "Erf", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(abs, "Abs", FOVEA__UNREAD_OUTPUT);
UNARY_FAMILY(neg, "Neg", FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT);

typedef struct {
    fovea__softmax_kind kind;
    int64_t outer, axis, inner;
    const fovea__softmax_variant *kernel;
} softmax_detail;

static int64_t normal_axis(const fovea__node *node, int32_t rank) {
    int64_t axis = fovea__node_integer(node, "axis", 0, -1);
    return axis < 0 ? axis + rank : axis;
}

static bool softmax_accepts(const fovea_graph *graph, const fovea__node *node) {
    return normal_axis(node, graph->value[node->in[0]].signature.shape.rank) > 0;
}

static fovea_status softmax_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                    fovea_error *error) {
    (void)scratch;
    softmax_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    fovea_shape shape = fovea__in_signature(lowered, 0).shape;
    int64_t axis = normal_axis(lowered->node, shape.rank);
    bool log = strcmp(lowered->node->op->name, "LogSoftmax") == 0;
    *detail =
        (softmax_detail){log ? FOVEA__LOG_SOFTMAX : FOVEA__SOFTMAX, 1, shape.dim[axis],
                         FOVEA__LANES, fovea__softmax_choose(fovea__context_cpu(plan->context))};
    lowered->kernel = detail->kernel->name;
    for (int64_t d = 1; d < axis; d++) detail->outer *= shape.dim[d];
    for (int64_t d = axis + 1; d < shape.rank; d++) detail->inner *= shape.dim[d];
    return FOVEA_OK;
}

static void softmax_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            uint8_t *scratch) {
    (void)scratch;
    const softmax_detail *detail = lowered->detail;
    detail->kernel->forward(detail->kind, detail->outer, detail->axis, detail->inner,
                            fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void softmax_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                             float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const softmax_detail *detail = lowered->detail;
    detail->kernel->backward(detail->kind, detail->outer, detail->axis, detail->inner,
                             fovea__out_at(lowered, bound, g), fovea__d_out_at(lowered, bound, g),
                             d_in[0]);
}

const fovea__n16_family fovea__n16_softmax = {.op = "Softmax",
                                              .accepts = softmax_accepts,
                                              .prepare = softmax_prepare,
                                              .forward = softmax_forward,
                                              .backward = softmax_backward,
                                              .unread = FOVEA__UNREAD_INPUT};
const fovea__n16_family fovea__n16_log_softmax = {.op = "LogSoftmax",
                                                  .accepts = softmax_accepts,
                                                  .prepare = softmax_prepare,
                                                  .forward = softmax_forward,
                                                  .backward = softmax_backward,
                                                  .unread = FOVEA__UNREAD_INPUT};

static void drop(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                 const float *src, float *dst) {
    int64_t size = fovea__value_size(&lowered->graph->value[lowered->node->in[0]]);
    if (!bound->training) {
        if (dst != src) memcpy(dst, src, (size_t)(size * FOVEA__LANES) * sizeof(float));
        return;
    }
    fovea__dropout options = {.ratio = fovea__node_attribute(lowered->node, "ratio")->f,
                              .seed = bound->random.seed,
                              .epoch = bound->random.epoch,
                              .stream = (uint32_t)lowered->index * 256 + FOVEA__RANDOM_DROPOUT,
                              .sample = bound->random.sample + g * FOVEA__LANES};
    fovea__dropout_choose(fovea__context_cpu(bound->plan->context))
        ->apply(&options, FOVEA__LAYOUT_N16, fovea__group_samples(&bound->split, g), size, src,
                dst);
}

static void dropout_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            uint8_t *scratch) {
    (void)scratch;
    drop(lowered, bound, g, fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void dropout_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                             float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    drop(lowered, bound, g, fovea__d_out_at(lowered, bound, g), d_in[0]);
}

const fovea__n16_family fovea__n16_dropout = {.op = "Dropout",
                                              .forward = dropout_forward,
                                              .backward = dropout_backward,
                                              .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT,
                                              .in_place = true,
                                              .d_in_place = true};
