// SPDX-License-Identifier: MIT
// fovea draw activation: activations and their derivatives.
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "json_output.h"
#include "picture_output.h"

static const cli_option options[] = {CLI_FIGURE_OPTIONS, CLI_END};

enum { PLACES = 101, NAME = 96 };

// Without a name: what there is.
static fovea_status list(const cli_call *cli, fovea_error *error) {
    cli_json json;
    if (cli_given(cli, "output"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "-o: which activation? as in fovea draw activation relu -o relu.png");
    if (cli->json) {
        cli_json_start(&json, stdout, "draw activation");
        cli_json_array(&json, "names");
    }
    for (int32_t i = 0; i < fovea_activation_count(); i++) {
        const char *formula;
        CLI_TRY(fovea_activation_formula(i, &formula, NULL, error));
        if (cli->json)
            cli_json_text(&json, NULL, fovea_activation_name(i));
        else
            printf("%-16s %s\n", fovea_activation_name(i), formula);
    }
    if (cli->json) {
        cli_json_close(&json);
        cli_json_end(&json);
    }
    return FOVEA_OK;
}

static fovea_status print_curve(const cli_call *cli, cli_json *json, const char *name,
                                fovea_error *error) {
    double x[PLACES], value[PLACES], derivative[PLACES];
    for (int i = 0; i < PLACES; i++) x[i] = (i - PLACES / 2) / 10.0;
    CLI_TRY(fovea_activation_at(cli->context, name, x, PLACES, value, derivative, error));
    cli_json_object(json, NULL);
    cli_json_text(json, "name", name);
    cli_json_reals(json, "x", x, PLACES);
    cli_json_reals(json, "value", value, PLACES);
    cli_json_reals(json, "derivative", derivative, PLACES);
    cli_json_close(json);
    return FOVEA_OK;
}

static fovea_status print_json(const cli_call *cli, const char *names, fovea_error *error) {
    cli_json json;
    cli_json_start(&json, stdout, "draw activation");
    cli_json_array(&json, "activations");
    for (const char *at = names; *at;) {
        char name[NAME];
        at += strspn(at, ", \t");
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        while (length && name[length - 1] == ' ') name[--length] = '\0';
        CLI_TRY(print_curve(cli, &json, name, error));
        at += strcspn(at, ",");
    }
    cli_json_close(&json);
    cli_json_end(&json);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_figure *figure;
    CLI_TRY(cli_figure_check(cli, error));
    if (cli->operands == 0) return list(cli, error);
    CLI_TRY(fovea_figure_activation(cli->context, cli->operand[0], &figure, error));
    fovea_status status = cli->json ? print_json(cli, cli->operand[0], error) : FOVEA_OK;
    if (status == FOVEA_OK) status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

const cli_command cli_draw_activation = {
    "draw activation",
    CLI_LOOK,
    "[NAME,...]",
    0,
    1,
    "activations and their derivatives; without a name, those there are",
    "NAME is an activation as in architecture text, with its options; several by comma.",
    "fovea draw activation relu -o relu.png\n"
    "fovea draw activation 'relu, leaky_relu alpha=0.2, tanh, sigmoid' -o activations.svg\n",
    options,
    run};
