// SPDX-License-Identifier: MIT
// A net made of another one: for pictures of another size, or with its normalisations folded.
#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "graph/copy_node.h"
#include "graph/fold_batchnorm.h"
#include "model/model.h"

static fovea_status copy_value(const fovea_graph *graph, fovea_value v, const fovea_shape *input,
                               fovea_graph *copy, fovea_error *error) {
    fovea_shape shape = graph->value[v].signature.shape;
    fovea_value made;
    for (int32_t i = 0; graph->value[v].kind == FOVEA_VALUE_INPUT && i < input->rank; i++)
        shape.dim[i + 1] = input->dim[i];
    return fovea__graph_copy_value(graph, v, &shape, copy, &made, error);
}

static fovea_status copy_node(const fovea_graph *graph, int32_t n, fovea_graph *copy,
                              fovea_error *error) {
    const fovea__node *node = &graph->node[n];
    fovea_value outputs[FOVEA__MAX_OUTPUTS];
    const char *names[FOVEA__MAX_OUTPUTS];
    for (int32_t o = 0; o < node->out_count; o++) names[o] = graph->value[node->out[o]].name;
    return fovea__graph_copy_node(graph, n, node->in, node->in_count, names, copy, outputs, error);
}

// Values are added in their old order, so that every index stays what it was.
static fovea_status copy_all(const fovea_graph *graph, const fovea_shape *input, fovea_graph *copy,
                             fovea_error *error) {
    int32_t n = 0;
    for (size_t v = 0; v < graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_COMPUTED)
            FOVEA__TRY(copy_value(graph, (fovea_value)v, input, copy, error));
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

// A model of the graph, which becomes its own, with `model`'s description.
static fovea_status wrap_like(const fovea_model *model, fovea_graph *graph, fovea_model **made,
                              fovea_error *error) {
    FOVEA__TRY(fovea__model_wrap(model->context, graph, model->architecture, made, error));
    fovea_status status = fovea__model_copy_description(model, *made, error);
    if (status != FOVEA_OK) {
        fovea_model_free(*made);
        *made = NULL;
    }
    return status;
}

fovea_status fovea_model_resized(const fovea_model *model, const fovea_shape *input,
                                 fovea_model **resized, fovea_error *error) {
    fovea_graph *graph;
    *resized = NULL;
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    FOVEA__TRY(check_input(&model->input, input, error));
    FOVEA__TRY(resize_graph(model->graph, input, model->graph->deferred, &graph, error));
    return wrap_like(model, graph, resized, error);
}

fovea_status fovea_model_fold_batchnorm(const fovea_model *model, fovea_model **folded,
                                        fovea_error *error) {
    fovea_graph *graph;
    *folded = NULL;
    FOVEA__TRY(fovea__graph_fold_batchnorm(model->graph, &graph, error));
    return wrap_like(model, graph, folded, error);
}
