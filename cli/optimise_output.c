// SPDX-License-Identifier: MIT
#include "optimise_output.h"

#include <stdio.h>

#include "clean_text.h"
#include "clock.h"
#include "console.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

fovea_status cli_open_sized(const cli_call *cli, const char *name, fovea_model **model,
                            fovea_error *error) {
    fovea_shape wanted, own;
    fovea_model *opened;
    CLI_TRY(cli_open_model(cli, name, NULL, &opened, error));
    *model = opened;
    if (!cli_given(cli, "input")) return FOVEA_OK;
    own = fovea_model_input(opened);
    fovea_status status = cli_parse_sample("--input", cli_text(cli, "input"), &wanted, error);
    if (status == FOVEA_OK && fovea_shape_equal(&own, &wanted)) return FOVEA_OK;
    if (status == FOVEA_OK) status = fovea_model_resized(opened, &wanted, model, error);
    fovea_model_free(opened);
    return status;
}

fovea_status cli_one_layer(const cli_call *cli, const fovea_graph *graph, const char *text,
                           fovea_value *layer, fovea_error *error) {
    int32_t *nodes, count;
    CLI_TRY(fovea_layers_choose(cli->context, graph, text, &nodes, &count, error));
    char first[96], second[96];
    fovea_status status = FOVEA_OK;
    if (count == 1)
        *layer = fovea_graph_node(graph, nodes[0]).outputs[0];
    else
        status = cli_fail(error, FOVEA_INVALID_ARGUMENT,
                          "--layer %s means %d layers (%s, %s%s); one is wanted", text, count,
                          cli_clean(first, sizeof first, fovea_graph_node(graph, nodes[0]).name),
                          cli_clean(second, sizeof second, fovea_graph_node(graph, nodes[1]).name),
                          count > 2 ? " …" : "");
    fovea_layers_free(cli->context, nodes);
    return status;
}

void cli_optimise_begin(const cli_call *cli, const char *what, cli_optimise_line *line) {
    *line = (cli_optimise_line){
        .what = what, .shown = cli_terminal_messages() && !cli->quiet, .last = cli_seconds()};
}

int cli_optimise_progress(void *user, const fovea_optimise_state *state) {
    cli_optimise_line *line = user;
    double now = cli_seconds();
    if (!line->shown || now - line->last < 0.1) return 1;
    line->last = now;
    line->drawn = true;
    fprintf(stderr, "\r\033[K%s %d/%d step %d/%d", line->what, (int)state->picture + 1,
            (int)state->pictures, (int)state->step, (int)state->steps);
    fflush(stderr);
    return 1;
}

void cli_optimise_end(cli_optimise_line *line) {
    if (line->drawn) fprintf(stderr, "\r\033[K");
    line->drawn = false;
}

static void print_json(const char *command, const fovea_optimised *pictures,
                       const fovea_optimised_figure_options *options) {
    cli_json json;
    cli_json_start(&json, stdout, command);
    cli_json_array(&json, "pictures");
    for (int32_t i = 0; i < fovea_optimised_count(pictures); i++) {
        fovea_optimised_picture found = fovea_optimised_get(pictures, i);
        fovea_statistics s;
        cli_json_object(&json, NULL);
        cli_json_text(&json, "layer", found.layer);
        if (found.channel >= 0) cli_json_integer(&json, "channel", found.channel + 1);
        if (options->names) cli_json_text(&json, "name", options->names[i]);
        cli_json_shape(&json, "shape", &found.picture.shape);
        cli_json_real(&json, "start", found.start);
        cli_json_real(&json, "first", found.first);
        cli_json_real(&json, "end", found.end);
        if (options->original) cli_json_real(&json, "difference", found.difference);
        cli_json_flag(&json, "silent", found.silent);
        if (fovea_view_statistics(&found.picture, &s, NULL) == FOVEA_OK) {
            cli_json_real(&json, "minimum", s.minimum);
            cli_json_real(&json, "maximum", s.maximum);
            cli_json_real(&json, "mean", s.mean);
        }
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

fovea_status cli_optimise_output(const cli_call *cli, const fovea_optimised *pictures,
                                 const fovea_optimised_figure_options *options,
                                 fovea_error *error) {
    const char *npz = cli_text(cli, "npz");
    fovea_figure *figure;
    if (npz) {
        char shown[256];
        CLI_TRY(fovea_optimised_save(pictures, npz, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    }
    if (cli->json) print_json(cli->command->name, pictures, options);
    if (!cli_given(cli, "output") && (npz || cli->json)) return FOVEA_OK;
    CLI_TRY(fovea_figure_optimised(cli->context, pictures, options, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}
