// SPDX-License-Identifier: MIT
// fovea dead: channels that do nothing, or nothing of their own.
#include <stdio.h>

#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"
#include "unit_inputs.h"

static const cli_option options[] = {
    CLI_UNIT_DATA_OPTIONS,
    {"layer", 0, "NAME", NULL,
     "node name, glob, or N for the N-th convolution; several by comma (default: all convolutions "
     "and linear layers)"},
    {"nearly", 0, "SHARE", "0.001", "nearly dead: above zero on less than this share of the cells"},
    {"always", 0, "SHARE", "1", "saturated: a rectifier that is on for at least this share"},
    {"ends", 0, "SHARE", "0.99", "saturated: tanh and its like at their ends for this share"},
    {"cosine", 0, "C", "0.99", "duplicates: cosine of the weights above this, up to its sign"},
    {"correlation", 0, "R", "0.99", "duplicates: correlation of the activations above this"},
    {"most", 0, "N", "12", "channels shown of a layer at most, in pictures"},
    CLI_NORMALIZATION_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status read_options(const cli_call *cli, fovea_dead_options *chosen, int32_t *most,
                                 fovea_error *error) {
    int64_t number;
    fovea_dead_options_default(chosen);
    CLI_TRY(cli_real(cli, "nearly", 0, 1, &chosen->nearly, error));
    CLI_TRY(cli_real(cli, "always", 0, 1, &chosen->always, error));
    CLI_TRY(cli_real(cli, "ends", 0, 1, &chosen->ends, error));
    CLI_TRY(cli_real(cli, "cosine", 0, 1, &chosen->cosine, error));
    CLI_TRY(cli_real(cli, "correlation", 0, 1, &chosen->correlation, error));
    CLI_TRY(cli_integer(cli, "most", 1, 1 << 20, &number, error));
    *most = (int32_t)number;
    return FOVEA_OK;
}

static void write_state(cli_json *json, uint32_t state) {
    static const char *const names[] = {"dead",      "nearly dead", "saturated",
                                        "duplicate", "constant",    "not finite"};
    cli_json_array(json, "state");
    for (int bit = 0; bit < 6; bit++)
        if (state >> bit & 1) cli_json_text(json, NULL, names[bit]);
    cli_json_close(json);
}

static void write_channel(cli_json *json, const fovea_dead_channel *c, int32_t k) {
    cli_json_object(json, NULL);
    cli_json_integer(json, "channel", k + 1);
    write_state(json, c->state);
    cli_json_real(json, "active", c->active);
    cli_json_real(json, "at_ends", c->at_ends);
    cli_json_real(json, "smallest", c->smallest);
    cli_json_real(json, "largest", c->largest);
    cli_json_real(json, "largest_before", c->largest_before);
    cli_json_integer(json, "not_finite", c->not_finite);
    if (c->twin < 0)
        cli_json_null(json, "like");
    else
        cli_json_integer(json, "like", c->twin + 1);
    cli_json_real(json, "cosine", c->cosine);
    cli_json_real(json, "correlation", c->correlation);
    cli_json_close(json);
}

static void write_layer(cli_json *json, const fovea_dead *dead, int32_t i) {
    fovea_dead_layer layer = fovea_dead_layer_get(dead, i);
    cli_json_object(json, NULL);
    cli_json_text(json, "name", layer.layer.name);
    cli_json_text(json, "op", layer.layer.op);
    cli_json_text(json, "activation", layer.activation);
    cli_json_text(json, "activation_op", layer.activation_op);
    cli_json_integer(json, "cells", layer.cells);
    cli_json_integer(json, "dead", layer.dead);
    cli_json_integer(json, "nearly_dead", layer.nearly_dead);
    cli_json_integer(json, "saturated", layer.saturated);
    cli_json_integer(json, "duplicate", layer.duplicate);
    cli_json_integer(json, "constant", layer.constant);
    cli_json_integer(json, "not_finite", layer.not_finite);
    cli_json_array(json, "channels");
    for (int32_t k = 0; k < layer.layer.channels; k++) {
        fovea_dead_channel channel = fovea_dead_channel_get(dead, i, k);
        write_channel(json, &channel, k);
    }
    cli_json_close(json);
    cli_json_close(json);
}

static void print_json(const fovea_dead *dead, const fovea_dataset *dataset) {
    cli_json json;
    cli_json_start(&json, stdout, "dead");
    cli_json_text(&json, "data", fovea_dataset_name(dataset));
    cli_json_text(&json, "part", fovea_dataset_part(dataset));
    cli_json_integer(&json, "count", fovea_dataset_count(dataset));
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < fovea_dead_layer_count(dead); i++) write_layer(&json, dead, i);
    cli_json_close(&json);
    cli_json_end(&json);
}

// The table is the report; pictures come with -o or --terminal.
static fovea_status show(const cli_call *cli, const fovea_dead *dead, const fovea_dataset *dataset,
                         int32_t most, fovea_error *error) {
    fovea_figure *figure;
    if (cli->json) {
        print_json(dead, dataset);
    } else {
        char *text;
        CLI_TRY(fovea_dead_text(dead, &text, error));
        fputs(text, stdout);
        fovea_string_free(cli->context, text);
    }
    if (!cli_given(cli, "output") && !cli_given(cli, "terminal")) return FOVEA_OK;
    CLI_TRY(fovea_figure_dead(cli->context, dead, most, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_dead_options chosen;
    cli_unit_inputs inputs;
    int32_t most;
    fovea_dead *dead;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, &most, error));
    CLI_TRY(cli_open_unit_inputs(cli, 0, &inputs, error));
    fovea_status status = fovea_dead_create(inputs.model, inputs.dataset, inputs.nodes,
                                            inputs.count, &chosen, &dead, error);
    if (status == FOVEA_OK) {
        status = show(cli, dead, inputs.dataset, most, error);
        fovea_dead_free(dead);
    }
    cli_free_unit_inputs(cli, &inputs);
    return status;
}

const cli_command cli_dead = {
    "dead",
    CLI_LOOK,
    "MODEL --data SET",
    1,
    1,
    "channels that are dead, always on or duplicates",
    "Looks at every channel over the whole set: dead ones are never above zero after the layer's "
    "activation, saturated ones always on (relu) or at their ends (tanh, sigmoid), constant ones "
    "say the same everywhere, duplicates have the weights of an earlier channel (up to size and "
    "sign, biases apart) or say the same.",
    "fovea dead runs/mnist --data mnist\n"
    "fovea dead runs/mnist --data mnist --layer conv2 -o dead.png\n",
    options,
    run};
