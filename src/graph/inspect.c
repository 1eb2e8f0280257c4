// SPDX-License-Identifier: MIT
// Looking at a graph through the public interface.
#include "base/memory.h"
#include "graph/graph.h"

int32_t fovea_graph_node_count(const fovea_graph *graph) {
    return (int32_t)graph->node_count;
}
int32_t fovea_graph_value_count(const fovea_graph *graph) {
    return (int32_t)graph->value_count;
}
int32_t fovea_graph_input_count(const fovea_graph *graph) {
    return (int32_t)graph->input_count;
}
int32_t fovea_graph_output_count(const fovea_graph *graph) {
    return (int32_t)graph->output_count;
}

fovea_value fovea_graph_input(const fovea_graph *graph, int32_t index) {
    return index >= 0 && (size_t)index < graph->input_count ? graph->input[index] : FOVEA_NO_VALUE;
}

fovea_value fovea_graph_output(const fovea_graph *graph, int32_t index) {
    return index >= 0 && (size_t)index < graph->output_count ? graph->output[index]
                                                             : FOVEA_NO_VALUE;
}

fovea_node_info fovea_graph_node(const fovea_graph *graph, int32_t index) {
    if (index < 0 || (size_t)index >= graph->node_count) return (fovea_node_info){0};
    const fovea__node *node = &graph->node[index];
    return (fovea_node_info){.name = node->name,
                             .op = node->op->name,
                             .text = node->text,
                             .label = node->label,
                             .input_count = node->in_count,
                             .output_count = node->out_count,
                             .inputs = node->in,
                             .outputs = node->out};
}

fovea_value_info fovea_graph_value(const fovea_graph *graph, fovea_value value) {
    if (value < 0 || (size_t)value >= graph->value_count) return (fovea_value_info){.node = -1};
    const fovea__value *v = &graph->value[value];
    return (fovea_value_info){.name = v->name,
                              .kind = v->kind,
                              .type = v->signature.type,
                              .shape = v->signature.shape,
                              .node = v->node};
}

fovea_value fovea_graph_find_value(const fovea_graph *graph, const char *name) {
    return fovea__name_find(&graph->value_names, name);
}

int32_t fovea_graph_find_node(const fovea_graph *graph, const char *name) {
    return fovea__name_find(&graph->node_names, name);
}

int fovea_graph_attribute(const fovea_graph *graph, int32_t node, int32_t index,
                          fovea_attribute *attribute) {
    if (node < 0 || (size_t)node >= graph->node_count) return 0;
    const fovea__node *n = &graph->node[node];
    if (index < 0 || index >= FOVEA__MAX_PARAMETERS || !n->op->parameter[index].name) return 0;
    const fovea__attribute *value = &n->attributes.value[index];
    const fovea__parameter *parameter = &n->op->parameter[index];
    *attribute = (fovea_attribute){.name = parameter->name};
    if (parameter->kind == FOVEA__REAL) {
        attribute->real = value->f;
        return 1;
    }
    attribute->count = value->count;
    if (parameter->kind == FOVEA__REALS)
        attribute->reals = value->r;
    else
        attribute->integers = value->i;
    return 1;
}

fovea_view fovea__graph_parameter(const fovea_graph *graph, fovea_value value) {
    if (value < 0 || (size_t)value >= graph->value_count) return (fovea_view){0};
    const fovea__value *v = &graph->value[value];
    return (fovea_view){v->signature.type, v->signature.shape, v->data};
}

fovea_view fovea_graph_parameter(const fovea_graph *graph, fovea_value value) {
    fovea_view view = fovea__graph_parameter(graph, value);
    if (view.data) atomic_store(&graph->numbers->exposed, true);
    return view;
}

const fovea__attribute *fovea__node_attribute(const fovea__node *node, const char *name) {
    int index = fovea__op_parameter(node->op, name);
    return index < 0 ? NULL : &node->attributes.value[index];
}

int64_t fovea__node_integer(const fovea__node *node, const char *name, int32_t i,
                            int64_t standard) {
    const fovea__attribute *attribute = fovea__node_attribute(node, name);
    return attribute && i >= 0 && i < attribute->count ? attribute->i[i] : standard;
}

void fovea_string_free(fovea_context *context, char *text) {
    fovea__free(context, text);
}
