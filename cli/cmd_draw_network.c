// SPDX-License-Identifier: MIT
// fovea draw network: a whole net as a diagram.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "net_json.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"style", 0, "STYLE", "auto",
     "volumes (stacks of maps, columns of neurons), boxes, or auto: volumes for a net without "
     "branches"},
    {"image", 0, "IMAGE", NULL, "a picture file or SET#INDEX to show as the input"},
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status draw(const cli_call *cli, const fovea_model *model,
                         fovea_network_options *chosen, fovea_error *error) {
    char title[112];
    fovea_tensor *picture = NULL;
    fovea_figure *figure = NULL;
    chosen->title = cli_clean_title(title, sizeof title, cli->operand[0]);
    if (cli_text(cli, "image"))
        CLI_TRY(cli_open_fitted(cli, model, cli_text(cli, "image"), &picture, error));
    chosen->picture = picture;
    fovea_status status = fovea_figure_network(cli->context, model, chosen, &figure, error);
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    fovea_tensor_free(picture);
    return status == FOVEA_OK && cli->json ? cli_net_json("draw network", model, error) : status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_network_options chosen;
    fovea_model *model;
    fovea_network_options_default(&chosen);
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(fovea_network_style_find(cli_text(cli, "style"), &chosen.style, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK) status = draw(cli, model, &chosen, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_draw_network = {
    "draw network",
    CLI_LOOK,
    "MODEL",
    1,
    1,
    "a whole net as a diagram: layers, shapes, parameters",
    "A layer and the activation, normalisation and dropout behind it are one part. Nets with "
    "branches are boxes with arrows; so is everything in a terminal.",
    "fovea draw network tutorial-mnist -o net.svg\n"
    "fovea draw network runs/mnist --image mnist#7 -o net.png\n",
    options,
    run};
