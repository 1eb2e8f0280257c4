// SPDX-License-Identifier: MIT
// Pictures of another size: whether a net takes them, and the same net for them.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "model/model.h"

// One number per channel fits any height and width when it is added or multiplied.
static bool spreads(const fovea__node *node, const fovea__value *value) {
    const fovea_shape *shape = &value->signature.shape;
    if (strcmp(node->op->name, "Add") != 0 && strcmp(node->op->name, "Mul") != 0) return false;
    for (int32_t d = 2; d < shape->rank; d++)
        if (shape->dim[d] != 1) return false;
    return shape->rank > 2;
}

// Whether height and width of the node's outputs follow those of the input; -1 when it fixes them.
static int follows(const fovea_graph *graph, const fovea__node *node, const signed char *moving) {
    bool any = false, all = true;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (node->in[i] == FOVEA_NO_VALUE) continue;
        const fovea__value *value = &graph->value[node->in[i]];
        if (value->kind == FOVEA_VALUE_PARAMETER || value->kind == FOVEA_VALUE_BUFFER) continue;
        any |= moving[node->in[i]];
        all &= moving[node->in[i]] || spreads(node, value);
    }
    if (!any) return 0;
    const char *op = node->op->name;
    if (strcmp(op, "GlobalAveragePool") == 0 || strcmp(op, "AdaptiveAveragePool") == 0) return 0;
    bool fixes = strcmp(op, "Flatten") == 0 || strcmp(op, "Gemm") == 0 || !all;
    return fixes ? -1 : 1;
}

int fovea_model_any_size(const fovea_model *model) {
    const fovea_graph *graph = model->graph;
    signed char *moving = fovea__new(model->context, graph->value_count, 1, NULL);
    if (!moving) return 0;
    int any_size = 1;
    for (size_t i = 0; i < graph->input_count; i++) moving[graph->input[i]] = 1;
    for (size_t n = 0; n < graph->node_count && any_size; n++) {
        const fovea__node *node = &graph->node[n];
        int state = follows(graph, node, moving);
        if (state < 0) any_size = 0;
        for (int32_t i = 0; i < node->out_count; i++) moving[node->out[i]] = state > 0;
    }
    fovea__free(model->context, moving);
    return any_size;
}

static fovea_status copy_value(const fovea_graph *graph, size_t index, const fovea_shape *input,
                               fovea_graph *copy, fovea_error *error) {
    const fovea__value *value = &graph->value[index];
    fovea_shape shape = value->signature.shape;
    fovea_value made;
    if (value->kind == FOVEA_VALUE_INPUT) {
        for (int32_t i = 0; i < input->rank; i++) shape.dim[i + 1] = input->dim[i];
        return fovea_graph_add_input(copy, value->name, value->signature.type, &shape, &made,
                                     error);
    }
    FOVEA__TRY(fovea_graph_add_parameter(copy, value->name, value->signature.type, &shape,
                                         value->kind == FOVEA_VALUE_PARAMETER, value->fan_in, &made,
                                         error));
    if (!value->data) return FOVEA_OK;
    size_t bytes = (size_t)fovea_shape_count(&shape) * fovea_type_size(value->signature.type);
    memcpy(fovea__graph_parameter(copy, made).data, value->data, bytes);
    return FOVEA_OK;
}

static fovea_status copy_node(const fovea_graph *graph, int32_t n, fovea_graph *copy,
                              fovea_error *error) {
    const fovea__node *node = &graph->node[n];
    fovea_attribute attributes[FOVEA__MAX_PARAMETERS];
    fovea_value outputs[FOVEA__MAX_OUTPUTS];
    int32_t count = 0;
    for (int32_t i = 0; fovea_graph_attribute(graph, n, i, &attributes[count]); i++) {
        bool left_out = node->op->parameter[i].kind == FOVEA__INTS && attributes[count].count == 0;
        count += !left_out;
    }
    return fovea_graph_add_node(copy, node->op->name, node->name, node->in, node->in_count,
                                attributes, count, outputs, error);
}

// Values are added in their old order, so that every index stays what it was.
static fovea_status copy_all(const fovea_graph *graph, const fovea_shape *input, fovea_graph *copy,
                             fovea_error *error) {
    int32_t n = 0;
    if (graph->deferred) fovea__graph_defer(copy);
    for (size_t v = 0; v < graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_COMPUTED)
            FOVEA__TRY(copy_value(graph, v, input, copy, error));
        else if (graph->value[v].node == n)
            FOVEA__TRY(copy_node(graph, n++, copy, error));
    }
    for (size_t i = 0; i < graph->output_count; i++)
        FOVEA__TRY(fovea_graph_add_output(copy, graph->output[i], error));
    return FOVEA_OK;
}

// A graph of the same nodes and numbers for samples of the shape `input`, of the same rank.
static fovea_status resize_graph(const fovea_graph *graph, const fovea_shape *input,
                                 fovea_graph **resized, fovea_error *error) {
    FOVEA__TRY(fovea_graph_create(graph->context, resized, error));
    fovea_status status = copy_all(graph, input, *resized, error);
    if (status != FOVEA_OK) {
        fovea_graph_free(*resized);
        *resized = NULL;
    }
    return status;
}

static fovea_status check_input(const fovea_shape *own, const fovea_shape *input,
                                fovea_error *error) {
    char has[160], wants[160];
    fovea_shape_format(own, has, sizeof has);
    fovea_shape_format(input, wants, sizeof wants);
    if (input->rank != own->rank || input->dim[0] != own->dim[0])
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the net takes %s, so it can be built for %lld channel%s and %d "
                           "dimension%s of space, not for %s",
                           has, (long long)own->dim[0], own->dim[0] == 1 ? "" : "s", own->rank - 1,
                           own->rank == 2 ? "" : "s", wants);
    for (int32_t i = 1; i < input->rank; i++)
        if (input->dim[i] < 1 || input->dim[i] > INT32_MAX)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "an input of %s has no elements or "
                               "too many",
                               wants);
    return FOVEA_OK;
}

fovea_status fovea_model_resized(const fovea_model *model, const fovea_shape *input,
                                 fovea_model **resized, fovea_error *error) {
    fovea_graph *graph;
    *resized = NULL;
    FOVEA__TRY(check_input(&model->input, input, error));
    FOVEA__TRY(resize_graph(model->graph, input, &graph, error));
    FOVEA__TRY(fovea__model_wrap(model->context, graph, model->architecture, resized, error));
    fovea_status status = fovea__model_copy_description(model, *resized, error);
    if (status != FOVEA_OK) {
        fovea_model_free(*resized);
        *resized = NULL;
    }
    return status;
}
