// SPDX-License-Identifier: MIT
#include "model/onnx_export.h"

#include "base/fail.h"
#include "base/memory.h"
#include "fovea/context.h"
#include "model/onnx_exporter.h"

// The IR version that came with an opset, 8 at least.
static int64_t ir_version(int64_t opset) {
    return opset >= 21 ? 10 : opset >= 19 ? 9 : 8;
}

static void write_inputs(fovea__onnx_exporter *x) {
    const fovea_graph *graph = x->graph;
    fovea__onnx_value *input = fovea__onnx_take_room(x, graph->input_count, sizeof *input);
    for (size_t i = 0; input && i < graph->input_count; i++) {
        const fovea__value *value = &graph->value[graph->input[i]];
        input[i] =
            fovea__onnx_value_info(value->name, value->signature.type, &value->signature.shape);
        x->written[graph->input[i]] = true;
    }
    x->model.input = input;
    x->model.input_count = graph->input_count;
}

// An output that is no result of a node, or is one already, under a name of its own.
static const char *copied_output(fovea__onnx_exporter *x, fovea_value v) {
    const char *source = fovea__onnx_value_named(x, v);
    const char *name = fovea__onnx_free_name(x, source);
    fovea__node identity = {.op = fovea__op_find("Identity"), .name = (char *)(uintptr_t)name};
    x->of = &identity;
    fovea__onnx_begin(x, "Identity", NULL);
    fovea__onnx_put_input(x, source);
    fovea__onnx_end_named(x, name);
    x->of = NULL;
    return name;
}

static void write_outputs(fovea__onnx_exporter *x) {
    const fovea_graph *graph = x->graph;
    fovea__onnx_value *output = fovea__onnx_take_room(x, graph->output_count, sizeof *output);
    for (size_t i = 0; output && i < graph->output_count; i++) {
        fovea_value v = graph->output[i];
        const fovea__value *value = &graph->value[v];
        bool again = value->kind != FOVEA_VALUE_COMPUTED;
        for (size_t k = 0; k < i; k++) again |= graph->output[k] == v;
        if (value->node >= 0) x->of = &graph->node[value->node];
        const char *name = again ? copied_output(x, v) : fovea__onnx_value_named(x, v);
        output[i] = fovea__onnx_value_info(name, value->signature.type, &value->signature.shape);
    }
    x->model.output = output;
    x->model.output_count = graph->output_count;
}

static fovea_status begin(fovea__onnx_exporter *x, fovea_error *error) {
    const fovea_graph *graph = x->graph;
    x->written = fovea__new(x->context, graph->value_count, 1, error);
    x->output = fovea__new(x->context, graph->value_count, 1, error);
    if (!x->written || !x->output) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < graph->output_count; i++)
        x->output[graph->output[i]] = graph->value[graph->output[i]].kind == FOVEA_VALUE_COMPUTED;
    return FOVEA_OK;
}

static fovea_status build(fovea__onnx_exporter *x, fovea_error *error) {
    FOVEA__TRY(begin(x, error));
    write_inputs(x);
    for (size_t n = 0; n < x->graph->node_count && x->status == FOVEA_OK; n++)
        fovea__onnx_write_node(x, &x->graph->node[n]);
    write_outputs(x);
    x->model.node = x->node;
    x->model.initializer = x->initializer;
    x->model.value = x->value;
    return x->status;
}

fovea_status fovea__onnx_export(const fovea_graph *graph, const fovea__onnx_export_options *options,
                                const char *path, fovea_error *error) {
    const fovea__onnx_opset opset = {"", options->opset};
    fovea__onnx_exporter x = {.context = graph->context,
                              .graph = graph,
                              .opset = options->opset,
                              .error = error,
                              .model = {.context = graph->context,
                                        .ir_version = ir_version(options->opset),
                                        .opset = options->opset,
                                        .producer_name = "fovea",
                                        .producer_version = FOVEA_VERSION,
                                        .doc = options->doc,
                                        .graph_name = options->name,
                                        .opset_count = 1,
                                        .opsets = &opset,
                                        .metadata = options->pair,
                                        .metadata_count = options->pair_count}};
    FOVEA__TRY(fovea__graph_check_memory(graph, error));
    if (options->opset < FOVEA__ONNX_OPSET_LEAST || options->opset > FOVEA__ONNX_OPSET_MOST)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT, "opset %lld; ONNX files are written in opsets %d to %d",
            (long long)options->opset, FOVEA__ONNX_OPSET_LEAST, FOVEA__ONNX_OPSET_MOST);
    fovea_status status = build(&x, error);
    if (status == FOVEA_OK) status = fovea__onnx_write(graph->context, path, &x.model, error);
    fovea__onnx_exporter_clear(&x);
    return status;
}
