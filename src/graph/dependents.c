// SPDX-License-Identifier: MIT
#include "graph/dependents.h"

#include <string.h>

int32_t fovea__marked_inputs(const fovea__node *node, const uint8_t *marks, int32_t *first) {
    int32_t count = 0;
    for (int32_t i = node->in_count; i-- > 0;)
        if (node->in[i] >= 0 && marks[node->in[i]]) count++, *first = i;
    return count;
}

void fovea__mark_dependents(const fovea_graph *graph, fovea_value v, uint8_t *depends) {
    int32_t first;
    depends[v] = 1;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (fovea__marked_inputs(node, depends, &first) == 0) continue;
        for (int32_t o = 0; o < node->out_count; o++) depends[node->out[o]] = 1;
    }
}

bool fovea__is_one_of(const fovea__node *node, const char *const *names) {
    for (; *names; names++)
        if (strcmp(node->op->name, *names) == 0) return true;
    return false;
}
