// SPDX-License-Identifier: MIT
// fovea draw losses: cross entropy against squared error, and their gradients.
#include <stdio.h>

#include "command.h"
#include "json_output.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"target", 0, "Y", "0", "what is right: 0 or 1"}, CLI_FIGURE_OPTIONS, CLI_END};

static fovea_status print_json(int target, fovea_error *error) {
    cli_json json;
    cli_json_start(&json, stdout, "draw losses");
    cli_json_integer(&json, "target", target);
    cli_json_array(&json, "points");
    for (int i = 0; i <= 100; i++) {
        fovea_loss_point at;
        CLI_TRY(fovea_loss_at(i / 100.0, target, &at, error));
        cli_json_object(&json, NULL);
        cli_json_real(&json, "p", i / 100.0);
        cli_json_real(&json, "cross_entropy", at.cross_entropy);
        cli_json_real(&json, "squared", at.squared);
        cli_json_real(&json, "cross_entropy_slope", at.cross_entropy_slope);
        cli_json_real(&json, "squared_slope", at.squared_slope);
        cli_json_real(&json, "cross_entropy_logit", at.cross_entropy_logit);
        cli_json_real(&json, "squared_logit", at.squared_logit);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    int64_t target;
    fovea_figure *figure;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_integer(cli, "target", 0, 1, &target, error));
    CLI_TRY(fovea_figure_losses(cli->context, (int)target, &figure, error));
    fovea_status status = cli->json ? print_json((int)target, error) : FOVEA_OK;
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

const cli_command cli_draw_losses = {
    "draw losses",
    CLI_LOOK,
    "",
    0,
    0,
    "cross entropy against squared error, and their gradients",
    "For one output with probability p from 0 to 1: both losses, their slopes, and what is left of "
    "the slope for the weights below.",
    "fovea draw losses -o losses.png\n"
    "fovea draw losses --target 1\n",
    options,
    run};
