// SPDX-License-Identifier: MIT
// What the passes that change a plan's graph share.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plan/plan.h"

enum { NOBODY = -1, MANY = -2 };

fovea_status fovea__only_readers(const fovea_graph *graph, int32_t **result, fovea_error *error) {
    int32_t *reader = fovea__new(graph->context, graph->value_count, sizeof *reader, error);
    if (!reader) return FOVEA_OUT_OF_MEMORY;
    for (size_t v = 0; v < graph->value_count; v++) reader[v] = NOBODY;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            fovea_value v = graph->node[n].in[i];
            if (v >= 0) reader[v] = reader[v] == NOBODY ? (int32_t)n : MANY;
        }
    for (size_t o = 0; o < graph->output_count; o++) reader[graph->output[o]] = MANY;
    *result = reader;
    return FOVEA_OK;
}

fovea_status fovea__rewrite_begin(const fovea_graph *graph, fovea_graph **result,
                                  fovea_error *error) {
    fovea_graph *copy = fovea__new(graph->context, 1, sizeof *copy, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    *copy = *graph;
    copy->node = fovea__new(graph->context, graph->node_count, sizeof *copy->node, error);
    copy->value = fovea__new(graph->context, graph->value_count, sizeof *copy->value, error);
    if (!copy->node || !copy->value) {
        fovea__rewrite_free(copy);
        return FOVEA_OUT_OF_MEMORY;
    }
    memcpy(copy->node, graph->node, graph->node_count * sizeof *copy->node);
    memcpy(copy->value, graph->value, graph->value_count * sizeof *copy->value);
    *result = copy;
    return FOVEA_OK;
}

void fovea__rewrite_free(fovea_graph *rewritten) {
    if (!rewritten) return;
    fovea__free(rewritten->context, rewritten->node);
    fovea__free(rewritten->context, rewritten->value);
    fovea__free(rewritten->context, rewritten);
}
