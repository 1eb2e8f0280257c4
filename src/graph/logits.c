// SPDX-License-Identifier: MIT
#include "graph/dependents.h"

fovea_value fovea_graph_logits(const fovea_graph *graph, fovea_value output, const char **op) {
    static const char *const movers[] = {"Identity",  "Flatten", "Reshape", "Squeeze",
                                         "Unsqueeze", "Cast",    NULL};
    static const char *const ends[] = {"Softmax", "LogSoftmax", NULL};
    *op = NULL;
    if (output < 0 || (size_t)output >= graph->value_count) return output;
    for (fovea_value value = output; graph->value[value].node >= 0;) {
        const fovea__node *node = &graph->node[graph->value[value].node];
        if (fovea__is_one_of(node, ends)) {
            *op = node->op->name;
            return node->in[0];
        }
        if (!fovea__is_one_of(node, movers)) break;
        value = node->in[0];
    }
    return output;
}
