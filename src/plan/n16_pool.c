// SPDX-License-Identifier: MIT
// Pooling with the batch in the lanes. Maximum pooling notes the winners on its way where it can, so
// that the way back reads bytes instead of the input.
#include <string.h>

#include "base/memory.h"
#include "layers/geometry.h"
#include "plan/n16.h"

typedef struct {
    fovea__pool_geometry geometry;
    const fovea__pool_variant *kernel;
    int64_t winners;  // bytes of a group, 0: none are noted
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
    lowered->kernel = detail->kernel->name;
    fovea_shape in = fovea__in_signature(lowered, 0).shape,
                out = fovea__out_signature(lowered).shape;
    detail->geometry =
        fovea__pool_geometry_of(&lowered->node->attributes, kind_of(lowered->node), &in, &out);
    if (fovea__wants(lowered, 0) && detail->geometry.kind == FOVEA__POOL_MAX &&
        fovea__pool_has_index(&detail->geometry)) {
        detail->winners = fovea__group_size(lowered->graph, lowered->node->out[0]);
        int64_t groups = (plan->samples + FOVEA__LANES - 1) / FOVEA__LANES;
        lowered->unread = FOVEA__UNREAD_INPUT;
        lowered->workspace = (size_t)(detail->winners * groups);
    }
    return FOVEA_OK;
}

static uint8_t *winners_at(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g) {
    const detail_t *detail = lowered->detail;
    return bound->workspace + lowered->workspace_at + g * detail->winners;
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                    uint8_t *scratch) {
    (void)scratch;
    const detail_t *detail = lowered->detail;
    int32_t samples = fovea__group_samples(&bound->split, g);
    const float *src = fovea__in_at(lowered, bound, 0, g);
    float *dst = fovea__out_at(lowered, bound, g);
    if (detail->winners)
        detail->kernel->forward_index(&detail->geometry, FOVEA__LAYOUT_N16, samples, src, dst,
                                      winners_at(lowered, bound, g));
    else
        detail->kernel->forward(&detail->geometry, FOVEA__LAYOUT_N16, samples, src, dst);
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                     float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const detail_t *detail = lowered->detail;
    int32_t samples = fovea__group_samples(&bound->split, g);
    const float *d_y = fovea__d_out_at(lowered, bound, g);
    if (detail->winners)
        detail->kernel->backward_index(&detail->geometry, FOVEA__LAYOUT_N16, samples,
                                       winners_at(lowered, bound, g), d_y, d_in[0]);
    else
        detail->kernel->backward(&detail->geometry, FOVEA__LAYOUT_N16, samples,
                                 fovea__in_at(lowered, bound, 0, g), d_y, d_in[0]);
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
