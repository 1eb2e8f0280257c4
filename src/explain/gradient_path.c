// SPDX-License-Identifier: MIT
#include "explain/gradient_path.h"

#include "base/fail.h"
#include "base/memory.h"

enum { DEPENDS = 1, REACHED = 2 };

static bool passes_gradient(const fovea_graph *graph, const fovea__node *node) {
    return node->op->vjp && fovea__is_float(graph->value[node->out[0]].signature.type);
}

// Marks with the order of the nodes what depends on the input, and what gradients reach it from.
// Returns the last node that keeps a gradient from it, -1: none.
static int32_t mark_from_input(const fovea_graph *graph, fovea_value input, uint8_t *mark) {
    int32_t barrier = -1;
    mark[input] = DEPENDS | REACHED;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        uint8_t flows = 0;
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) flows |= mark[node->in[i]];
        if ((flows & REACHED) && !passes_gradient(graph, node)) {
            flows &= DEPENDS;
            barrier = (int32_t)n;
        }
        for (int32_t o = 0; o < node->out_count; o++) mark[node->out[o]] = flows;
    }
    return barrier;
}

fovea_status fovea__gradient_path(const fovea_graph *graph, fovea_value input, fovea_value value,
                                  fovea_error *error) {
    uint8_t *mark = fovea__new(graph->context, graph->value_count, sizeof *mark, error);
    if (!mark) return FOVEA_OUT_OF_MEMORY;
    int32_t barrier = mark_from_input(graph, input, mark);
    uint8_t found = mark[value];
    fovea__free(graph->context, mark);
    if (found & REACHED) return FOVEA_OK;
    const char *name = graph->value[value].name;
    if (!(found & DEPENDS) || barrier < 0)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "does not depend on what goes into the net");
    const fovea__node *node = &graph->node[barrier];
    return fovea__fail_at(error, FOVEA_UNSUPPORTED, name, -1,
                          "no gradient reaches the net's input: '%s' (%s) cannot be differentiated",
                          node->name, node->op->name);
}
