// SPDX-License-Identifier: MIT
// The operators the batch-in-lanes plan knows.
#include <string.h>

#include "plan/n16.h"

static const fovea__n16_family *const families[] = {
    &fovea__n16_conv,
    &fovea__n16_linear,
    &fovea__n16_maxpool,
    &fovea__n16_avgpool,
    &fovea__n16_global_avgpool,
    &fovea__n16_adaptive_avgpool,
    &fovea__n16_relu,
    &fovea__n16_leaky_relu,
    &fovea__n16_tanh,
    &fovea__n16_sigmoid,
    &fovea__n16_gelu,
    &fovea__n16_silu,
    &fovea__n16_elu,
    &fovea__n16_selu,
    &fovea__n16_celu,
    &fovea__n16_clip,
    &fovea__n16_hardsigmoid,
    &fovea__n16_hardswish,
    &fovea__n16_softplus,
    &fovea__n16_softsign,
    &fovea__n16_mish,
    &fovea__n16_thresholded_relu,
    &fovea__n16_erf,
    &fovea__n16_abs,
    &fovea__n16_neg,
    &fovea__n16_softmax,
    &fovea__n16_log_softmax,
    &fovea__n16_norm,
    &fovea__n16_dropout,
    &fovea__n16_flatten,
    &fovea__n16_add,
    &fovea__n16_mul,
    &fovea__n16_concat,
    &fovea__n16_pad,
    &fovea__n16_slice,
    &fovea__n16_conv_pool,
    &fovea__n16_norm_relu,
    &fovea__n16_nothing,
};

const fovea__n16_family *fovea__n16_family_of(const fovea_graph *graph, const fovea__node *node) {
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
        if (strcmp(families[f]->op, node->op->name) == 0)
            return !families[f]->accepts || families[f]->accepts(graph, node) ? families[f] : NULL;
    return NULL;
}

static bool in_lanes(const fovea__value *value) {
    return fovea__is_batched(value) && value->signature.type == FOVEA_F32;
}

bool fovea__can_lower_n16(const fovea_graph *graph) {
    if (graph->input_count != 1) return false;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (node->in_count < 1 || node->in[0] < 0) return false;
        if (!in_lanes(&graph->value[node->in[0]]) || !in_lanes(&graph->value[node->out[0]]))
            return false;
        if (!fovea__n16_family_of(graph, node)) return false;
    }
    return true;
}
