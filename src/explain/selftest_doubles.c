// SPDX-License-Identifier: MIT
// A net of floats as one of doubles, so that what is exact can be seen to be.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/selftest_parts.h"
#include "graph/copy_node.h"

// What is copied without being asked for all: 64 M numbers, as they take 512 MiB, and 2 G products, as
// those of doubles take some four times as long.
#define MOST_NUMBERS ((int64_t)64 << 20)
#define MOST_PRODUCTS ((int64_t)2 << 30)
enum { ONNX_F32 = 1, ONNX_F64 = 11 };

static fovea_status convert_parameter(const fovea_graph *graph, const fovea__value *value,
                                      fovea_graph *copy, fovea_value *made, fovea_error *error) {
    fovea_tensor *numbers;
    FOVEA__TRY(fovea_graph_add_parameter(copy, value->name, FOVEA_F64, &value->signature.shape,
                                         value->kind == FOVEA_VALUE_PARAMETER, value->fan_in, made,
                                         error));
    fovea_view from = {value->signature.type, value->signature.shape, value->data};
    FOVEA__TRY(fovea_tensor_convert(graph->context, &from, FOVEA_F64, &numbers, error));
    fovea_view view = fovea_tensor_view(numbers);
    memcpy(fovea__graph_parameter(copy, *made).data, view.data,
           (size_t)fovea_shape_count(&view.shape) * sizeof(double));
    fovea_tensor_free(numbers);
    return FOVEA_OK;
}

static fovea_status convert_value(const fovea_graph *graph, size_t v, fovea_graph *copy,
                                  fovea_value *made, fovea_error *error) {
    const fovea__value *value = &graph->value[v];
    fovea_shape shape = value->signature.shape;
    if (value->signature.type != FOVEA_F32)
        return fovea__graph_copy_value(graph, (fovea_value)v, &shape, copy, made, error);
    if (value->kind != FOVEA_VALUE_INPUT) return convert_parameter(graph, value, copy, made, error);
    return fovea__is_batched(value)
               ? fovea_graph_add_input(copy, value->name, FOVEA_F64, &shape, made, error)
               : fovea_graph_add_fixed_input(copy, value->name, FOVEA_F64, &shape, made, error);
}

static fovea_status convert_node(const fovea_graph *graph, int32_t n, const fovea_value *to,
                                 fovea_graph *copy, fovea_value *out, fovea_error *error) {
    const fovea__node *node = &graph->node[n];
    const char *names[FOVEA__MAX_OUTPUTS];
    fovea_value in[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < node->in_count; i++)
        in[i] = node->in[i] == FOVEA_NO_VALUE ? FOVEA_NO_VALUE : to[node->in[i]];
    for (int32_t o = 0; o < node->out_count; o++) names[o] = graph->value[node->out[o]].name;
    const int64_t doubles = ONNX_F64;
    if (strcmp(node->op->name, "Cast") == 0 && node->attributes.value[0].i[0] == ONNX_F32)
        return fovea_graph_add_node_named(
            copy, "Cast", node->name, in, node->in_count,
            &(fovea_attribute){.name = "to", .count = 1, .integers = &doubles}, 1, names, out,
            error);
    return fovea__graph_copy_node(graph, n, in, node->in_count, names, copy, out, error);
}

static fovea_status convert(const fovea_graph *graph, fovea_value *to, fovea_graph *copy,
                            fovea_error *error) {
    int32_t n = 0;
    for (size_t v = 0; v < graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_COMPUTED) {
            FOVEA__TRY(convert_value(graph, v, copy, &to[v], error));
        } else if (graph->value[v].node == n) {
            fovea_value out[FOVEA__MAX_OUTPUTS];
            FOVEA__TRY(convert_node(graph, n, to, copy, out, error));
            for (int32_t o = 0; o < graph->node[n].out_count; o++)
                to[graph->node[n].out[o]] = out[o];
            n++;
        }
    }
    for (size_t o = 0; o < graph->output_count; o++)
        FOVEA__TRY(fovea_graph_add_output(copy, to[graph->output[o]], error));
    return FOVEA_OK;
}

static fovea_status check_size(const fovea_graph *graph, fovea_error *error) {
    fovea_summary *summary;
    FOVEA__TRY(fovea_graph_summary(graph, 1, &summary, error));
    int64_t products = summary->multiply_adds_torchvision;
    fovea_summary_free(summary);
    if (graph->parameter_count <= MOST_NUMBERS && products <= MOST_PRODUCTS) return FOVEA_OK;
    return fovea__fail(
        error, FOVEA_UNSUPPORTED,
        "a net of %.0f million weights and %.1f thousand million products for a sample "
        "is copied to double precision with all only",
        (double)graph->parameter_count / 1e6, (double)products / 1e9);
}

fovea_status fovea__model_in_double(const fovea_model *model, bool any_size, fovea_model **result,
                                    fovea_error *error) {
    const fovea_graph *graph = model->graph;
    fovea_graph *copy = NULL;
    if (!any_size) FOVEA__TRY(check_size(graph, error));
    fovea_value *to = fovea__new(graph->context, graph->value_count, sizeof *to, error);
    fovea_status status =
        to ? fovea_graph_create(graph->context, &copy, error) : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = convert(graph, to, copy, error);
    fovea__free(graph->context, to);
    if (status != FOVEA_OK) {
        fovea_graph_free(copy);
        return status;
    }
    FOVEA__TRY(fovea__model_wrap(graph->context, copy, model->architecture, result, error));
    status = fovea__model_copy_description(model, *result, error);
    if (status != FOVEA_OK) {
        fovea_model_free(*result);
        *result = NULL;
    }
    return status;
}
