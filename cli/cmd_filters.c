// SPDX-License-Identifier: MIT
// fovea filters: the learned weights of a net as pictures, numbers or arrays.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"
#include "tensor_table.h"

static const cli_option options[] = {
    {"layer", 0, "NAME", NULL,
     "node name, glob, all, or N for the N-th convolution; several by comma (default: all "
     "convolutions, in a figure the first 16)"},
    {"channel", 0, "K", NULL, "only the K-th input channel, from 1"},
    {"values", 0, NULL, NULL, "write the weights into the cells"},
    {"scale", 0, "WHAT", "row", "range of colours: row (a layer), figure, panel or LOW:HIGH"},
    {"most", 0, "N", NULL,
     "filters, and channels of each, shown of a layer at most (default: 64, of more than 8 layers "
     "12)"},
    {"text", 0, NULL, NULL, "print the numbers instead"},
    {"npz", 0, "FILE", NULL, "save weights and biases as .npz under their names"},
    CLI_MODEL_OPTIONS,
    CLI_MAP_OPTION,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status read_options(const cli_call *cli, fovea_filters_options *chosen,
                                 fovea_error *error) {
    int64_t number;
    fovea_filters_options_default(chosen);
    chosen->layer = cli_text(cli, "layer");
    chosen->map = cli_text(cli, "map");
    if (cli_flag(cli, "values")) chosen->values = 1;
    if (cli_given(cli, "channel")) {
        CLI_TRY(cli_integer(cli, "channel", 1, INT32_MAX, &number, error));
        chosen->channel = (int32_t)number - 1;
    }
    chosen->most = 0;
    if (cli_given(cli, "most")) {
        CLI_TRY(cli_integer(cli, "most", 1, 1 << 20, &number, error));
        chosen->most = (int32_t)number;
    }
    return fovea_scale_parse(cli_text(cli, "scale"), &chosen->scale, error);
}

// A net, or a file of weights without one.
typedef struct subject {
    const fovea_graph *graph;
    const fovea_tensor_file *file;
} subject;

static fovea_status print_json(const cli_call *cli, const subject *of,
                               const fovea_filters_options *chosen, fovea_error *error) {
    fovea_filter_layer *layers;
    int32_t count;
    cli_json json;
    CLI_TRY(
        of->graph
            ? fovea_filters_layers(cli->context, of->graph, chosen, &layers, &count, error)
            : fovea_tensor_filters_layers(cli->context, of->file, chosen, &layers, &count, error));
    cli_json_start(&json, stdout, "filters");
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < count; i++) {
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", layers[i].name);
        cli_json_text(&json, "op", layers[i].op);
        cli_json_text(&json, "weight", layers[i].weight);
        cli_json_shape(&json, "shape", &layers[i].shape);
        cli_json_real(&json, "minimum", layers[i].minimum);
        cli_json_real(&json, "maximum", layers[i].maximum);
        cli_json_real(&json, "mean", layers[i].mean);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    fovea_filters_layers_free(cli->context, layers);
    return FOVEA_OK;
}

static fovea_status print_text(const cli_call *cli, const subject *of,
                               const fovea_filters_options *chosen, fovea_error *error) {
    char *text;
    CLI_TRY(of->graph ? fovea_filters_text(cli->context, of->graph, chosen, &text, error)
                      : fovea_tensor_filters_text(cli->context, of->file, chosen, &text, error));
    fputs(text, stdout);
    fovea_string_free(cli->context, text);
    return FOVEA_OK;
}

static fovea_status draw(const cli_call *cli, const subject *of,
                         const fovea_filters_options *chosen, fovea_error *error) {
    fovea_figure *figure;
    CLI_TRY(of->graph
                ? fovea_figure_filters(cli->context, of->graph, chosen, &figure, error)
                : fovea_figure_tensor_filters(cli->context, of->file, chosen, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status save(const cli_call *cli, const subject *of,
                         const fovea_filters_options *chosen, const char *npz, fovea_error *error) {
    char shown[256];
    CLI_TRY(of->graph ? fovea_filters_save(cli->context, of->graph, chosen, npz, error)
                      : fovea_tensor_filters_save(cli->context, of->file, chosen, npz, error));
    cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    return FOVEA_OK;
}

static fovea_status show(const cli_call *cli, const subject *of,
                         const fovea_filters_options *chosen, fovea_error *error) {
    const char *npz = cli_text(cli, "npz");
    bool text = cli_flag(cli, "text") && !cli->json, file = cli_given(cli, "output");
    if (npz) CLI_TRY(save(cli, of, chosen, npz, error));
    if (text) CLI_TRY(print_text(cli, of, chosen, error));
    if (cli->json) CLI_TRY(print_json(cli, of, chosen, error));
    // Asked for numbers or a file of them, the picture is only made with -o.
    return file || !(text || npz || cli->json) ? draw(cli, of, chosen, error) : FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_filters_options chosen;
    fovea_model *model = NULL;
    fovea_tensor_file *file = NULL;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    fovea_status status = cli_is_weights(cli, cli->operand[0])
                              ? FOVEA_UNSUPPORTED
                              : cli_open_model(cli, cli->operand[0], NULL, &model, error);
    if (status != FOVEA_OK) status = cli_open_tensors(cli, cli->operand[0], status, &file, error);
    subject of = {model ? fovea_model_graph(model) : NULL, file};
    if (status == FOVEA_OK) status = show(cli, &of, &chosen, error);
    fovea_tensor_file_free(file);
    fovea_model_free(model);
    return status;
}

const cli_command cli_filters = {
    "filters",
    CLI_LOOK,
    "MODEL",
    1,
    1,
    "the learned filters of a net",
    "A panel for each filter and input channel: red adds, blue takes away, white is zero. Linear "
    "layers that follow a flattened picture are shown as pictures too. Of a file of weights alone "
    "the tensors of rank 3 to 5 are drawn.",
    "fovea filters runs/mnist -o filters.png\n"
    "fovea filters tutorial-cifar --layer conv2 --channel 3 --text\n",
    options,
    run};
