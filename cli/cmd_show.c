// SPDX-License-Identifier: MIT
// fovea show: one picture, its channels, its numbers.
#include <stdio.h>
#include <stdlib.h>

#include "clean_text.h"
#include "command.h"
#include "fovea/figures.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"pixels", 0, NULL, NULL, "write the numbers into the picture"},
    {"gray", 0, NULL, NULL, "in grey, as OpenCV's cvtColor makes it"},
    {"channels", 0, NULL, NULL, "the channels beside the picture"},
    {"normalize", 0, NULL, NULL, "the numbers a net sees: minus mean, by deviation"},
    {"mean", 0, "M,...", NULL, "mean for --normalize, 0 to 1; else that of the set"},
    {"std", 0, "S,...", NULL, "deviation for --normalize; else that of the set"},
    CLI_DATA_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

typedef struct {
    cli_picture source;
    fovea_tensor *gray;
    const fovea_tensor *picture;  // one of the two
    fovea_figure *figure;
    double mean[3], deviation[3];
} look;

// One value stands for all channels.
static void repeat(double *values, int count) {
    for (int c = count; c < 3; c++) values[c] = values[0];
}

static fovea_status set_statistics(const cli_call *cli, look *l, fovea_error *error) {
    char *set = NULL;
    const char *name = cli->operand[0];
    for (const char *at = name; *at; at++)
        if (*at == '#') set = (char *)at;
    fovea_dataset_options settings;
    fovea_dataset_options_default(&settings);
    settings.directory = cli_text(cli, "data-dir");
    settings.part = "train";
    char text[1024];
    snprintf(text, sizeof text, "%.*s", (int)(set - name), name);
    fovea_dataset *dataset = NULL;
    CLI_TRY(fovea_dataset_open(cli->context, text, &settings, &dataset, error));
    double mean[16] = {0}, deviation[16] = {0};
    fovea_status status =
        fovea_dataset_normalization(cli->context, dataset, &settings, mean, deviation, error);
    fovea_dataset_free(dataset);
    for (int c = 0; c < 3; c++) {
        l->mean[c] = mean[c];
        l->deviation[c] = deviation[c];
    }
    return status;
}

static fovea_status choose_statistics(const cli_call *cli, look *l, fovea_error *error) {
    int count;
    bool typed = cli_given(cli, "mean") && cli_given(cli, "std");
    if (l->source.index < 0 && !typed)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--normalize of a file needs --mean and --std, as --mean 0.5 --std 0.5");
    if (l->source.index >= 0) CLI_TRY(set_statistics(cli, l, error));
    if (cli_given(cli, "mean")) {
        CLI_TRY(cli_real_list(cli, "mean", -1000, 1000, 3, l->mean, &count, error));
        if (count == 1) repeat(l->mean, count);
    }
    if (cli_given(cli, "std")) {
        CLI_TRY(cli_real_list(cli, "std", 1e-6, 1000, 3, l->deviation, &count, error));
        if (count == 1) repeat(l->deviation, count);
    }
    return FOVEA_OK;
}

static void print_json(const cli_call *cli, const look *l) {
    cli_json json;
    fovea_view view = fovea_tensor_view(l->picture);
    const uint8_t *bytes = view.data;
    int64_t plane = view.shape.dim[1] * view.shape.dim[2];
    cli_json_start(&json, stdout, "show");
    cli_json_text(&json, "file", cli->operand[0]);
    cli_json_shape(&json, "shape", &view.shape);
    if (l->source.label >= 0)
        cli_json_integer(&json, "label", l->source.label);
    else
        cli_json_null(&json, "label");
    cli_json_text(&json, "class", l->source.class_name[0] ? l->source.class_name : NULL);
    cli_json_array(&json, "channels");
    for (int64_t c = 0; c < view.shape.dim[0]; c++) {
        int low = 255, high = 0;
        double sum = 0;
        for (int64_t i = 0; i < plane; i++) {
            int byte = bytes[c * plane + i];
            low = byte < low ? byte : low;
            high = byte > high ? byte : high;
            sum += byte;
        }
        cli_json_object(&json, NULL);
        cli_json_integer(&json, "minimum", low);
        cli_json_integer(&json, "maximum", high);
        cli_json_real(&json, "mean", sum / (double)plane);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    if (cli_flag(cli, "pixels")) {
        cli_json_array(&json, "pixels");
        for (int64_t i = 0; i < plane * view.shape.dim[0]; i++)
            cli_json_integer(&json, NULL, bytes[i]);
        cli_json_close(&json);
    }
    cli_json_end(&json);
}

static fovea_status make_figure(const cli_call *cli, look *l, fovea_error *error) {
    char title[400], name[256];
    fovea_picture_options settings;
    fovea_picture_options_default(&settings);
    cli_clean(name, sizeof name, cli->operand[0]);
    snprintf(title, sizeof title, "%s%s%s", name, l->source.class_name[0] ? ": " : "",
             l->source.class_name);
    settings.title = title;
    settings.channels = cli_flag(cli, "channels");
    settings.values = cli_flag(cli, "pixels");
    if (cli_flag(cli, "normalize")) {
        settings.mean = l->mean;
        settings.deviation = l->deviation;
    }
    return fovea_figure_picture(cli->context, l->picture, &settings, &l->figure, error);
}

static fovea_status show(const cli_call *cli, look *l, fovea_error *error) {
    CLI_TRY(cli_open_picture(cli, cli->operand[0], "train", &l->source, error));
    l->picture = l->source.picture;
    if (cli_flag(cli, "gray")) {
        CLI_TRY(fovea_picture_channels(cli->context, l->picture, 1, &l->gray, error));
        l->picture = l->gray;
    }
    if (cli_flag(cli, "normalize")) CLI_TRY(choose_statistics(cli, l, error));
    if (!cli->json || cli_given(cli, "output")) {
        CLI_TRY(make_figure(cli, l, error));
        CLI_TRY(cli_figure_output(cli, l->figure, error));
    }
    if (cli->json) print_json(cli, l);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    look l = {.mean = {0, 0, 0}, .deviation = {1, 1, 1}};
    CLI_TRY(cli_figure_check(cli, error));
    fovea_status status = show(cli, &l, error);
    fovea_figure_free(l.figure);
    fovea_tensor_free(l.gray);
    fovea_tensor_free(l.source.picture);
    return status;
}

const cli_command cli_show = {"show",
                              CLI_DATA,
                              "IMAGE|SET[:PART]#INDEX",
                              1,
                              1,
                              "a picture, its channels, its pixel values",
                              NULL,
                              "fovea show cifar10:train#79 --channels\n"
                              "fovea show mnist#0 --pixels -o digit.svg\n",
                              options,
                              run};
