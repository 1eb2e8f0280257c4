// SPDX-License-Identifier: MIT
// Values that a node of the plain plan copies unchanged to one place are made in that place, so that
// nothing is left to copy: the inputs of a Concat whose outer dimensions are 1 (channels of one
// sample), and what Flatten, Reshape and their like hand on. Whatever reads such a value finds its
// numbers there for as long as the copy lives.
#include <string.h>

#include "kernels/splitting.h"
#include "layers/op.h"
#include "plan/plain.h"

static bool is_made(const fovea_graph *graph, fovea_value v) {
    for (size_t o = 0; o < graph->output_count; o++)
        if (graph->output[o] == v) return false;
    return v >= 0 && graph->value[v].kind == FOVEA_VALUE_COMPUTED;
}

static size_t bytes_of(const fovea__plan *plan, fovea_value v) {
    fovea__signature at = fovea__at_batch(&plan->graph->value[v], plan->samples);
    return (size_t)fovea_shape_count(&at.shape) * fovea_type_size(at.type);
}

static void lay_inside(fovea__plan *plan, fovea_value v, fovea_value holder, size_t at) {
    if (!is_made(plan->graph, v) || plan->inside[v] != v) return;
    plan->inside[v] = holder;
    plan->inside_at[v] = at;
}

static void lay_pieces(fovea__plan *plan, const fovea__node *node) {
    fovea_value holder = node->out[0];
    fovea__signature whole = fovea__at_batch(&plan->graph->value[holder], plan->samples);
    int64_t axis = node->attributes.value[0].i[0];
    if (axis < 0) axis += whole.shape.rank;
    for (int64_t d = 0; d < axis; d++)
        if (whole.shape.dim[d] != 1) return;
    size_t at = 0;
    for (int32_t i = 0; i < node->in_count; at += bytes_of(plan, node->in[i++]))
        lay_inside(plan, node->in[i], holder, at);
}

static bool hands_on(const fovea__plan *plan, const fovea__node *node) {
    static const char *const names[] = {"Flatten", "Reshape", "Squeeze", "Unsqueeze", "Identity"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(node->op->name, names[i]) == 0) return true;
    return strcmp(node->op->name, "Dropout") == 0 && !plan->training;
}

void fovea__plain_inside(fovea__plan *plan) {
    for (size_t n = 0; n < plan->graph->node_count; n++) {
        const fovea__node *node = &plan->graph->node[n];
        const fovea__value *value = plan->graph->value;
        if (node->out_count != 1) continue;
        if (strcmp(node->op->name, "Concat") == 0)
            lay_pieces(plan, node);
        else if (hands_on(plan, node) &&
                 fovea__is_batched(&value[node->in[0]]) == fovea__is_batched(&value[node->out[0]]))
            lay_inside(plan, node->in[0], node->out[0], 0);
    }
}
