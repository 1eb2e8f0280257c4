// SPDX-License-Identifier: MIT
// Pooling with the batch in the lanes.
#include <string.h>

#include "base/memory.h"
#include "kernels/pool/pool.h"
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
    const fovea__node *node = lowered->node;
    fovea_shape in = fovea__in_signature(lowered, 0).shape,
                out = fovea__out_signature(lowered).shape;
    fovea__pool_geometry *geometry = &detail->geometry;
    *geometry = (fovea__pool_geometry){
        .kind = kind_of(node),
        .count_include_pad = fovea__node_integer(node, "count_include_pad", 0, 0) != 0,
        .channels = in.dim[1]};
    int32_t rank = in.rank - 2;
    for (int32_t at = 0; at < 3; at++) {
        int32_t d = at - (3 - rank);
        geometry->in[at] = d < 0 ? 1 : in.dim[2 + d];
        geometry->out[at] = d < 0 ? 1 : out.dim[2 + d];
        geometry->kernel[at] = fovea__node_integer(node, "kernel_shape", d, 1);
        geometry->stride[at] = fovea__node_integer(node, "strides", d, 1);
        geometry->pad[at] = fovea__node_integer(node, "pads", d, 0);
        geometry->pad_end[at] = d < 0 ? 0 : fovea__node_integer(node, "pads", rank + d, 0);
        geometry->dilation[at] = fovea__node_integer(node, "dilations", d, 1);
    }
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

const fovea__n16_family fovea__n16_maxpool = {
    .op = "MaxPool", .prepare = prepare, .forward = forward, .backward = backward};
const fovea__n16_family fovea__n16_avgpool = {
    .op = "AveragePool", .prepare = prepare, .forward = forward, .backward = backward};
const fovea__n16_family fovea__n16_global_avgpool = {
    .op = "GlobalAveragePool", .prepare = prepare, .forward = forward, .backward = backward};
const fovea__n16_family fovea__n16_adaptive_avgpool = {
    .op = "AdaptiveAveragePool", .prepare = prepare, .forward = forward, .backward = backward};
