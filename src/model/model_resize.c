// SPDX-License-Identifier: MIT
// Pictures of another size: whether a net takes them, and the same net for them.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "model/model.h"

static fovea_status copy_value(const fovea_graph *graph, size_t index, const fovea_shape *input,
                               fovea_graph *copy, fovea_error *error) {
    const fovea__value *value = &graph->value[index];
    fovea_shape shape = value->signature.shape;
    fovea_value made;
    if (value->kind == FOVEA_VALUE_INPUT) {
        for (int32_t i = 0; i < input->rank; i++) shape.dim[i + 1] = input->dim[i];
        fovea_type type = value->signature.type;
        return fovea__is_batched(value)
                   ? fovea_graph_add_input(copy, value->name, type, &shape, &made, error)
                   : fovea_graph_add_fixed_input(copy, value->name, type, &shape, &made, error);
    }
    FOVEA__TRY(fovea_graph_add_parameter(copy, value->name, value->signature.type, &shape,
                                         value->kind == FOVEA_VALUE_PARAMETER, value->fan_in, &made,
                                         error));
    if (copy->deferred) return FOVEA_OK;
    size_t bytes = (size_t)fovea_shape_count(&shape) * fovea_type_size(value->signature.type);
    memcpy(fovea__graph_parameter(copy, made).data, value->data, bytes);
    return FOVEA_OK;
}

static fovea_status copy_node(const fovea_graph *graph, int32_t n, fovea_graph *copy,
                              fovea_error *error) {
    const fovea__node *node = &graph->node[n];
    fovea_attribute attributes[FOVEA__MAX_PARAMETERS];
    fovea_value outputs[FOVEA__MAX_OUTPUTS];
    const char *names[FOVEA__MAX_OUTPUTS];
    int32_t count = 0;
    for (int32_t o = 0; o < node->out_count; o++) names[o] = graph->value[node->out[o]].name;
    for (int32_t i = 0; fovea_graph_attribute(graph, n, i, &attributes[count]); i++) {
        bool left_out = fovea__is_list(node->op->parameter[i].kind) && attributes[count].count == 0;
        count += !left_out;
    }
    return fovea_graph_add_node_named(copy, node->op->name, node->name, node->in, node->in_count,
                                      attributes, count, names, outputs, error);
}

// Values are added in their old order, so that every index stays what it was.
static fovea_status copy_all(const fovea_graph *graph, const fovea_shape *input, fovea_graph *copy,
                             fovea_error *error) {
    int32_t n = 0;
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

// A graph of the same nodes, and numbers unless it is for its shapes only, for samples of the shape
// `input`, of the same rank.
static fovea_status resize_graph(const fovea_graph *graph, const fovea_shape *input,
                                 bool shapes_only, fovea_graph **resized, fovea_error *error) {
    FOVEA__TRY(fovea_graph_create(graph->context, resized, error));
    if (shapes_only) fovea__graph_defer(*resized);
    fovea_status status = copy_all(graph, input, *resized, error);
    if (status != FOVEA_OK) {
        fovea_graph_free(*resized);
        *resized = NULL;
    }
    return status;
}

// Whether the net can be built for samples whose sides are `times` as long and `more`, and gives as
// many numbers where it gives a row of them for each sample.
static bool works_at(const fovea_model *model, int64_t times, int64_t more) {
    fovea_shape input = model->input;
    fovea_graph *other;
    for (int32_t d = 1; d < input.rank; d++)
        if (!fovea__mul_i64(input.dim[d], times, &input.dim[d]) ||
            !fovea__add_i64(input.dim[d], more + d, &input.dim[d]) || input.dim[d] > INT32_MAX)
            return false;
    if (resize_graph(model->graph, &input, true, &other, NULL) != FOVEA_OK) return false;
    bool same = true;
    for (size_t o = 0; o < other->output_count; o++) {
        const fovea_shape *was = &model->graph->value[model->graph->output[o]].signature.shape;
        const fovea_shape *is = &other->value[other->output[o]].signature.shape;
        same &= is->rank > 2 || fovea_shape_equal(is, was);
    }
    fovea_graph_free(other);
    return same;
}

int fovea_model_any_size(const fovea_model *model) {
    return model->input.rank > 0 && works_at(model, 1, 0) && works_at(model, 2, 1) &&
           works_at(model, 3, 4);
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
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    FOVEA__TRY(check_input(&model->input, input, error));
    FOVEA__TRY(resize_graph(model->graph, input, model->graph->deferred, &graph, error));
    FOVEA__TRY(fovea__model_wrap(model->context, graph, model->architecture, resized, error));
    fovea_status status = fovea__model_copy_description(model, *resized, error);
    if (status != FOVEA_OK) {
        fovea_model_free(*resized);
        *resized = NULL;
    }
    return status;
}
