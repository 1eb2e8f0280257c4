// SPDX-License-Identifier: MIT
// fovea top: the pictures and patches of a set where the channels of a layer are largest.
#include <stdio.h>

#include "clean_text.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"
#include "unit_inputs.h"

static const cli_option options[] = {
    CLI_UNIT_DATA_OPTIONS,
    {"layer", 0, "NAME", NULL,
     "node name, glob, all, or N for the N-th convolution; several by comma (default: the last "
     "convolution, else the last linear layer)"},
    {"channel", 0, "K", NULL, "only the K-th channel, from 1, with its pictures whole, too"},
    {"top", 0, "K", "9", "pictures of each channel, 1 to 1000"},
    {"most", 0, "N", "32", "channels shown of a layer at most"},
    {"npz", 0, "FILE", NULL, "save values, samples, cells and boxes as .npz"},
    CLI_NORMALIZATION_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

typedef struct settings {
    fovea_top_options top;
    fovea_top_figure_options figure;
} settings;

static fovea_status read_options(const cli_call *cli, settings *chosen, fovea_error *error) {
    int64_t number;
    fovea_top_options_default(&chosen->top);
    fovea_top_figure_options_default(&chosen->figure);
    CLI_TRY(cli_integer(cli, "top", 1, 1000, &number, error));
    chosen->top.most = (int32_t)number;
    CLI_TRY(cli_integer(cli, "most", 1, 1 << 20, &number, error));
    chosen->figure.most = (int32_t)number;
    if (!cli_given(cli, "channel")) return FOVEA_OK;
    CLI_TRY(cli_integer(cli, "channel", 1, INT32_MAX, &number, error));
    chosen->figure.channel = (int32_t)number - 1;
    return FOVEA_OK;
}

static void write_sample(cli_json *json, const fovea_dataset *dataset, fovea_top_sample s) {
    int32_t label = fovea_dataset_label(dataset, s.sample);
    cli_json_object(json, NULL);
    cli_json_integer(json, "index", fovea_dataset_index(dataset, s.sample));
    cli_json_text(json, "class", fovea_dataset_class_name(dataset, label));
    cli_json_real(json, "value", s.value);
    cli_json_integers(json, "cell", (const int64_t[2]){s.row, s.column}, 2);
    cli_json_integers(json, "first", s.first, 2);
    cli_json_integers(json, "last", s.last, 2);
    cli_json_close(json);
}

static void write_layer(cli_json *json, const fovea_top *top, int32_t i, int32_t only) {
    fovea_unit_layer layer = fovea_top_layer(top, i);
    cli_json_object(json, NULL);
    cli_json_text(json, "name", layer.name);
    cli_json_text(json, "op", layer.op);
    cli_json_integers(json, "map", (const int64_t[2]){layer.rows, layer.columns}, 2);
    if (layer.local)
        cli_json_integers(json, "receptive_field", layer.field, 2);
    else
        cli_json_null(json, "receptive_field");
    cli_json_array(json, "channels");
    for (int32_t c = 0; c < layer.channels; c++) {
        if (only >= 0 && c != only) continue;
        cli_json_object(json, NULL);
        cli_json_integer(json, "channel", c + 1);
        cli_json_array(json, "top");
        for (int32_t k = 0; k < fovea_top_count(top, i, c); k++)
            write_sample(json, fovea_top_dataset(top), fovea_top_get(top, i, c, k));
        cli_json_close(json);
        cli_json_close(json);
    }
    cli_json_close(json);
    cli_json_close(json);
}

static void print_json(const fovea_top *top, int32_t only) {
    cli_json json;
    const fovea_dataset *dataset = fovea_top_dataset(top);
    cli_json_start(&json, stdout, "top");
    cli_json_text(&json, "data", fovea_dataset_name(dataset));
    cli_json_text(&json, "part", fovea_dataset_part(dataset));
    cli_json_integer(&json, "count", fovea_dataset_count(dataset));
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < fovea_top_layer_count(top); i++) write_layer(&json, top, i, only);
    cli_json_close(&json);
    cli_json_end(&json);
}

static fovea_status check_channel(const fovea_unit_layer *layer, int32_t channel,
                                  fovea_error *error) {
    if (channel < layer->channels) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "--channel %d: layer %s has %d channels (1 to %d)", channel + 1, layer->name,
                    layer->channels, layer->channels);
}

static fovea_status show(const cli_call *cli, const fovea_top *top, const settings *chosen,
                         fovea_error *error) {
    const char *npz = cli_text(cli, "npz");
    fovea_figure *figure;
    if (npz) {
        char shown[256];
        CLI_TRY(fovea_top_save(top, npz, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    }
    if (cli->json) print_json(top, chosen->figure.channel);
    if (!cli_given(cli, "output") && (cli->json || npz)) return FOVEA_OK;
    CLI_TRY(fovea_figure_top(cli->context, top, &chosen->figure, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status look(const cli_call *cli, const cli_unit_inputs *inputs, const settings *chosen,
                         fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(inputs->model);
    const int32_t *nodes = inputs->nodes;
    int32_t count = inputs->count, last = cli_last_node(graph, "Conv");
    fovea_top *top;
    if (last < 0) last = cli_last_node(graph, "Gemm");
    if (!nodes && last < 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "the net has no convolution and no linear layer: choose a --layer");
    if (!nodes) {
        nodes = &last;
        count = 1;
    }
    for (int32_t i = 0; i < count; i++) {
        fovea_unit_layer layer;
        CLI_TRY(fovea_unit_layer_of(inputs->model, nodes[i], &layer, error));
        CLI_TRY(check_channel(&layer, chosen->figure.channel, error));
    }
    CLI_TRY(
        fovea_top_create(inputs->model, inputs->dataset, nodes, count, &chosen->top, &top, error));
    fovea_status status = show(cli, top, chosen, error);
    fovea_top_free(top);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    settings chosen;
    cli_unit_inputs inputs;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    CLI_TRY(cli_open_unit_inputs(cli, 0, &inputs, error));
    fovea_status status = look(cli, &inputs, &chosen, error);
    cli_free_unit_inputs(cli, &inputs);
    return status;
}

const cli_command cli_top = {
    "top",
    CLI_LOOK,
    "MODEL --data SET",
    1,
    1,
    "the pictures where each channel of a layer is largest",
    "Of each channel the K pictures of the set that bring one of its units highest, cut to the "
    "pixels that unit sees; ties by the picture's number. Below each its value and number.",
    "fovea top runs/mnist --data mnist -o top.png\n"
    "fovea top runs/mnist --data mnist --layer conv1 --channel 3\n",
    options,
    run};
