// SPDX-License-Identifier: MIT
// fovea draw softmax: softmax beside plain normalisation.
#include <stdio.h>

#include "command.h"
#include "json_output.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"values", 0, "V,...", "10,6,4", "2 to 20 values"}, CLI_FIGURE_OPTIONS, CLI_END};

static fovea_status print_json(const double *values, int count, fovea_error *error) {
    double softmax[FOVEA_SOFTMAX_MOST], share[FOVEA_SOFTMAX_MOST];
    cli_json json;
    CLI_TRY(fovea_softmax_shares(values, count, softmax, share, error));
    cli_json_start(&json, stdout, "draw softmax");
    cli_json_reals(&json, "values", values, count);
    cli_json_reals(&json, "softmax", softmax, count);
    cli_json_reals(&json, "normalized", share, count);
    cli_json_end(&json);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    double values[FOVEA_SOFTMAX_MOST];
    int count;
    fovea_figure *figure;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_real_list(cli, "values", -1e300, 1e300, FOVEA_SOFTMAX_MOST, values, &count, error));
    CLI_TRY(fovea_figure_softmax(cli->context, values, count, &figure, error));
    fovea_status status = cli->json ? print_json(values, count, error) : FOVEA_OK;
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

const cli_command cli_draw_softmax = {
    "draw softmax",
    CLI_LOOK,
    "",
    0,
    0,
    "softmax beside plain normalisation",
    "How the same values become probabilities in two ways: exp(v) over the sum of all exp(v), and "
    "v "
    "over the sum of all v, which is undefined where a value is below 0 or the sum is 0.",
    "fovea draw softmax -o softmax.png\n"
    "fovea draw softmax --values=-1,0.5,2\n",
    options,
    run};
