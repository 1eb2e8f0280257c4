// SPDX-License-Identifier: MIT
#include "explain/cam_head.h"

#include <string.h>

#include "base/memory.h"
#include "graph/dependents.h"

static bool is(const fovea__node *node, const char *name) {
    return strcmp(node->op->name, name) == 0;
}

// The one node that reads `v`, once; NULL where it has several readers or is read twice.
static const fovea__node *only_reader(const fovea_graph *graph, fovea_value v) {
    const fovea__node *reader = NULL;
    int32_t readings = graph->output[0] == v;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] == v) {
                reader = &graph->node[n];
                readings++;
            }
    return readings == 1 ? reader : NULL;
}

static bool means_cells(const fovea_graph *graph, const fovea__node *node) {
    const fovea_shape *from = &graph->value[node->in[0]].signature.shape;
    const fovea_shape *to = &graph->value[node->out[0]].signature.shape;
    if (is(node, "GlobalAveragePool")) return true;
    if (is(node, "ReduceMean")) {
        const fovea__attribute *axes = fovea__node_attribute(node, "axes");
        bool cells = axes && axes->count == from->rank - 2;
        for (int32_t i = 0; cells && i < axes->count; i++)
            cells = axes->i[i] < 0 ? axes->i[i] + from->rank >= 2 : axes->i[i] >= 2;
        return cells;
    }
    for (int32_t d = 2; d < to->rank; d++)
        if (to->dim[d] != 1) return false;
    if (is(node, "AdaptiveAveragePool")) return true;
    if (!is(node, "AveragePool")) return false;
    for (int32_t d = 0; d < from->rank - 2; d++)
        if (fovea__node_integer(node, "kernel_shape", d, 0) != from->dim[d + 2] ||
            fovea__node_integer(node, "pads", d, 0) != 0 ||
            fovea__node_integer(node, "pads", d + from->rank - 2, 0) != 0 ||
            fovea__node_integer(node, "dilations", d, 1) != 1)
            return false;
    return true;
}

static bool is_fixed(const fovea_graph *graph, fovea_value v) {
    return v >= 0 && graph->value[v].data && fovea__is_float(graph->value[v].signature.type);
}

// Whether the node is a linear layer of what comes from `v`; its weight goes into `head`.
static bool is_linear(const fovea_graph *graph, const fovea__node *node, fovea_value v,
                      fovea__cam_head *head) {
    bool gemm = is(node, "Gemm"), product = is(node, "MatMul");
    if ((!gemm && !product) || node->in[0] != v || !is_fixed(graph, node->in[1])) return false;
    const fovea_shape *weight = &graph->value[node->in[1]].signature.shape;
    if (weight->rank != 2 || weight->dim[product ? 0 : 1] != head->inputs) return false;
    head->weight = node->in[1];
    head->by_input = product;
    head->outputs = weight->dim[product ? 1 : 0];
    if (!gemm || node->in_count < 3 || node->in[2] == FOVEA_NO_VALUE) return true;
    head->bias = node->in[2];
    return is_fixed(graph, head->bias);
}

static bool is_bias(const fovea_graph *graph, const fovea__node *node, fovea_value v,
                    fovea__cam_head *head) {
    if (!is(node, "Add") || head->weight == FOVEA_NO_VALUE || head->bias != FOVEA_NO_VALUE)
        return false;
    head->bias = node->in[0] == v ? node->in[1] : node->in[0];
    return is_fixed(graph, head->bias) &&
           fovea__value_size(&graph->value[head->bias]) == head->outputs;
}

bool fovea__cam_head_find(const fovea_explainer *explainer, fovea_value layer,
                          fovea__cam_head *head) {
    static const char *const always[] = {"Identity", "Dropout", NULL};
    static const char *const reshapes[] = {"Flatten", "Reshape", "Squeeze", "Unsqueeze", NULL};
    const fovea_graph *graph = explainer->graph;
    const fovea_shape *maps = &graph->value[layer].signature.shape;
    bool pooled = false;
    *head = (fovea__cam_head){FOVEA_NO_VALUE, FOVEA_NO_VALUE, false, 0, 0};
    if (maps->rank < 3) return false;
    head->inputs = head->outputs = maps->dim[1];
    for (fovea_value v = layer; v != explainer->logits || !pooled;) {
        const fovea__node *node = only_reader(graph, v);
        if (!node || node->out_count < 1) return false;
        if (!pooled && means_cells(graph, node))
            pooled = true;
        else if (!fovea__is_one_of(node, always) && !(pooled && fovea__is_one_of(node, reshapes)) &&
                 !(pooled && head->weight == FOVEA_NO_VALUE && is_linear(graph, node, v, head)) &&
                 !is_bias(graph, node, v, head))
            return false;
        v = node->out[0];
    }
    return head->outputs == explainer->outputs;
}

static double number_of(const fovea_explainer *explainer, fovea_value v, int64_t index) {
    const fovea__value *value = &explainer->graph->value[v];
    fovea_view view = {
        .data = value->data, .type = value->signature.type, .shape = value->signature.shape};
    return fovea__view_number(&view, index);
}

double fovea__cam_head_weight(const fovea_explainer *explainer, const fovea__cam_head *head,
                              int64_t output, int64_t input) {
    if (head->weight == FOVEA_NO_VALUE) return output == input;
    int64_t index = head->by_input ? input * head->outputs + output : output * head->inputs + input;
    return number_of(explainer, head->weight, index);
}

double fovea__cam_head_bias(const fovea_explainer *explainer, const fovea__cam_head *head,
                            int64_t output) {
    return head->bias == FOVEA_NO_VALUE ? 0 : number_of(explainer, head->bias, output);
}

// Affine in all its inputs that `depends` marks together.
static bool is_affine(const fovea__node *node, const uint8_t *depends) {
    static const char *const sums[] = {"Add", "Sub", "Sum", "Mean", "Concat", NULL};
    static const char *const products[] = {"Mul", "MatMul", NULL};
    int32_t first, marked = fovea__marked_inputs(node, depends, &first);
    if (marked == 0 || fovea__is_one_of(node, sums)) return true;
    if (!(node->op->traits & FOVEA__LINEAR) || is(node, "Cast")) return false;
    return marked == 1 && (depends[node->in[0]] || fovea__is_one_of(node, products));
}

fovea_status fovea__affine_behind(const fovea_explainer *explainer, fovea_value layer, bool *affine,
                                  fovea_error *error) {
    const fovea_graph *graph = explainer->graph;
    uint8_t *depends = fovea__new(explainer->context, graph->value_count, 1, error);
    if (!depends) return FOVEA_OUT_OF_MEMORY;
    fovea__mark_dependents(graph, layer, depends);
    *affine = true;
    for (size_t n = 0; n < graph->node_count; n++)
        if (graph->node[n].out[0] != layer) *affine &= is_affine(&graph->node[n], depends);
    fovea__free(explainer->context, depends);
    return FOVEA_OK;
}
