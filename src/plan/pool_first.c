// SPDX-License-Identifier: MIT
// Pooling before activation. The maximum of f(x) over a window is f of the maximum where f never
// decreases, so activation and pooling can change places: the activation then works on a quarter of
// the numbers (2×2), and neither its output nor its gradient is ever stored at full size. Where
// several x of a window round to one f(x) the gradient goes to the largest x instead of the first.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "plan/plan.h"

static bool never_decreases(const fovea__node *node) {
    if (!(node->op->traits & FOVEA__MONOTONE) || node->in_count != 1) return false;
    const fovea__attribute *alpha = fovea__node_attribute(node, "alpha");
    return !alpha || alpha->f >= 0;
}

// The only node that reads v, -1 where there are others or v is an output of the graph.
static int64_t only_reader(const fovea_graph *graph, fovea_value v) {
    int64_t reader = -1;
    for (size_t o = 0; o < graph->output_count; o++)
        if (graph->output[o] == v) return -1;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            if (graph->node[n].in[i] != v) continue;
            if (reader >= 0) return -1;
            reader = (int64_t)n;
        }
    return reader;
}

// The pooling node that can change places with node n, -1 where there is none.
static int64_t pool_after(const fovea_graph *graph, size_t n) {
    if (!never_decreases(&graph->node[n])) return -1;
    int64_t reader = only_reader(graph, graph->node[n].out[0]);
    return reader >= 0 && graph->node[reader].op == fovea__op_find("MaxPool") ? reader : -1;
}

// `first` and `second` exchange what they do; what flows in and out of each place stays.
static void exchange(fovea__node *first, fovea__node *second) {
    fovea__node pool = *second, activation = *first;
    pool.in = first->in;
    pool.out[0] = first->out[0];
    activation.in = second->in;
    activation.out[0] = second->out[0];
    *first = pool;
    *second = activation;
}

// Nodes and values are the copy's own, what they point to is the graph's.
static fovea_status copy_graph(const fovea_graph *graph, fovea_graph **result, fovea_error *error) {
    fovea_graph *copy = fovea__new(graph->context, 1, sizeof *copy, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    *copy = *graph;
    copy->node = fovea__new(graph->context, graph->node_count, sizeof *copy->node, error);
    copy->value = fovea__new(graph->context, graph->value_count, sizeof *copy->value, error);
    if (!copy->node || !copy->value) {
        fovea__pool_first_free(copy);
        return FOVEA_OUT_OF_MEMORY;
    }
    memcpy(copy->node, graph->node, graph->node_count * sizeof *copy->node);
    memcpy(copy->value, graph->value, graph->value_count * sizeof *copy->value);
    *result = copy;
    return FOVEA_OK;
}

fovea_status fovea__pool_first(const fovea_graph *graph, uint8_t *hidden, fovea_graph **rewritten,
                               fovea_error *error) {
    fovea_graph *copy;
    FOVEA__TRY(copy_graph(graph, &copy, error));
    int exchanged = 0;
    for (size_t n = 0; n < copy->node_count; n++) {
        int64_t pool = pool_after(copy, n);
        if (pool < 0) continue;
        exchange(&copy->node[n], &copy->node[pool]);
        fovea_value between = copy->node[n].out[0];
        copy->value[between].signature = copy->value[copy->node[pool].out[0]].signature;
        hidden[between] = 1;
        exchanged++;
    }
    if (!exchanged) {
        fovea__pool_first_free(copy);
        copy = NULL;
    }
    *rewritten = copy;
    return FOVEA_OK;
}

void fovea__pool_first_free(fovea_graph *rewritten) {
    if (!rewritten) return;
    fovea__free(rewritten->context, rewritten->node);
    fovea__free(rewritten->context, rewritten->value);
    fovea__free(rewritten->context, rewritten);
}
