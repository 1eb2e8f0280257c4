// SPDX-License-Identifier: MIT
// fovea draw receptive-field: what units of a net see of the picture.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"layer", 0, "NAME", "all",
     "node name, glob, N for the N-th convolution, or all: every convolution and pooling"},
    {"at", 0, "Y,X", NULL,
     "row and column of the unit, from 0, in the last of the layers (default: the middle)"},
    {"image", 0, "IMAGE", NULL, "a picture file or SET#INDEX (default: an empty grid)"},
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status print_json(const cli_call *cli, const fovea_graph *graph,
                               const fovea_receptive_options *chosen, fovea_error *error) {
    fovea_receptive_field *fields;
    int32_t count;
    cli_json json;
    CLI_TRY(fovea_receptive_fields(cli->context, graph, chosen, &fields, &count, error));
    cli_json_start(&json, stdout, "draw receptive-field");
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < count; i++) {
        const fovea_receptive_field *f = &fields[i];
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", f->layer);
        cli_json_text(&json, "op", f->op);
        cli_json_integers(&json, "map", f->map, 2);
        cli_json_integers(&json, "unit", f->unit, 2);
        cli_json_integers(&json, "size", f->size, 2);
        cli_json_integers(&json, "stride", f->stride, 2);
        cli_json_integers(&json, "offset", f->offset, 2);
        cli_json_integers(&json, "first", f->first, 2);
        cli_json_integers(&json, "last", f->last, 2);
        cli_json_reals(&json, "centre", f->centre, 2);
        cli_json_integers(&json, "inside", f->inside, 2);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    fovea_receptive_fields_free(cli->context, fields);
    return FOVEA_OK;
}

// The graph that the picture goes into: the model's own or one built for the picture's size.
static fovea_status tell(const cli_call *cli, const fovea_model *model,
                         const fovea_receptive_options *chosen, fovea_error *error) {
    fovea_shape own = fovea_model_input(model);
    fovea_shape shape = chosen->picture ? fovea_tensor_view(chosen->picture).shape : own;
    if (fovea_shape_equal(&shape, &own))
        return print_json(cli, fovea_model_graph(model), chosen, error);
    fovea_model *resized;
    CLI_TRY(fovea_model_resized(model, &shape, &resized, error));
    fovea_status status = print_json(cli, fovea_model_graph(resized), chosen, error);
    fovea_model_free(resized);
    return status;
}

static fovea_status show(const cli_call *cli, const fovea_model *model,
                         fovea_receptive_options *chosen, fovea_error *error) {
    char title[112];
    fovea_figure *figure = NULL;
    chosen->title = cli_clean_title(title, sizeof title, cli->operand[0]);
    if (!cli->json || cli_given(cli, "output")) {
        CLI_TRY(fovea_figure_receptive_field(cli->context, model, chosen, &figure, error));
        fovea_status status = cli_figure_output(cli, figure, error);
        fovea_figure_free(figure);
        CLI_TRY(status);
    }
    return cli->json ? tell(cli, model, chosen, error) : FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_receptive_options chosen;
    fovea_model *model;
    fovea_tensor *picture = NULL;
    fovea_receptive_options_default(&chosen);
    chosen.layer = cli_text(cli, "layer");
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_position(cli, chosen.at, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK && cli_text(cli, "image"))
        status = cli_open_fitted(cli, model, cli_text(cli, "image"), &picture, error);
    chosen.picture = picture;
    if (status == FOVEA_OK) status = show(cli, model, &chosen, error);
    fovea_tensor_free(picture);
    fovea_model_free(model);
    return status;
}

const cli_command cli_draw_receptive_field = {
    "draw receptive-field",
    CLI_LOOK,
    "MODEL",
    1,
    1,
    "the part of the picture that a unit of a layer sees",
    "The box of pixels that can change the unit, its centre, how much of it lies in the padding, "
    "and the arithmetic layer by layer. With several layers each has its unit nearest to the same "
    "place.",
    "fovea draw receptive-field lenet5 --layer maxpool2 --at 2,2 --image mnist#0 -o field.png\n"
    "fovea draw receptive-field tutorial-cifar\n",
    options,
    run};
