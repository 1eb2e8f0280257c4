// SPDX-License-Identifier: MIT
#include "figures/filter_weights.h"

#include <string.h>

#include "base/memory.h"
#include "figures/choose_layers.h"
#include "graph/graph.h"
#include "tensor/convert.h"

// Kernel of one, two or three dimensions: F×C×[D×][H×]W.
static void conv_sizes(const fovea_shape *shape, fovea__filter_weights *w) {
    int32_t rank = shape->rank;
    w->filters = shape->dim[0];
    w->slices = rank == 5 ? shape->dim[2] : 1;
    w->channels = shape->dim[1] * w->slices;
    w->height = rank >= 4 ? shape->dim[rank - 2] : 1;
    w->width = shape->dim[rank - 1];
}

// The shape C×H×W that a Flatten before `value` took in, behind layers that leave the shape alone.
static bool flattened_picture(const fovea_graph *graph, fovea_value value, fovea_shape *picture) {
    int64_t wanted = graph->value[value].signature.shape.dim[1];
    for (;;) {
        int32_t node = graph->value[value].node;
        if (node < 0) return false;
        fovea_value before = graph->node[node].in[0];
        const fovea_shape *shape = &graph->value[before].signature.shape;
        if (strcmp(graph->node[node].op->name, "Flatten") == 0) {
            *picture = *shape;
            return shape->rank == 4 && shape->dim[1] * shape->dim[2] * shape->dim[3] == wanted;
        }
        if (shape->rank != 2 || shape->dim[1] != wanted || graph->node[node].in_count > 1)
            return false;
        if (strcmp(graph->node[node].op->name, "Gemm") == 0) return false;
        value = before;
    }
}

static void linear_sizes(const fovea_graph *graph, const fovea_shape *shape,
                         fovea__filter_weights *w) {
    fovea_shape picture;
    w->linear = true;
    w->slices = 1;
    if (flattened_picture(graph, graph->node[w->node].in[0], &picture)) {
        w->filters = shape->dim[0];
        w->channels = picture.dim[1];
        w->height = picture.dim[2];
        w->width = picture.dim[3];
        return;
    }
    w->matrix = true;
    w->filters = w->channels = 1;
    w->height = shape->dim[0];
    w->width = shape->dim[1];
}

static fovea_status convert(fovea_context *context, fovea__filter_weights *weights,
                            fovea_error *error) {
    const fovea_view *view = &weights->value[0].view;
    int64_t count = fovea_shape_count(&view->shape);
    weights->data = fovea__new(context, (size_t)count, sizeof *weights->data, error);
    if (!weights->data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        fovea__convert(view->type, view->data, FOVEA_F32, weights->data, count, error);
    if (status != FOVEA_OK) fovea__filter_weights_free(context, weights);
    return status;
}

fovea_status fovea__filter_weights_read(fovea_context *context, const fovea_graph *graph,
                                        int32_t node, fovea__filter_weights *weights,
                                        fovea_error *error) {
    fovea_node_info info = fovea_graph_node(graph, node);
    *weights = (fovea__filter_weights){.node = node, .name = info.name, .text = info.text};
    for (int32_t i = 1; i < info.input_count && i < 3; i++) {
        if (info.inputs[i] == FOVEA_NO_VALUE) break;
        weights->value[weights->values++] =
            (fovea_named_tensor){fovea_graph_value(graph, info.inputs[i]).name,
                                 fovea__graph_parameter(graph, info.inputs[i])};
    }
    if (fovea__layer_is_conv(graph, node))
        conv_sizes(&weights->value[0].view.shape, weights);
    else
        linear_sizes(graph, &weights->value[0].view.shape, weights);
    return convert(context, weights, error);
}

fovea_status fovea__filter_weights_of_tensor(fovea_context *context,
                                             const fovea_named_tensor *tensor, int32_t position,
                                             fovea__filter_weights *weights, fovea_error *error) {
    const fovea_shape *shape = &tensor->view.shape;
    *weights = (fovea__filter_weights){
        .node = position, .name = tensor->name, .text = "tensor", .value = {*tensor}, .values = 1};
    if (shape->rank >= 3) {
        conv_sizes(shape, weights);
    } else {
        weights->linear = weights->matrix = true;
        weights->slices = weights->filters = weights->channels = 1;
        weights->height = shape->dim[0];
        weights->width = shape->dim[1];
    }
    return convert(context, weights, error);
}

void fovea__filter_weights_free(fovea_context *context, fovea__filter_weights *weights) {
    fovea__free(context, weights->data);
    weights->data = NULL;
}
