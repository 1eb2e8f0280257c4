// SPDX-License-Identifier: MIT
// fovea invert: what layers still know of a picture.
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "open_inputs.h"
#include "optimise_output.h"
#include "picture_output.h"

enum { FIRST = 8 };

static const cli_option options[] = {
    {"layer", 0, "NAME", NULL,
     "node name, glob, all, or N for the N-th convolution; several by comma (default: the first 8 "
     "convolutions)"},
    {"steps", 0, "N", "400", "steps from noise to the picture"},
    {"lr", 0, "RATE", "0.05", "of the first step, in pixel values of 0..1; it falls to 0"},
    {"tv", 0, "W", "0.1", "weight of total variation, which wants neighbours alike"},
    {"beta", 0, "B", "2", "its power"},
    {"decay", 0, "W", "0.001", "weight of the distance from grey"},
    {"alpha", 0, "A", "6", "its power"},
    {"npz", 0, "FILE", NULL, "save the pictures as .npz, each C×H×W of 0..1"},
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status read_options(const cli_call *cli, fovea_invert_options *o, fovea_error *error) {
    int64_t number;
    fovea_invert_options_default(o);
    o->seed = cli->seed;
    CLI_TRY(cli_integer(cli, "steps", 1, 1000000, &number, error));
    o->steps = (int32_t)number;
    CLI_TRY(cli_real_above(cli, "lr", 0, &o->rate, error));
    CLI_TRY(cli_real(cli, "lr", 0, 1, &o->rate, error));
    CLI_TRY(cli_real(cli, "tv", 0, 1e9, &o->tv, error));
    CLI_TRY(cli_real(cli, "beta", 1, 64, &o->beta, error));
    CLI_TRY(cli_real(cli, "decay", 0, 1e9, &o->power, error));
    return cli_real(cli, "alpha", 1, 64, &o->alpha, error);
}

// The convolutions, at most FIRST, or those of --layer: one value each.
static fovea_status choose(const cli_call *cli, const fovea_graph *graph, fovea_value **layers,
                           int32_t *count, fovea_error *error) {
    const char *text = cli_text(cli, "layer");
    int32_t *nodes, all;
    char number[16];
    if (!text) {
        fovea_value *own = calloc(FIRST, sizeof *own);
        if (!own) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
        for (*count = 0; *count < FIRST; (*count)++) {
            snprintf(number, sizeof number, "%d", *count + 1);
            if (fovea_layers_choose(cli->context, graph, number, &nodes, &all, NULL) != FOVEA_OK)
                break;
            own[*count] = fovea_graph_node(graph, nodes[0]).outputs[0];
            fovea_layers_free(cli->context, nodes);
        }
        *layers = own;
        if (*count) return FOVEA_OK;
        free(own);
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "the net has no convolution; --layer names a layer");
    }
    CLI_TRY(fovea_layers_choose(cli->context, graph, text, &nodes, count, error));
    *layers = calloc((size_t)*count + 1, sizeof **layers);
    for (int32_t i = 0; *layers && i < *count; i++)
        (*layers)[i] = fovea_graph_node(graph, nodes[i]).outputs[0];
    fovea_layers_free(cli->context, nodes);
    return *layers ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
}

static fovea_status show(const cli_call *cli, const fovea_tensor *picture,
                         const fovea_optimised *found, fovea_error *error) {
    fovea_optimised_figure_options figure;
    fovea_optimised_figure_options_default(&figure);
    figure.title = "What layers know of a picture";
    figure.note =
        "Pictures found from what each layer makes of the first one alone; error: "
        "|phi - phi0|² / |phi0|², from noise to the end.";
    figure.original = picture;
    figure.value = "error";
    return cli_optimise_output(cli, found, &figure, error);
}

static fovea_status invert(const cli_call *cli, fovea_model *model, fovea_invert_options *chosen,
                           const fovea_tensor *picture, fovea_error *error) {
    fovea_value *layers = NULL;
    int32_t count = 0;
    fovea_optimised *found;
    cli_optimise_line line;
    CLI_TRY(choose(cli, fovea_model_graph(model), &layers, &count, error));
    cli_optimise_begin(cli, "layer", &line);
    chosen->progress = cli_optimise_progress;
    chosen->progress_user = &line;
    fovea_status status = fovea_invert(model, layers, count, picture, chosen, &found, error);
    cli_optimise_end(&line);
    free(layers);
    if (status != FOVEA_OK) return status;
    status = show(cli, picture, found, error);
    fovea_optimised_free(found);
    return status;
}

static fovea_status open_and_invert(const cli_call *cli, fovea_model *model,
                                    fovea_invert_options *chosen, fovea_error *error) {
    fovea_tensor *picture;
    CLI_TRY(cli_set_preprocessing(cli, model, error));
    cli_tell_of_colours(cli, model);
    CLI_TRY(cli_open_fitted(cli, model, cli->operand[1], &picture, error));
    fovea_status status = invert(cli, model, chosen, picture, error);
    fovea_tensor_free(picture);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_invert_options chosen;
    fovea_model *model;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    CLI_TRY(cli_open_sized(cli, cli->operand[0], &model, error));
    fovea_status status = open_and_invert(cli, model, &chosen, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_invert = {
    "invert",
    CLI_LOOK,
    "MODEL IMAGE",
    2,
    2,
    "what layers still know of a picture",
    "Feature inversion: from noise a picture is found of which the layer makes the same as of "
    "IMAGE (a file or SET#INDEX). What is missing in it the layer does not tell. The same seed "
    "gives the same pictures.",
    "fovea invert runs/mnist mnist#7 --layer conv1,conv2,fc1 -o known.png\n",
    options,
    run};
