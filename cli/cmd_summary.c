// SPDX-License-Identifier: MIT
// fovea summary: layers, shapes, parameters and multiply-adds of a net.
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"

static const cli_option options[] = {
    {"batch", 0, "N", "1", "samples to count for, 1 to 1048576"},
    {"style", 0, "NAME", "table",
     "table; torch (as PyTorch prints a net whose activations are functions) or torch-all (whose "
     "activations are modules)"},
    CLI_MODEL_OPTIONS,
    CLI_END};

typedef enum style { STYLE_TABLE, STYLE_TORCH, STYLE_TORCH_ALL, STYLES } style;
static const char *const style_names[STYLES] = {"table", "torch", "torch-all"};

static fovea_status find_style(const cli_call *cli, style *found, fovea_error *error) {
    const char *name = cli_text(cli, "style");
    char shown[64];
    for (*found = 0; *found < STYLES; (*found)++)
        if (strcmp(style_names[*found], name) == 0) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--style %s: must be table, torch or torch-all",
                    cli_clean(shown, sizeof shown, name));
}

static void write_tensors(cli_json *json, const fovea_graph *graph) {
    cli_json_array(json, "tensors");
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind != FOVEA_VALUE_PARAMETER) continue;
        cli_json_object(json, NULL);
        cli_json_text(json, "name", info.name);
        cli_json_shape(json, "shape", &info.shape);
        cli_json_integer(json, "count", fovea_shape_count(&info.shape));
        cli_json_close(json);
    }
    cli_json_close(json);
}

// What the units see, by spatial dimension; rank 0: the whole input.
static fovea_shape receptive_field(const fovea_summary_row *row) {
    int32_t rank = row->receptive_field[0] > 0 ? row->shape.rank - 2 : 0;
    return fovea_shape_make(rank, row->receptive_field);
}

static void write_nodes(cli_json *json, const fovea_graph *graph, const fovea_summary *summary) {
    cli_json_array(json, "nodes");
    for (int32_t r = 0; r < summary->rows; r++) {
        const fovea_summary_row *row = &summary->row[r];
        fovea_node_info node = fovea_graph_node(graph, row->node);
        cli_json_object(json, NULL);
        cli_json_text(json, "name", node.name);
        cli_json_text(json, "op", node.op);
        cli_json_shape(json, "shape", &row->shape);
        cli_json_integer(json, "parameters", row->parameters);
        cli_json_integer(json, "mult_adds", row->multiply_adds);
        fovea_shape field = receptive_field(row);
        if (field.rank > 0)
            cli_json_shape(json, "receptive_field", &field);
        else
            cli_json_null(json, "receptive_field");
        cli_json_close(json);
    }
    cli_json_close(json);
}

// `text` is what a style besides the table prints; NULL: none.
static void print_json(const fovea_model *model, const fovea_graph *graph,
                       const fovea_summary *summary, int64_t batch, const char *text) {
    cli_json json;
    fovea_shape input = fovea_model_input(model);
    cli_json_start(&json, stdout, "summary");
    cli_json_text(&json, "architecture", fovea_model_architecture(model));
    cli_json_shape(&json, "input", &input);
    cli_json_integer(&json, "batch", batch);
    cli_json_integer(&json, "parameters", summary->parameters);
    cli_json_integer(&json, "trainable", summary->trainable);
    cli_json_integer(&json, "mult_adds", summary->multiply_adds);
    cli_json_integer(&json, "input_bytes", summary->input_bytes);
    cli_json_integer(&json, "forward_backward_bytes", summary->forward_backward_bytes);
    cli_json_integer(&json, "parameter_bytes", summary->parameter_bytes);
    write_tensors(&json, graph);
    write_nodes(&json, graph, summary);
    if (text) cli_json_text(&json, "torch", text);
    cli_json_end(&json);
}

// How much of the picture one element of each layer's output sees, where that is a part of it.
static void print_receptive_fields(const fovea_graph *graph, const fovea_summary *summary) {
    bool titled = false;
    for (int32_t r = 0; r < summary->rows; r++) {
        const fovea_summary_row *row = &summary->row[r];
        fovea_shape field = receptive_field(row);
        fovea_shape stride = fovea_shape_make(field.rank, row->stride);
        if (field.rank == 0 || fovea_shape_count(&field) == 1) continue;
        static const char *const sides[] = {"", "length", "height×width", "depth×height×width"};
        char seen[96], step[96];
        if (!titled) printf("Receptive fields (%s, step)\n", sides[field.rank]);
        titled = true;
        fovea_shape_format(&field, seen, sizeof seen);
        fovea_shape_format(&stride, step, sizeof step);
        printf("%-33s %s, %s\n", fovea_graph_node(graph, row->node).name, seen, step);
    }
}

static fovea_status print_table(const cli_call *cli, const fovea_model *model,
                                const fovea_graph *graph, const fovea_summary *summary,
                                int64_t batch, fovea_error *error) {
    char title[512], shape[96], *text;
    fovea_shape input = fovea_model_input(model);
    fovea_shape_format(&input, shape, sizeof shape);
    snprintf(title, sizeof title, "%.300s on %s", fovea_model_architecture(model), shape);
    CLI_TRY(fovea_graph_summary_text(graph, batch, title, &text, error));
    fputs(text, stdout);
    fovea_string_free(cli->context, text);
    print_receptive_fields(graph, summary);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    int64_t batch;
    fovea_model *model = NULL;
    fovea_summary *summary = NULL;
    char *text = NULL;
    style form;
    CLI_TRY(find_style(cli, &form, error));
    CLI_TRY(cli_integer(cli, "batch", 1, 1 << 20, &batch, error));
    CLI_TRY(cli_open_model_shapes(cli, cli->operand[0], &model, error));
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_status status = fovea_graph_summary(graph, batch, &summary, error);
    if (status == FOVEA_OK && form != STYLE_TABLE)
        status = fovea_graph_torch_text(graph, "Net", form == STYLE_TORCH_ALL, &text, error);
    if (status == FOVEA_OK && cli->json)
        print_json(model, graph, summary, batch, text);
    else if (status == FOVEA_OK && text)
        fputs(text, stdout);
    else if (status == FOVEA_OK)
        status = print_table(cli, model, graph, summary, batch, error);
    fovea_string_free(cli->context, text);
    fovea_summary_free(summary);
    fovea_model_free(model);
    return status;
}

const cli_command cli_summary = {
    "summary",
    CLI_NETS,
    "MODEL",
    1,
    1,
    "layers, shapes, parameters and multiply-adds of a net",
    "MODEL is a model file, a run folder, a ready-made net (tutorial-cifar, tutorial-mnist, "
    "tutorial-mlp, tutorial-fc, lenet5, resnet20, four-filters) or architecture text. Text needs "
    "--input.\n"
    "--style torch prints the net as PyTorch prints a class that registers the layers and calls "
    "its "
    "activations as functions, as the tutorials' classes do; torch-all prints activations, too. "
    "Names "
    "with dots are nested; add, mul, concat and slice are no modules in PyTorch.",
    "fovea summary tutorial-cifar\n"
    "fovea summary four-filters --style torch\n"
    "fovea summary 'conv 16 3 pad=1, relu, maxpool 2, flatten, linear 10' --input 1x28x28\n",
    options,
    run};
