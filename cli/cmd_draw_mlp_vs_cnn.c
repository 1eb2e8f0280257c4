// SPDX-License-Identifier: MIT
// fovea draw mlp-vs-cnn: how a fully connected and a convolutional net take a picture in.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"image", 0, "IMAGE", NULL, "a picture file or SET#INDEX (default: an empty grid)"},
    {"resize", 0, NULL, NULL, "bring a picture of another size to the one the nets take"},
    CLI_DATA_OPTIONS,
    {"input", 0, "CxHxW", NULL, "what architecture text is built for, as 3x32x32"},
    CLI_FIGURE_OPTIONS,
    CLI_END};

static void print_layer(cli_json *json, const char *key, const char *model,
                        const fovea_first_layer *layer) {
    cli_json_object(json, key);
    cli_json_text(json, "model", model);
    cli_json_text(json, "layer", layer->name);
    cli_json_text(json, "op", layer->op);
    cli_json_shape(json, "input", &layer->input);
    cli_json_shape(json, "kernel", &layer->kernel);
    cli_json_integer(json, "units", layer->units);
    cli_json_integer(json, "weights", layer->weights);
    cli_json_integer(json, "biases", layer->biases);
    cli_json_integer(json, "connections", layer->connections);
    cli_json_integer(json, "parameters", layer->parameters);
    cli_json_close(json);
}

static fovea_status print_json(const fovea_model *const *model, const char *const *name,
                               fovea_error *error) {
    fovea_first_layer layer[2];
    cli_json json;
    for (int i = 0; i < 2; i++) CLI_TRY(fovea_first_layer_find(model[i], &layer[i], error));
    cli_json_start(&json, stdout, "draw mlp-vs-cnn");
    print_layer(&json, "mlp", name[0], &layer[0]);
    print_layer(&json, "cnn", name[1], &layer[1]);
    cli_json_end(&json);
    return FOVEA_OK;
}

static fovea_status draw(const cli_call *cli, const fovea_model *const *model,
                         const char *const *name, fovea_error *error) {
    char shown[2][100];
    fovea_connections_options chosen;
    fovea_tensor *picture = NULL;
    fovea_figure *figure = NULL;
    fovea_connections_options_default(&chosen);
    chosen.title = "MLP and CNN";
    chosen.mlp_name = cli_clean(shown[0], sizeof shown[0], name[0]);
    chosen.cnn_name = cli_clean(shown[1], sizeof shown[1], name[1]);
    if (cli_text(cli, "image"))
        CLI_TRY(cli_open_fitted(cli, model[0], cli_text(cli, "image"), &picture, error));
    chosen.picture = picture;
    fovea_status status =
        fovea_figure_mlp_vs_cnn(cli->context, model[0], model[1], &chosen, &figure, error);
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    fovea_tensor_free(picture);
    return status == FOVEA_OK && cli->json ? print_json(model, name, error) : status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    const char *name[] = {"tutorial-mlp", "tutorial-mnist"};
    fovea_model *model[2] = {NULL, NULL};
    for (int i = 0; i < cli->operands; i++) name[i] = cli->operand[i];
    CLI_TRY(cli_figure_check(cli, error));
    fovea_status status = cli_open_model(cli, name[0], NULL, &model[0], error);
    if (status == FOVEA_OK) status = cli_open_model(cli, name[1], NULL, &model[1], error);
    if (status == FOVEA_OK)
        status = draw(cli, (const fovea_model *const[2]){model[0], model[1]}, name, error);
    fovea_model_free(model[0]);
    fovea_model_free(model[1]);
    return status;
}

const cli_command cli_draw_mlp_vs_cnn = {
    "draw mlp-vs-cnn",
    CLI_LOOK,
    "[MLP [CNN]]",
    0,
    2,
    "how a fully connected and a convolutional net take one picture in",
    "Which pixels one unit of the first layer is connected with, and how many parameters that "
    "takes, from the nets' own numbers (default: tutorial-mlp and tutorial-mnist).",
    "fovea draw mlp-vs-cnn --image mnist#0 -o mlp-vs-cnn.png\n"
    "fovea draw mlp-vs-cnn tutorial-fc tutorial-cifar --image cifar10#3 -o cifar.svg\n",
    options,
    run};
