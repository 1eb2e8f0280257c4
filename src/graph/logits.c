// SPDX-License-Identifier: MIT
#include <string.h>

#include "graph/graph.h"

static bool is_one_of(const fovea__node *node, const char *const *names) {
    for (int i = 0; names[i]; i++)
        if (strcmp(node->op->name, names[i]) == 0) return true;
    return false;
}

fovea_value fovea_graph_logits(const fovea_graph *graph, fovea_value output, const char **op) {
    static const char *const movers[] = {"Identity",  "Flatten", "Reshape", "Squeeze",
                                         "Unsqueeze", "Cast",    NULL};
    static const char *const ends[] = {"Softmax", "LogSoftmax", NULL};
    *op = NULL;
    if (output < 0 || (size_t)output >= graph->value_count) return output;
    for (fovea_value value = output; graph->value[value].node >= 0;) {
        const fovea__node *node = &graph->node[graph->value[value].node];
        if (is_one_of(node, ends)) {
            *op = node->op->name;
            return node->in[0];
        }
        if (!is_one_of(node, movers)) break;
        value = node->in[0];
    }
    return output;
}
