// SPDX-License-Identifier: MIT
// fovea embed: the pictures of a set as a layer sees them.
#include <stdio.h>

#include "clean_text.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"
#include "unit_inputs.h"

enum { SAMPLES = 500 };

static const cli_option options[] = {
    {"data", 0, "SET", NULL, "the set, with or without :PART (default part: test)"},
    {"limit", 0, "N", "500", "only the first N samples"},
    {"fit", 0, NULL, NULL, "bring the pictures of a folder to the size the net takes"},
    {"layer", 0, "NAME", NULL,
     "node name, or N for the N-th convolution (default: what goes into the last linear layer)"},
    {"flatten", 0, NULL, NULL, "every cell is a feature, not the mean of each channel"},
    {"npz", 0, "FILE", NULL, "save scores, loadings, mean, variance, labels and samples as .npz"},
    CLI_NORMALIZATION_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static void print_json(const fovea_embedding *e, const fovea_dataset *dataset) {
    cli_json json;
    const double *scores = fovea_embedding_scores(e);
    cli_json_start(&json, stdout, "embed");
    cli_json_text(&json, "data", fovea_dataset_name(dataset));
    cli_json_text(&json, "part", fovea_dataset_part(dataset));
    cli_json_integer(&json, "count", fovea_embedding_samples(e));
    cli_json_text(&json, "layer", fovea_embedding_layer(e).name);
    cli_json_integer(&json, "features", fovea_embedding_features(e));
    cli_json_reals(&json, "share",
                   (const double[2]){fovea_embedding_share(e, 0), fovea_embedding_share(e, 1)}, 2);
    cli_json_array(&json, "samples");
    for (int64_t i = 0; i < fovea_embedding_samples(e); i++) {
        int32_t label = fovea_dataset_label(dataset, i);
        cli_json_object(&json, NULL);
        cli_json_integer(&json, "index", fovea_dataset_index(dataset, i));
        cli_json_text(&json, "class", fovea_dataset_class_name(dataset, label));
        cli_json_reals(&json, "score", scores + 2 * i, 2);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

static fovea_status show(const cli_call *cli, const fovea_embedding *e,
                         const fovea_dataset *dataset, fovea_error *error) {
    const char *npz = cli_text(cli, "npz");
    fovea_figure *figure;
    if (npz) {
        char shown[256];
        CLI_TRY(fovea_embedding_save(e, npz, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    }
    if (cli->json)
        print_json(e, dataset);
    else if (npz || cli_given(cli, "output"))
        printf(
            "%s: %lld features of %lld pictures; the first component has %.1f %% of the "
            "variance, the second %.1f %%\n",
            fovea_embedding_layer(e).name, (long long)fovea_embedding_features(e),
            (long long)fovea_embedding_samples(e), 100 * fovea_embedding_share(e, 0),
            100 * fovea_embedding_share(e, 1));
    if (!cli_given(cli, "output") && (npz || cli->json)) return FOVEA_OK;
    CLI_TRY(fovea_figure_embedding(cli->context, e, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

// What goes into the last linear layer, else the last convolution.
static int32_t choose_node(const fovea_graph *graph) {
    int32_t linear = cli_last_node(graph, "Gemm");
    if (linear < 0) return cli_last_node(graph, "Conv");
    return fovea_graph_value(graph, fovea_graph_node(graph, linear).inputs[0]).node;
}

static fovea_status look(const cli_call *cli, const cli_unit_inputs *inputs, fovea_error *error) {
    int32_t node = choose_node(fovea_model_graph(inputs->model));
    fovea_embedding_options chosen;
    fovea_embedding *embedding;
    if (inputs->count > 1)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--layer means %d layers; one can be embedded at a time", inputs->count);
    if (inputs->nodes) node = inputs->nodes[0];
    if (node < 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "no layer comes before the last linear one: choose a --layer");
    fovea_embedding_options_default(&chosen);
    chosen.flatten = cli_flag(cli, "flatten");
    CLI_TRY(
        fovea_embedding_create(inputs->model, inputs->dataset, node, &chosen, &embedding, error));
    fovea_status status = show(cli, embedding, inputs->dataset, error);
    fovea_embedding_free(embedding);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    cli_unit_inputs inputs;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_open_unit_inputs(cli, SAMPLES, &inputs, error));
    fovea_status status = look(cli, &inputs, error);
    cli_free_unit_inputs(cli, &inputs);
    return status;
}

const cli_command cli_embed = {
    "embed",
    CLI_LOOK,
    "MODEL --data SET",
    1,
    1,
    "pictures of a set as a layer sees them, in two dimensions",
    "Pictures at the first two principal components of a layer's features, framed in the colour of "
    "their class: what lies together is alike to the layer. The shares of the variance say how "
    "much of the features is seen.",
    "fovea embed runs/mnist --data mnist -o embed.png\n"
    "fovea embed runs/mnist --data mnist --layer conv2 --npz conv2.npz\n",
    options,
    run};
