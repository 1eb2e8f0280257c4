// SPDX-License-Identifier: MIT
#include "graph/cut.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

// What of the graph is needed: marks of values and nodes.
typedef struct {
    uint8_t *value, *node;
} needed;

static bool contains(const fovea_value *list, int32_t count, fovea_value v) {
    for (int32_t i = 0; i < count; i++)
        if (list[i] == v) return true;
    return false;
}

static fovea_status check(const fovea_graph *graph, const fovea_value *list, int32_t count,
                          fovea_error *error) {
    for (int32_t i = 0; i < count; i++)
        if (list[i] < 0 || (size_t)list[i] >= graph->value_count)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d does not exist", list[i]);
    return FOVEA_OK;
}

// Against the order of the nodes, so that every reader of a value comes before what makes it.
static void mark(const fovea_graph *graph, const fovea_value *from, int32_t from_count,
                 const fovea_value *to, int32_t to_count, needed *need) {
    for (int32_t o = 0; o < to_count; o++) need->value[to[o]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        for (int32_t o = 0; o < node->out_count; o++)
            need->node[n] |= need->value[node->out[o]] && !contains(from, from_count, node->out[o]);
        if (!need->node[n]) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) need->value[node->in[i]] = 1;
        for (int32_t o = 0; o < node->out_count; o++) need->value[node->out[o]] = 1;
    }
}

static fovea_status check_inputs(const fovea_graph *graph, const fovea_value *from,
                                 int32_t from_count, const needed *need, fovea_error *error) {
    for (size_t i = 0; i < graph->input_count; i++) {
        fovea_value v = graph->input[i];
        if (need->value[v] && !contains(from, from_count, v))
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->value[v].name, -1,
                                  "is an input that part of the net needs, too");
    }
    return FOVEA_OK;
}

static void keep_nodes(const fovea_graph *graph, const needed *need, fovea_graph *cut) {
    cut->node_count = 0;
    for (size_t v = 0; v < cut->value_count; v++) {
        fovea__value *value = &cut->value[v];
        if (value->kind == FOVEA_VALUE_COMPUTED || value->kind == FOVEA_VALUE_INPUT)
            value->node = -1;
        if (need->value[v]) continue;
        value->kind = FOVEA_VALUE_BUFFER;
        value->data = NULL;
        value->signature = (fovea__signature){.type = FOVEA_TYPE_NONE};
    }
    for (size_t n = 0; n < graph->node_count; n++) {
        if (!need->node[n]) continue;
        cut->node[cut->node_count] = graph->node[n];
        for (int32_t o = 0; o < graph->node[n].out_count; o++)
            cut->value[graph->node[n].out[o]].node = (int32_t)cut->node_count;
        cut->node_count++;
    }
}

static void set_inputs(const fovea_value *from, int32_t from_count, fovea_graph *cut) {
    cut->input_count = 0;
    for (int32_t i = 0; i < from_count; i++) {
        fovea__value *value = &cut->value[from[i]];
        if (value->signature.type == FOVEA_TYPE_NONE) continue;
        value->kind = FOVEA_VALUE_INPUT;
        value->node = -1;
        cut->input[cut->input_count++] = from[i];
    }
}

static fovea_status build(const fovea_graph *graph, const fovea_value *from, int32_t from_count,
                          const fovea_value *to, int32_t to_count, const needed *need,
                          fovea_graph *cut, fovea_error *error) {
    fovea_context *context = graph->context;
    *cut = *graph;
    cut->value = fovea__new(context, graph->value_count, sizeof *cut->value, error);
    cut->node = fovea__new(context, graph->node_count, sizeof *cut->node, error);
    cut->input = fovea__new(context, (size_t)from_count, sizeof *cut->input, error);
    cut->output = fovea__new(context, (size_t)to_count, sizeof *cut->output, error);
    if (!cut->value || !cut->node || !cut->input || !cut->output) return FOVEA_OUT_OF_MEMORY;
    memcpy(cut->value, graph->value, graph->value_count * sizeof *cut->value);
    memcpy(cut->output, to, (size_t)to_count * sizeof *to);
    cut->output_count = (size_t)to_count;
    keep_nodes(graph, need, cut);
    set_inputs(from, from_count, cut);
    return FOVEA_OK;
}

fovea_status fovea__graph_cut(const fovea_graph *graph, const fovea_value *from, int32_t from_count,
                              const fovea_value *to, int32_t to_count, fovea_graph **result,
                              fovea_error *error) {
    fovea_context *context = graph->context;
    FOVEA__TRY(check(graph, from, from_count, error));
    FOVEA__TRY(check(graph, to, to_count, error));
    needed need = {.value = fovea__new(context, graph->value_count, 1, error),
                   .node = fovea__new(context, graph->node_count, 1, error)};
    fovea_graph *cut = fovea__new(context, 1, sizeof *cut, error);
    fovea_status status = need.value && need.node && cut ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (cut) cut->context = context;
    if (status == FOVEA_OK) {
        mark(graph, from, from_count, to, to_count, &need);
        status = check_inputs(graph, from, from_count, &need, error);
    }
    if (status == FOVEA_OK)
        status = build(graph, from, from_count, to, to_count, &need, cut, error);
    fovea__free(context, need.value);
    fovea__free(context, need.node);
    if (status == FOVEA_OK)
        *result = cut;
    else
        fovea__graph_cut_free(cut);
    return status;
}

void fovea__graph_cut_free(fovea_graph *cut) {
    if (!cut) return;
    fovea_context *context = cut->context;
    fovea__free(context, cut->value);
    fovea__free(context, cut->node);
    fovea__free(context, cut->input);
    fovea__free(context, cut->output);
    fovea__free(context, cut);
}
