// SPDX-License-Identifier: MIT
// fovea graph: the graph of a net as a picture.
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "net_json.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"unfold", 0, NULL, NULL, "draw every one of the blocks that are repeated"},
    {"every-node", 0, NULL, NULL,
     "boxes of their own for activations, normalisation, dropout and flatten, too"},
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

// A file without --width is as wide as makes it no taller than wide, if columns can do that.
static fovea_status choose_width(cli_call *cli, const fovea_figure *figure, fovea_error *error) {
    static const char *const widths[] = {"1000", "1500", "2000", "2600", "3200", "4000"};
    int option = 0;
    if (cli_given(cli, "width") || !cli_text(cli, "output")) return FOVEA_OK;
    while (strcmp(options[option].name, "width") != 0) option++;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        fovea_draw_options drawn;
        double width, height;
        cli->value[option] = widths[i];
        CLI_TRY(cli_draw_options(cli, &drawn, error));
        CLI_TRY(fovea_figure_size(cli->context, figure, &drawn, &width, &height, error));
        if (height <= 1.1 * width) break;
    }
    return FOVEA_OK;
}

static fovea_status draw(cli_call *cli, const fovea_model *model, fovea_error *error) {
    char title[112];
    fovea_figure *figure;
    fovea_graph_figure_options chosen;
    fovea_graph_figure_options_default(&chosen);
    const char *slash = strrchr(cli->operand[0], '/');
    chosen.title =
        cli_clean_title(title, sizeof title, slash && slash[1] ? slash + 1 : cli->operand[0]);
    chosen.unfold = cli_flag(cli, "unfold");
    chosen.every_node = cli_flag(cli, "every-node");
    CLI_TRY(fovea_figure_graph(cli->context, fovea_model_graph(model), &chosen, &figure, error));
    fovea_status status = choose_width(cli, figure, error);
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status == FOVEA_OK && cli->json ? cli_net_json("graph", model, error) : status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_model *model;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_open_model_shapes(cli, cli->operand[0], &model, error));
    fovea_status status = draw(cli, model, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_graph = {
    "graph",
    CLI_LOOK,
    "MODEL",
    1,
    1,
    "the graph of a net: boxes and arrows, repeated blocks folded",
    "Boxes tell a layer's name, operator, parameters and the shape that comes out. What is "
    "repeated is "
    "drawn once, in a frame with how often; --unfold draws all. Without --width a file is as wide "
    "as "
    "its columns need.",
    "fovea graph resnet50 -o resnet50.svg\nfovea graph squeezenet.onnx --unfold -o net.pdf\n",
    options,
    run};
