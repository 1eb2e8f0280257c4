// SPDX-License-Identifier: MIT
// fovea summary: layers, shapes, parameters and multiply-adds of a net.
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "tensor_table.h"

static const cli_option options[] = {
    {"batch", 0, "N", "1", "samples to count for, 1 to 1048576"},
    {"style", 0, "NAME", "table",
     "table; torch (as PyTorch prints a net whose activations are functions) or torch-all (whose "
     "activations are modules)"},
    {"explain", 0, NULL, NULL, "how each number comes about: the arithmetic instead of the table"},
    {"layer", 0, "NAME", NULL,
     "with --explain or --json only these layers: node or value name, glob, or N for the N-th "
     "convolution; several by comma"},
    CLI_MODEL_OPTIONS,
    CLI_END};

typedef enum style { STYLE_TABLE, STYLE_TORCH, STYLE_TORCH_ALL, STYLES } style;
static const char *const style_names[STYLES] = {"table", "torch", "torch-all"};

typedef struct report {
    const char *operand;
    const fovea_model *model;
    const fovea_graph *graph;
    int64_t batch;
    style form;
    bool explained;
    int32_t *nodes;  // those of --layer; NULL: all
    int32_t node_count;
    fovea_summary *summary;
    fovea_explanations *explanations;  // for JSON
    char *text;
} report;

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

// The explanations of `node` (-1: of the whole net).
static void write_explanations(cli_json *json, const fovea_explanations *list, int32_t node) {
    cli_json_array(json, "explain");
    for (int32_t i = 0; i < list->count; i++) {
        if (list->item[i].node != node) continue;
        cli_json_object(json, NULL);
        cli_json_text(json, "subject", list->item[i].subject);
        cli_json_text(json, "text", list->item[i].text);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static bool is_chosen(const report *r, int32_t node) {
    for (int32_t i = 0; i < r->node_count; i++)
        if (r->nodes[i] == node) return true;
    return r->nodes == NULL;
}

static void write_nodes(cli_json *json, const report *r) {
    cli_json_array(json, "nodes");
    for (int32_t i = 0; i < r->summary->rows; i++) {
        const fovea_summary_row *row = &r->summary->row[i];
        if (!is_chosen(r, row->node)) continue;
        fovea_node_info node = fovea_graph_node(r->graph, row->node);
        fovea_shape field = receptive_field(row);
        cli_json_object(json, NULL);
        cli_json_text(json, "name", node.name);
        cli_json_text(json, "op", node.op);
        cli_json_shape(json, "shape", &row->shape);
        cli_json_integer(json, "parameters", row->parameters);
        cli_json_integer(json, "mult_adds", row->multiply_adds);
        cli_json_integer(json, "mult_adds_torchvision", row->multiply_adds_torchvision);
        if (field.rank > 0)
            cli_json_shape(json, "receptive_field", &field);
        else
            cli_json_null(json, "receptive_field");
        if (r->explanations) write_explanations(json, r->explanations, row->node);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void print_json(const report *r) {
    cli_json json;
    fovea_shape input = fovea_model_input(r->model);
    cli_json_start(&json, stdout, "summary");
    cli_json_text(&json, "architecture", fovea_model_architecture(r->model));
    cli_json_shape(&json, "input", &input);
    cli_json_integer(&json, "batch", r->batch);
    cli_json_integer(&json, "parameters", r->summary->parameters);
    cli_json_integer(&json, "trainable", r->summary->trainable);
    cli_json_integer(&json, "mult_adds", r->summary->multiply_adds);
    cli_json_integer(&json, "mult_adds_torchvision", r->summary->multiply_adds_torchvision);
    cli_json_integer(&json, "input_bytes", r->summary->input_bytes);
    cli_json_integer(&json, "forward_backward_bytes", r->summary->forward_backward_bytes);
    cli_json_integer(&json, "parameter_bytes", r->summary->parameter_bytes);
    write_tensors(&json, r->graph);
    write_nodes(&json, r);
    if (r->explanations) write_explanations(&json, r->explanations, -1);
    if (r->form != STYLE_TABLE) cli_json_text(&json, "torch", r->text);
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

// The net's name; of one from a file that does not say, the file's.
static void make_title(const report *r, char *title, size_t size) {
    const char *name = fovea_model_architecture(r->model), *slash = strrchr(r->operand, '/');
    if (name[0] == '\0') name = slash && slash[1] ? slash + 1 : r->operand;
    char shape[96] = "", batch[48] = "";
    fovea_shape input = fovea_model_input(r->model);
    if (input.rank > 0) {
        memcpy(shape, " on ", 4);
        fovea_shape_format(&input, shape + 4, sizeof shape - 4);
    }
    if (r->batch > 1 && r->explained)
        snprintf(batch, sizeof batch, ", %lld samples", (long long)r->batch);
    snprintf(title, size, "%.300s%s%s", name, shape, batch);
}

// The text of the form asked for, in r->text.
static fovea_status make_text(report *r, fovea_error *error) {
    char title[512];
    if (r->form != STYLE_TABLE)
        return fovea_graph_torch_text(r->graph, "Net", r->form == STYLE_TORCH_ALL, &r->text, error);
    make_title(r, title, sizeof title);
    if (r->explained)
        return fovea_graph_explain_nodes_text(r->graph, r->batch, title, r->nodes, r->node_count,
                                              &r->text, error);
    return fovea_graph_summary_text(r->graph, r->batch, title, &r->text, error);
}

static fovea_status print_report(report *r, bool json, fovea_error *error) {
    CLI_TRY(fovea_graph_summary(r->graph, r->batch, &r->summary, error));
    if (json && r->explained)
        CLI_TRY(fovea_graph_explain(r->graph, r->batch, &r->explanations, error));
    if (!json || r->form != STYLE_TABLE) CLI_TRY(make_text(r, error));
    if (json) {
        print_json(r);
        return FOVEA_OK;
    }
    fputs(r->text, stdout);
    if (r->form == STYLE_TABLE && !r->explained) print_receptive_fields(r->graph, r->summary);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_model *model = NULL;
    report r = {.operand = cli->operand[0], .explained = cli_flag(cli, "explain")};
    CLI_TRY(find_style(cli, &r.form, error));
    if (r.explained && r.form != STYLE_TABLE)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--explain: not with --style %s",
                        style_names[r.form]);
    if (cli_text(cli, "layer") && !r.explained && !cli->json)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--layer: only with --explain or --json");
    CLI_TRY(cli_integer(cli, "batch", 1, 1 << 20, &r.batch, error));
    fovea_tensor_file *file = NULL;
    fovea_status opened = cli_is_weights(cli, cli->operand[0])
                              ? FOVEA_UNSUPPORTED
                              : cli_open_model_shapes(cli, cli->operand[0], &model, error);
    if (opened != FOVEA_OK) opened = cli_open_tensors(cli, cli->operand[0], opened, &file, error);
    if (file) {
        opened = cli_print_tensors(cli, cli->operand[0], file, error);
        fovea_tensor_file_free(file);
        return opened;
    }
    CLI_TRY(opened);
    r.model = model;
    r.graph = fovea_model_graph(model);
    fovea_status status = FOVEA_OK;
    if (cli_text(cli, "layer"))
        status = fovea_layers_choose(cli->context, r.graph, cli_text(cli, "layer"), &r.nodes,
                                     &r.node_count, error);
    if (status == FOVEA_OK) status = print_report(&r, cli->json, error);
    fovea_layers_free(cli->context, r.nodes);
    fovea_string_free(cli->context, r.text);
    fovea_explanations_free(r.explanations);
    fovea_summary_free(r.summary);
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
    "tutorial-mlp, tutorial-fc, lenet5, resnet20, four-filters; alexnet, vgg11, vgg16, "
    "squeezenet1_1, mobilenet_v2, resnet18, resnet34, resnet50) or architecture text. Text needs "
    "--input.\n"
    "--style torch prints the net as PyTorch prints a class that registers the layers and calls "
    "its "
    "activations as functions, as the tutorials' classes do; torch-all prints activations, too. "
    "Names "
    "with dots are nested; add, mul, concat and slice are no modules in PyTorch.",
    "fovea summary tutorial-cifar\n"
    "fovea summary four-filters --style torch\n"
    "fovea summary tutorial-cifar --explain\n"
    "fovea summary 'conv 16 3 pad=1, relu, maxpool 2, flatten, linear 10' --input 1x28x28\n",
    options,
    run};
