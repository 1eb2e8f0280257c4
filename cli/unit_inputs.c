// SPDX-License-Identifier: MIT
#include "unit_inputs.h"

#include <string.h>

#include "open_inputs.h"

static fovea_status open_fitted(const cli_call *cli, const fovea_model *model, const char *set,
                                int64_t limit, fovea_dataset **dataset, fovea_error *error) {
    fovea_dataset_options options;
    fovea_shape input = fovea_model_input(model);
    fovea_dataset_options_default(&options);
    options.directory = cli_text(cli, "data-dir");
    options.classes = cli_class_file(cli) ? NULL : cli_text(cli, "classes");
    options.part = "test";
    options.limit = limit;
    for (int d = 0; d < 2 && input.rank == 3; d++) options.resize[d] = (int32_t)input.dim[1 + d];
    return fovea_dataset_open(cli->context, set, &options, dataset, error);
}

// The model's classes where the set has them, else all there are.
static fovea_status open_set(const cli_call *cli, const fovea_model *model, const char *set,
                             int64_t limit, fovea_dataset **dataset, fovea_error *error) {
    if (cli_flag(cli, "fit")) return open_fitted(cli, model, set, limit, dataset, error);
    fovea_status status = cli_open_dataset_for(cli, model, set, limit, dataset, error);
    if (status != FOVEA_INVALID_ARGUMENT || cli_text(cli, "classes")) return status;
    return cli_open_dataset(cli, set, "test", limit, dataset, error);
}

static fovea_status fit_model(fovea_model **model, const fovea_dataset *dataset,
                              fovea_error *error) {
    fovea_shape own = fovea_model_input(*model), given = fovea_dataset_shape(dataset);
    bool fits = own.rank == 3 && own.dim[0] == given.dim[0];
    if (!fits || fovea_shape_equal(&own, &given) || !fovea_model_any_size(*model)) return FOVEA_OK;
    fovea_model *resized;
    CLI_TRY(fovea_model_resized(*model, &given, &resized, error));
    fovea_model_free(*model);
    *model = resized;
    return FOVEA_OK;
}

static fovea_status open_all(const cli_call *cli, int64_t limit, cli_unit_inputs *inputs,
                             fovea_error *error) {
    const char *layer = cli_text(cli, "layer");
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &inputs->model, error));
    CLI_TRY(cli_set_preprocessing(cli, inputs->model, error));
    CLI_TRY(open_set(cli, inputs->model, cli_text(cli, "data"), limit, &inputs->dataset, error));
    CLI_TRY(fit_model(&inputs->model, inputs->dataset, error));
    if (!layer) return FOVEA_OK;
    return fovea_layers_choose(cli->context, fovea_model_graph(inputs->model), layer,
                               &inputs->nodes, &inputs->count, error);
}

fovea_status cli_open_unit_inputs(const cli_call *cli, int64_t limit, cli_unit_inputs *inputs,
                                  fovea_error *error) {
    *inputs = (cli_unit_inputs){0};
    if (!cli_text(cli, "data"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "which data? --data SET is missing");
    if (cli_given(cli, "limit")) CLI_TRY(cli_integer(cli, "limit", 1, INT64_MAX, &limit, error));
    fovea_status status = open_all(cli, limit, inputs, error);
    if (status != FOVEA_OK) cli_free_unit_inputs(cli, inputs);
    return status;
}

void cli_free_unit_inputs(const cli_call *cli, cli_unit_inputs *inputs) {
    fovea_layers_free(cli->context, inputs->nodes);
    fovea_dataset_free(inputs->dataset);
    fovea_model_free(inputs->model);
    *inputs = (cli_unit_inputs){0};
}

int32_t cli_last_node(const fovea_graph *graph, const char *op) {
    for (int32_t i = fovea_graph_node_count(graph) - 1; i >= 0; i--)
        if (strcmp(fovea_graph_node(graph, i).op, op) == 0) return i;
    return -1;
}
