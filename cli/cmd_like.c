// SPDX-License-Identifier: MIT
// fovea like: the pictures that channels of a layer, or classes, like best.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "class_choice.h"
#include "command.h"
#include "open_inputs.h"
#include "optimise_output.h"
#include "picture_output.h"

enum { MOST_CHANNELS = 1024, FIRST = 16 };

static const cli_option options[] = {
    {"layer", 0, "NAME", NULL,
     "node name, or N for the N-th convolution (default: the net's output, before its softmax)"},
    {"channel", 0, "K,...", NULL,
     "outputs of the layer from 1: several by comma, A-B, or all (default: the first 16)"},
    {"target", 0, "CLASS,...", NULL, "classes instead, by name or by number from 0"},
    {"unit", 0, "Y,X", NULL, "one cell of the maps, from 0, instead of the mean over all"},
    {"steps", 0, "N", "256", "steps uphill"},
    {"parametrisation", 0, "WHAT", "fourier",
     "fourier (frequencies that weigh alike), phase (their phases alone) or pixel"},
    {"decorrelate", 0, "1|0", "1", "not pixel: steps along colours that are independent in photos"},
    {"lr", 0, "RATE", NULL, "of a step (default: 0.05, of pixels 0.02, of phases 0.2)"},
    {"jitter", 0, "P", NULL,
     "shift the picture by up to P pixels before each step (default: a 16th of its side)"},
    {"scale", 0, "S", NULL,
     "and its size by a factor of 1-S to 1+S (default: 0.1; small nets 0.05)"},
    {"turn", 0, "DEGREES", NULL, "and turn it by up to so many degrees (default: 5)"},
    {"decay", 0, "W", NULL,
     "weight of the squared distance from plain grey (default: 0; grey pictures 0.5)"},
    {"tv", 0, "W", NULL,
     "weight of total variation, which wants neighbours alike (default: 0.05; small nets 0.25)"},
    {"blur-every", 0, "N", "0", "pixel: blur after every N-th step"},
    {"blur", 0, "SIGMA", "0.5", "of that blur, in pixels"},
    {"npz", 0, "FILE", NULL, "save the pictures as .npz, each C×H×W of 0..1"},
    CLI_NORMALIZATION_OPTIONS,
    {"classes", 0, "FILE", NULL, "names of the classes, one a line"},
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

// What is asked for: channels of one layer, and names for classes.
typedef struct wish {
    fovea_value layer;
    int64_t channels;  // that the layer has
    bool named;        // asked for as classes
    bool output;       // the layer is the net's output
    int32_t count;
    int32_t channel[MOST_CHANNELS];
    const char *name[MOST_CHANNELS];
    char number[MOST_CHANNELS][24];
} wish;

static fovea_status read_rates(const cli_call *cli, fovea_like_options *o, fovea_error *error) {
    int64_t number;
    if (cli_given(cli, "lr")) {
        CLI_TRY(cli_real_above(cli, "lr", 0, &o->rate, error));
        CLI_TRY(cli_real(cli, "lr", 0, 1000, &o->rate, error));
    }
    if (cli_given(cli, "jitter")) {
        CLI_TRY(cli_integer(cli, "jitter", 0, 1 << 14, &number, error));
        o->jitter = (int32_t)number;
    }
    if (cli_given(cli, "scale")) CLI_TRY(cli_real(cli, "scale", 0, 0.9, &o->scale, error));
    if (cli_given(cli, "turn")) CLI_TRY(cli_real(cli, "turn", 0, 180, &o->turn, error));
    if (cli_given(cli, "tv")) CLI_TRY(cli_real(cli, "tv", 0, 1e6, &o->tv, error));
    if (cli_given(cli, "decay")) CLI_TRY(cli_real(cli, "decay", 0, 1e6, &o->decay, error));
    CLI_TRY(cli_real(cli, "blur", 0, 20, &o->blur, error));
    CLI_TRY(cli_integer(cli, "blur-every", 0, 1000000, &number, error));
    o->blur_every = (int32_t)number;
    return FOVEA_OK;
}

static fovea_status read_options(const cli_call *cli, fovea_like_options *o, fovea_error *error) {
    int64_t number, unit[2] = {-1, -1};
    const char *how = cli_text(cli, "parametrisation");
    fovea_like_options_default(o);
    o->seed = cli->seed;
    CLI_TRY(cli_integer(cli, "steps", 1, 1000000, &number, error));
    o->steps = (int32_t)number;
    if (strcmp(how, "pixel") == 0)
        o->parametrisation = FOVEA_PARAMETRISATION_PIXEL;
    else if (strcmp(how, "phase") == 0)
        o->parametrisation = FOVEA_PARAMETRISATION_PHASE;
    else if (strcmp(how, "fourier") != 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--parametrisation %s: fourier, phase and pixel are known", how);
    CLI_TRY(cli_integer(cli, "decorrelate", 0, 1, &number, error));
    o->decorrelate = (int)number;
    CLI_TRY(cli_integer_pair(cli, "unit", 0, INT32_MAX, unit, error));
    o->unit[0] = (int32_t)unit[0];
    o->unit[1] = (int32_t)unit[1];
    return read_rates(cli, o, error);
}

static fovea_status add_channel(wish *w, int64_t channel, fovea_error *error) {
    for (int32_t i = 0; i < w->count; i++)
        if (w->channel[i] == channel) return FOVEA_OK;
    if (w->count == MOST_CHANNELS)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "more than %d channels at once",
                        MOST_CHANNELS);
    w->channel[w->count++] = (int32_t)channel;
    return FOVEA_OK;
}

// "7" or "3-9".
static fovea_status add_range(wish *w, const char *text, fovea_error *error) {
    char first[24];
    int64_t from, to;
    size_t length = strcspn(text, "-");
    snprintf(first, sizeof first, "%.*s", (int)(length < 23 ? length : 23), text);
    CLI_TRY(cli_parse_integer("--channel", first, 1, w->channels, &from, error));
    to = from;
    if (text[length])
        CLI_TRY(cli_parse_integer("--channel", text + length + 1, from, w->channels, &to, error));
    for (int64_t k = from; k <= to; k++) CLI_TRY(add_channel(w, k - 1, error));
    return FOVEA_OK;
}

static fovea_status add_class(const fovea_model *model, wish *w, const char *text,
                              fovea_error *error) {
    int32_t index, count;
    const char **names = cli_class_names(model, (int32_t)w->channels, &count);
    if (!names) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status =
        cli_find_class("--target", text, names, count, (int)w->channels, &index, error);
    free(names);
    return status == FOVEA_OK ? add_channel(w, index, error) : status;
}

// Each part of a list between commas.
static fovea_status add_list(const fovea_model *model, wish *w, const char *text,
                             fovea_error *error) {
    char part[160];
    for (const char *at = text; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        at += strspn(at, " ");
        snprintf(part, sizeof part, "%.*s", (int)strcspn(at, ","), at);
        CLI_TRY(w->named ? add_class(model, w, part, error) : add_range(w, part, error));
    }
    return FOVEA_OK;
}

static fovea_status choose_channels(const cli_call *cli, const fovea_model *model, wish *w,
                                    fovea_error *error) {
    const char *channel = cli_text(cli, "channel"), *target = cli_text(cli, "target");
    if (target && channel)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--target and --channel cannot go together");
    if (target || (channel && strcmp(channel, "all") != 0))
        return add_list(model, w, target ? target : channel, error);
    int64_t count = channel || w->channels < FIRST ? w->channels : FIRST;
    for (int64_t k = 0; k < count; k++) CLI_TRY(add_channel(w, k, error));
    return FOVEA_OK;
}

static fovea_status choose(const cli_call *cli, const fovea_model *model, wish *w,
                           fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(model);
    const char *layer = cli_text(cli, "layer"), *op;
    bool named = cli_text(cli, "target") != NULL;
    fovea_value output = fovea_graph_logits(graph, fovea_graph_output(graph, 0), &op);
    w->layer = output;
    if (layer && named)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--target are classes of the net's output; --layer goes with --channel");
    if (layer) CLI_TRY(cli_one_layer(cli, graph, layer, &w->layer, error));
    fovea_shape shape = fovea_graph_value(graph, w->layer).shape;
    w->channels = shape.rank > 1 ? shape.dim[1] : 0;
    w->named = named;
    if (w->channels < 1)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s has no channels",
                        fovea_graph_value(graph, w->layer).name);
    CLI_TRY(choose_channels(cli, model, w, error));
    w->output = w->layer == output;
    for (int32_t i = 0; i < w->count; i++) {
        snprintf(w->number[i], sizeof w->number[i], "Output %d", w->channel[i] + 1);
        const char *name = w->output ? fovea_model_class_name(model, w->channel[i]) : NULL;
        w->name[i] = name ? name : w->number[i];
    }
    return FOVEA_OK;
}

static fovea_status find(const cli_call *cli, const fovea_model *model, wish *w,
                         fovea_like_options *chosen, fovea_error *error) {
    char title[320];
    fovea_optimised *pictures;
    fovea_optimised_figure_options figure;
    cli_optimise_line line;
    cli_optimise_begin(cli, "picture", &line);
    chosen->progress = cli_optimise_progress;
    chosen->progress_user = &line;
    fovea_status status =
        fovea_like(model, w->layer, w->channel, w->count, chosen, &pictures, error);
    cli_optimise_end(&line);
    if (status != FOVEA_OK) return status;
    fovea_optimised_figure_options_default(&figure);
    snprintf(title, sizeof title, "What %.200s likes",
             w->output ? "each output" : fovea_optimised_get(pictures, 0).layer);
    figure.title = title;
    figure.note =
        "Pictures made so that the output below rises: from what it was to what it became.";
    figure.names = w->name;
    status = cli_optimise_output(cli, pictures, &figure, error);
    fovea_optimised_free(pictures);
    return status;
}

static fovea_status like(const cli_call *cli, fovea_model *model, fovea_like_options *chosen,
                         fovea_error *error) {
    CLI_TRY(cli_set_preprocessing(cli, model, error));
    cli_tell_of_colours(cli, model);
    wish *w = calloc(1, sizeof *w);
    if (!w) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status = choose(cli, model, w, error);
    if (status == FOVEA_OK) status = find(cli, model, w, chosen, error);
    free(w);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_like_options chosen;
    fovea_model *model;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    CLI_TRY(cli_open_sized(cli, cli->operand[0], &model, error));
    fovea_status status = like(cli, model, &chosen, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_like = {
    "like",
    CLI_LOOK,
    "MODEL",
    1,
    1,
    "pictures that make channels of a layer, or classes, answer most",
    "A picture is changed step by step so that the mean of the channel's cells rises (activation "
    "maximisation); of classes it is the logit, never a probability. It is moved a little before "
    "each step, and built of frequencies that weigh alike, so that it shows what the net looks for "
    "instead of noise. Of a convolution the activation behind it (relu1, not conv1) tells more, "
    "for there low answers do not count against high ones. --input 3x128x128 makes pictures of "
    "another size where the net takes any. "
    "The same seed gives the same picture.",
    "fovea like runs/mnist -o digits.png\n"
    "fovea like net.onnx --layer conv3 --channel 1-12 -o conv3.png\n"
    "fovea like net.onnx --preprocess imagenet --target 281 --input 3x160x160 -o cat.png\n",
    options,
    run};
