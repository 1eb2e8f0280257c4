// SPDX-License-Identifier: MIT
// Pooling with the batch in the lanes.
#include <string.h>

#include "base/memory.h"
#include "layers/geometry.h"
#include "plan/n16.h"

typedef struct {
    fovea__pool_geometry geometry;
    const fovea__pool_variant *kernel;
} detail_t;

static fovea__pool_kind kind_of(const fovea__node *node) {
    if (strcmp(node->op->name, "MaxPool") == 0) return FOVEA__POOL_MAX;
    return fovea__node_attribute(node, "kernel_shape") ? FOVEA__POOL_AVERAGE : FOVEA__POOL_ADAPTIVE;
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    (void)scratch;
    detail_t *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    detail->kernel = fovea__pool_choose(fovea__context_cpu(plan->context));
    fovea_shape in = fovea__in_signature(lowered, 0).shape,
                out = fovea__out_signature(lowered).shape;
    detail->geometry =
        fovea__pool_geometry_of(&lowered->node->attributes, kind_of(lowered->node), &in, &out);
    return FOVEA_OK;
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                    uint8_t *scratch) {
    (void)scratch;
    const detail_t *detail = lowered->detail;
    detail->kernel->forward(&detail->geometry, FOVEA__LAYOUT_N16,
                            fovea__group_samples(&bound->split, g),
                            fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                     float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const detail_t *detail = lowered->detail;
    detail->kernel->backward(
        &detail->geometry, FOVEA__LAYOUT_N16, fovea__group_samples(&bound->split, g),
        fovea__in_at(lowered, bound, 0, g), fovea__d_out_at(lowered, bound, g), d_in[0]);
}

const fovea__n16_family fovea__n16_maxpool = {.op = "MaxPool",
                                              .prepare = prepare,
                                              .forward = forward,
                                              .backward = backward,
                                              .unread = FOVEA__UNREAD_OUTPUT};
const fovea__n16_family fovea__n16_avgpool = {.op = "AveragePool",
                                              .prepare = prepare,
                                              .forward = forward,
                                              .backward = backward,
                                              .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};
const fovea__n16_family fovea__n16_global_avgpool = {
    .op = "GlobalAveragePool",
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};
const fovea__n16_family fovea__n16_adaptive_avgpool = {
    .op = "AdaptiveAveragePool",
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};
