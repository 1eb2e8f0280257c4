// SPDX-License-Identifier: MIT
// fovea dream: a picture with more of what a layer sees in it.
#include <stdio.h>

#include "command.h"
#include "open_inputs.h"
#include "optimise_output.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"layer", 0, "NAME", NULL, "node name, or N for the N-th convolution"},
    {"channel", 0, "K", NULL, "only the K-th output of the layer, from 1"},
    {"octaves", 0, "N", NULL,
     "sizes gone through, from small to the picture's own (default: 4, where the net takes any "
     "size and the picture is large enough)"},
    {"scale", 0, "S", "1.4", "from one size to the next"},
    {"steps", 0, "N", "20", "steps at each size"},
    {"lr", 0, "RATE", "0.01", "how far a step goes, in pixel values of 0..1"},
    {"jitter", 0, "P", NULL,
     "shift the picture by up to P pixels before each step (default: a 16th of its shorter side)"},
    {"npz", 0, "FILE", NULL, "save the picture as .npz, C×H×W of 0..1"},
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status read_options(const cli_call *cli, fovea_dream_options *o, fovea_error *error) {
    int64_t number;
    fovea_dream_options_default(o);
    o->seed = cli->seed;
    if (!cli_given(cli, "layer"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "which layer? --layer 3 is the third convolution");
    CLI_TRY(cli_integer(cli, "steps", 1, 1000000, &number, error));
    o->steps = (int32_t)number;
    if (cli_given(cli, "octaves")) {
        CLI_TRY(cli_integer(cli, "octaves", 1, 16, &number, error));
        o->octaves = (int32_t)number;
    }
    if (cli_given(cli, "jitter")) {
        CLI_TRY(cli_integer(cli, "jitter", 0, 1 << 14, &number, error));
        o->jitter = (int32_t)number;
    }
    if (cli_given(cli, "channel")) {
        CLI_TRY(cli_integer(cli, "channel", 1, INT32_MAX, &number, error));
        o->channel = (int32_t)number - 1;
    }
    CLI_TRY(cli_real_above(cli, "scale", 1, &o->scale, error));
    CLI_TRY(cli_real(cli, "scale", 1, 8, &o->scale, error));
    CLI_TRY(cli_real_above(cli, "lr", 0, &o->rate, error));
    return cli_real(cli, "lr", 0, 1, &o->rate, error);
}

static fovea_status dream_of(const cli_call *cli, const fovea_model *model,
                             const fovea_tensor *picture, fovea_dream_options *chosen,
                             fovea_error *error) {
    fovea_value layer;
    fovea_optimised *found;
    fovea_optimised_figure_options figure;
    cli_optimise_line line;
    char title[320];
    CLI_TRY(cli_one_layer(cli, fovea_model_graph(model), cli_text(cli, "layer"), &layer, error));
    cli_optimise_begin(cli, "octave", &line);
    chosen->progress = cli_optimise_progress;
    chosen->progress_user = &line;
    fovea_status status = fovea_dream(model, layer, picture, chosen, &found, error);
    cli_optimise_end(&line);
    if (status != FOVEA_OK) return status;
    fovea_optimised_figure_options_default(&figure);
    snprintf(title, sizeof title, "What %.200s dreams", fovea_optimised_get(found, 0).layer);
    figure.title = title;
    figure.note =
        "The picture changed so that the layer answers more of what it answers already: "
        "the mean of its squares, before and after.";
    figure.original = picture;
    status = cli_optimise_output(cli, found, &figure, error);
    fovea_optimised_free(found);
    return status;
}

static fovea_status dream(const cli_call *cli, fovea_model *model, fovea_dream_options *chosen,
                          fovea_error *error) {
    fovea_tensor *picture;
    CLI_TRY(cli_set_preprocessing(cli, model, error));
    cli_tell_of_colours(cli, model);
    CLI_TRY(cli_open_fitted(cli, model, cli->operand[1], &picture, error));
    fovea_status status = dream_of(cli, model, picture, chosen, error);
    fovea_tensor_free(picture);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_dream_options chosen;
    fovea_model *model;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    CLI_TRY(cli_open_sized(cli, cli->operand[0], &model, error));
    fovea_status status = dream(cli, model, &chosen, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_dream = {
    "dream",
    CLI_LOOK,
    "MODEL IMAGE",
    2,
    2,
    "a picture with more of what a layer sees in it",
    "DeepDream: the picture is changed step by step so that the mean of squares of the layer's "
    "numbers rises, first at a small size, so that large forms come first. IMAGE is a file or "
    "SET#INDEX. The same seed gives the same picture.",
    "fovea dream net.onnx photo.jpg --preprocess imagenet --crop 224 --layer 5 -o dream.png\n",
    options,
    run};
