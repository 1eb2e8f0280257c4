// SPDX-License-Identifier: MIT
// Pooling before activation. The maximum of f(x) over a window is f of the maximum where f never
// decreases, so activation and pooling can change places: the activation then works on a quarter of
// the numbers (2×2), and neither its output nor its gradient is ever stored at full size. Where
// several x of a window round to one f(x) the gradient goes to the largest x instead of the first.
#include "base/fail.h"
#include "base/memory.h"
#include "plan/plan.h"

static bool never_decreases(const fovea_graph *graph, const fovea__node *node) {
    if (!(node->op->traits & FOVEA__MONOTONE) || node->in_count != 1 || node->in[0] < 0)
        return false;
    fovea_type type = graph->value[node->out[0]].signature.type;
    if (graph->value[node->in[0]].signature.type != type) return false;
    const fovea__attribute *alpha = fovea__node_attribute(node, "alpha");
    return !alpha || alpha->f >= 0;
}

// The pooling node that can change places with node n, -1 where there is none.
static int32_t pool_after(const fovea_graph *graph, const int32_t *reader, size_t n) {
    if (!never_decreases(graph, &graph->node[n])) return -1;
    int32_t next = reader[graph->node[n].out[0]];
    return next >= 0 && graph->node[next].op == fovea__op_find("MaxPool") ? next : -1;
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

// Everything keeps its readers: those of a place read what flows into it, whatever it does.
static int exchange_all(fovea_graph *graph, const int32_t *reader, uint8_t *hidden) {
    int exchanged = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        int32_t pool = pool_after(graph, reader, n);
        if (pool < 0) continue;
        exchange(&graph->node[n], &graph->node[pool]);
        fovea_value between = graph->node[n].out[0];
        graph->value[between].signature = graph->value[graph->node[pool].out[0]].signature;
        hidden[between] = FOVEA__HIDDEN;
        exchanged++;
    }
    return exchanged;
}

fovea_status fovea__pool_first(const fovea_graph *graph, uint8_t *hidden, fovea_graph **rewritten,
                               fovea_error *error) {
    fovea_graph *copy;
    int32_t *reader;
    FOVEA__TRY(fovea__only_readers(graph, &reader, error));
    fovea_status status = fovea__rewrite_begin(graph, &copy, error);
    if (status == FOVEA_OK) {
        *rewritten = copy;
        if (exchange_all(copy, reader, hidden) == 0) {
            fovea__rewrite_free(copy);
            *rewritten = NULL;
        }
    }
    fovea__free(graph->context, reader);
    return status;
}
