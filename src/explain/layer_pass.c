// SPDX-License-Identifier: MIT
#include "explain/layer_pass.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/gradient_path.h"
#include "graph/cut.h"
#include "model/model.h"
#include "run/session.h"
#include "tensor/convert.h"

// What goes into the softmax that `layer` is the end of, else the layer itself.
static fovea_value peeled(const fovea_graph *graph, fovea_value layer) {
    const char *op;
    fovea_value logits = fovea_graph_logits(graph, layer, &op);
    if (!op) return layer;
    for (int32_t i = 0; i < fovea_graph_output_count(graph); i++)
        if (fovea_graph_logits(graph, fovea_graph_output(graph, i), &op) == logits && op)
            return logits;
    return layer;
}

static fovea_value before_relu(const fovea_graph *graph, fovea_value layer) {
    const fovea__node *node = &graph->node[graph->value[layer].node];
    bool computed = strcmp(node->op->name, "Relu") == 0 && graph->value[node->in[0]].node >= 0;
    return computed ? node->in[0] : layer;
}

static fovea_status check_layer(const fovea_model *model, fovea_value layer, fovea_error *error) {
    const fovea_graph *graph = model->graph;
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    FOVEA__TRY(fovea__graph_check_memory(graph, error));
    if (layer < 0 || layer >= fovea_graph_value_count(graph) || graph->value[layer].node < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "value %d is no layer: no node computes it", layer);
    return fovea__gradient_path(graph, fovea_graph_input(graph, 0), layer, error);
}

static fovea_status find_shapes(fovea__layer_pass *pass, const fovea_model *model,
                                fovea_error *error) {
    const fovea_graph *graph = model->graph;
    fovea__signature input = fovea__at_batch(&graph->value[pass->input], 1);
    fovea__signature layer = fovea__at_batch(&graph->value[pass->layer], 1);
    pass->type = input.type;
    pass->input_shape = input.shape;
    pass->shape = layer.shape;
    pass->input_count = fovea_shape_count(&input.shape);
    pass->count = fovea_shape_count(&layer.shape);
    if (layer.type != input.type || layer.shape.rank < 2 || layer.shape.dim[0] != 1)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->value[pass->layer].name, -1,
                              "is no layer of channels of the one sample");
    return FOVEA_OK;
}

static fovea_status open_session(fovea__layer_pass *pass, const fovea_model *model,
                                 fovea_error *error) {
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.gradients = 1;
    options.fixed_parameters = 1;
    options.plan = "plain";
    FOVEA__TRY(fovea__graph_cut(model->graph, &pass->input, 1, &pass->layer, 1, &pass->cut, error));
    return fovea_session_create(pass->cut, &options, &pass->session, error);
}

static fovea_status take_memory(fovea__layer_pass *pass, fovea_error *error) {
    // Beside the seed, where the session's own numbers are no floats.
    int64_t extra = pass->type == FOVEA_F32 ? 0 : pass->count + pass->input_count;
    pass->number =
        fovea__new(pass->context, (size_t)(pass->count + extra), sizeof *pass->number, error);
    if (!pass->number) return FOVEA_OUT_OF_MEMORY;
    pass->seed = pass->number;
    if (extra) {
        pass->activation = pass->number + pass->count;
        pass->gradient = pass->activation + pass->count;
    }
    FOVEA__TRY(fovea_tensor_create(pass->context, pass->type, &pass->input_shape, &pass->x, error));
    return fovea_tensor_create(pass->context, pass->type, &pass->shape, &pass->d, error);
}

static fovea_status prepare(fovea__layer_pass *pass, const fovea_model *model, fovea_value layer,
                            fovea_error *error) {
    FOVEA__TRY(check_layer(model, layer, error));
    pass->input = fovea_graph_input(model->graph, 0);
    layer = peeled(model->graph, layer);
    pass->layer = before_relu(model->graph, layer);
    pass->rectified = pass->layer != layer;
    FOVEA__TRY(find_shapes(pass, model, error));
    FOVEA__TRY(open_session(pass, model, error));
    return take_memory(pass, error);
}

fovea_status fovea__layer_pass_create(const fovea_model *model, fovea_value layer,
                                      fovea__layer_pass **result, fovea_error *error) {
    fovea__layer_pass *pass = fovea__new(model->context, 1, sizeof *pass, error);
    if (!pass) return FOVEA_OUT_OF_MEMORY;
    pass->context = model->context;
    fovea_status status = prepare(pass, model, layer, error);
    if (status == FOVEA_OK)
        *result = pass;
    else
        fovea__layer_pass_free(pass);
    return status;
}

void fovea__layer_pass_free(fovea__layer_pass *pass) {
    if (!pass) return;
    fovea_session_free(pass->session);
    fovea__graph_cut_free(pass->cut);
    fovea_tensor_free(pass->x);
    fovea_tensor_free(pass->d);
    fovea__free(pass->context, pass->number);
    fovea__free(pass->context, pass);
}

// What the session holds, as floats: itself, or converted to `own`.
static fovea_status read_numbers(const fovea__layer_pass *pass, const void *held, int64_t count,
                                 const float **numbers, fovea_error *error) {
    if (pass->type == FOVEA_F32) {
        *numbers = held;
        return FOVEA_OK;
    }
    return fovea__convert(pass->type, held, FOVEA_F32, (float *)*numbers, count, error);
}

fovea_status fovea__layer_pass_forward(fovea__layer_pass *pass, const float *x,
                                       fovea_error *error) {
    fovea_view view = fovea_tensor_view(pass->x);
    FOVEA__TRY(fovea__convert(FOVEA_F32, x, pass->type, view.data, pass->input_count, error));
    FOVEA__TRY(fovea_session_forward(pass->session, &view, 1, error));
    return read_numbers(pass, pass->session->value[pass->layer], pass->count, &pass->activation,
                        error);
}

fovea_status fovea__layer_pass_backward(fovea__layer_pass *pass, fovea_error *error) {
    fovea_view view = fovea_tensor_view(pass->d);
    FOVEA__TRY(fovea__convert(FOVEA_F32, pass->seed, pass->type, view.data, pass->count, error));
    FOVEA__TRY(fovea_session_backward(pass->session, pass->layer, &view, error));
    return read_numbers(pass, pass->session->gradient[pass->input], pass->input_count,
                        &pass->gradient, error);
}
