// SPDX-License-Identifier: MIT
// What a convolution or a pooling does at single positions: the operator runs over the whole
// picture as a graph of one node.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/window_kept.h"
#include "fovea/run.h"
#include "graph/graph.h"

void fovea_window_options_default(fovea_window_kind kind, fovea_window_options *options) {
    int32_t side = kind == FOVEA_WINDOW_CONVOLUTION ? 3 : 2;
    *options = (fovea_window_options){.size = sizeof *options,
                                      .channel = -1,
                                      .kernel_channels = 1,
                                      .kernel_size = {side, side},
                                      .dilation = {1, 1},
                                      .count_include_pad = 1,
                                      .at = {-1, -1},
                                      .frames = 1,
                                      .seconds = 1.5};
}

// The operator

static fovea_status add_weights(const fovea_window_steps *steps, fovea_graph *graph,
                                fovea_value in[3], fovea_error *error) {
    const fovea_window_options *o = &steps->options;
    int64_t dims[] = {1, steps->channels, o->kernel_size[0], o->kernel_size[1]};
    fovea_shape shape = fovea_shape_make(4, dims), one = fovea_shape_make(1, dims);
    FOVEA__TRY(fovea_graph_add_parameter(graph, "w", FOVEA_F64, &shape, 0, 0, &in[1], error));
    FOVEA__TRY(fovea_graph_add_parameter(graph, "b", FOVEA_F64, &one, 0, 0, &in[2], error));
    memcpy(fovea__graph_parameter(graph, in[1]).data, steps->weights,
           (size_t)fovea_shape_count(&shape) * sizeof(double));
    memcpy(fovea__graph_parameter(graph, in[2]).data, &o->bias, sizeof(double));
    return FOVEA_OK;
}

static fovea_status add_operator(const fovea_window_steps *steps, fovea_graph *graph,
                                 fovea_value *y, fovea_error *error) {
    static const char *const ops[] = {"Conv", "MaxPool", "AveragePool"};
    static const char *const names[] = {"convolution", "maxpool", "avgpool"};
    const fovea_window_options *o = &steps->options;
    fovea_value in[3] = {0};
    int64_t dims[] = {1, steps->channels, steps->height, steps->width}, numbers[4][2];
    const int32_t *pairs[] = {o->kernel_size, o->stride, o->padding, o->dilation};
    static const char *const keys[] = {"kernel", "stride", "padding", "dilation"};
    fovea_attribute attributes[5];
    fovea_shape shape = fovea_shape_make(4, dims);
    int64_t include = o->count_include_pad != 0;
    for (int i = 0; i < 4; i++) {
        for (int axis = 0; axis < 2; axis++) numbers[i][axis] = pairs[i][axis];
        attributes[i] = (fovea_attribute){.name = keys[i], .count = 2, .integers = numbers[i]};
    }
    attributes[4] =
        (fovea_attribute){.name = "count_include_pad", .count = 1, .integers = &include};
    FOVEA__TRY(fovea_graph_add_input(graph, "x", FOVEA_F64, &shape, &in[0], error));
    bool convolution = steps->kind == FOVEA_WINDOW_CONVOLUTION;
    if (convolution) FOVEA__TRY(add_weights(steps, graph, in, error));
    return fovea_graph_add_node(graph, ops[steps->kind], names[steps->kind], in,
                                convolution ? 3 : 1, attributes,
                                steps->kind == FOVEA_WINDOW_AVGPOOL ? 5 : 4, y, error);
}

static fovea_status run_operator(fovea_window_steps *steps, fovea_graph *graph,
                                 fovea_error *error) {
    fovea_value y;
    fovea_session *session = NULL;
    int64_t dims[] = {1, steps->channels, steps->height, steps->width};
    fovea_view x = {FOVEA_F64, fovea_shape_make(4, dims), steps->input};
    FOVEA__TRY(add_operator(steps, graph, &y, error));
    FOVEA__TRY(fovea_graph_add_output(graph, y, error));
    FOVEA__TRY(fovea_session_create(graph, NULL, &session, error));
    fovea_status status = fovea_session_forward(session, &x, 1, error);
    if (!status) status = fovea_session_value(session, y, &steps->output, error);
    fovea_session_free(session);
    if (status) return status;
    fovea_shape shape = fovea_tensor_view(steps->output).shape;
    for (int axis = 0; axis < 2; axis++) steps->out[axis] = shape.dim[2 + axis];
    return FOVEA_OK;
}

// Positions

static fovea_status choose_positions(fovea_window_steps *steps, fovea_error *error) {
    fovea_window_options *o = &steps->options;
    int64_t size[] = {steps->height, steps->width};
    for (int axis = 0; axis < 2; axis++) {
        bool whole = size[axis] + 2 * o->padding[axis] <= FOVEA__WINDOW_WHOLE;
        if (o->at[axis] == -1) o->at[axis] = whole ? 0 : (steps->out[axis] - 1) / 2;
    }
    if (o->at[0] < 0 || o->at[0] >= steps->out[0] || o->at[1] < 0 || o->at[1] >= steps->out[1])
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "position %lld,%lld is outside the output of %lld×%lld: rows are 0 to "
                           "%lld, columns 0 to %lld",
                           (long long)o->at[0], (long long)o->at[1], (long long)steps->out[0],
                           (long long)steps->out[1], (long long)steps->out[0] - 1,
                           (long long)steps->out[1] - 1);
    int64_t left = steps->out[0] * steps->out[1] - (o->at[0] * steps->out[1] + o->at[1]);
    steps->count = o->frames < left ? o->frames : (int32_t)left;
    if (o->block == 0) return FOVEA_OK;
    for (int axis = 0; axis < 2; axis++) {
        left = steps->out[axis] - o->at[axis];
        steps->block[axis] = left < o->block ? left : o->block;
    }
    steps->count = (int32_t)(steps->block[0] * steps->block[1]);
    return FOVEA_OK;
}

static fovea_status make(fovea_window_steps *steps, const fovea_tensor *picture,
                         fovea_error *error) {
    fovea_graph *graph = NULL;
    FOVEA__TRY(fovea__window_take(steps, picture, error));
    FOVEA__TRY(fovea_graph_create(steps->context, &graph, error));
    fovea_status status = run_operator(steps, graph, error);
    fovea_graph_free(graph);
    if (!status) status = choose_positions(steps, error);
    return status ? status : fovea__window_read(steps, error);
}

fovea_status fovea_window_steps_create(fovea_context *context, fovea_window_kind kind,
                                       const fovea_tensor *picture,
                                       const fovea_window_options *options,
                                       fovea_window_steps **result, fovea_error *error) {
    fovea_window_steps *steps = fovea__new(context, 1, sizeof *steps, error);
    if (!steps) return FOVEA_OUT_OF_MEMORY;
    steps->context = context;
    steps->kind = kind;
    fovea_window_options_default(kind, &steps->options);
    if (options) steps->options = *options;
    fovea_status status = make(steps, picture, error);
    if (status == FOVEA_OK)
        *result = steps;
    else
        fovea_window_steps_free(steps);
    return status;
}

void fovea_window_steps_free(fovea_window_steps *steps) {
    if (!steps) return;
    fovea_context *context = steps->context;
    fovea__free(context, steps->title);
    fovea__free(context, steps->picture_name);
    fovea__free(context, steps->kernel_name);
    fovea__free(context, steps->weights);
    fovea__free(context, steps->input);
    fovea__free(context, steps->inputs);
    fovea__free(context, steps->products);
    fovea__free(context, steps->inside);
    fovea_tensor_free(steps->output);
    fovea__free(context, steps);
}
