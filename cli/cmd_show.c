// SPDX-License-Identifier: MIT
// fovea show: one picture, its channels, its numbers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "fovea/figures.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"pixels", 0, NULL, NULL, "the picture as a grid of its numbers, at most 64 by 64"},
    {"decimals", 0, "N", "0", "of these numbers: 0 for 0..255, 1 to 4 for 0..1"},
    {"crop", 0, "Y,X,HxW", NULL, "only H rows and W columns from row Y and column X on"},
    {"gray", 0, NULL, NULL, "in grey, as OpenCV's cvtColor makes it"},
    {"channels", 0, NULL, NULL, "the channels beside the picture"},
    {"normalize", 0, NULL, NULL, "the numbers a net sees: minus mean, by deviation"},
    {"mean", 0, "M,...", NULL, "mean for --normalize, 0 to 1; else that of the set"},
    {"std", 0, "S,...", NULL, "deviation for --normalize; else that of the set"},
    CLI_DATA_OPTIONS,
    CLI_MAP_OPTION,
    CLI_FIGURE_OPTIONS,
    CLI_END};

typedef struct {
    cli_picture source;
    fovea_tensor *gray, *window;
    const fovea_tensor *picture;  // one of the three
    int64_t crop[4];              // row, column, height, width; height 0: all
    char note[96];
    int decimals;
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

// "118,194,32x32"
static fovea_status read_crop(const cli_call *cli, look *l, fovea_error *error) {
    static const char ends[4] = {',', ',', 'x', 0};
    const char *text = cli_text(cli, "crop"), *at = text;
    for (int i = 0; text && i < 4; i++) {
        char item[24], shown[64];
        size_t length = strcspn(at, i < 2 ? "," : "x");
        snprintf(item, sizeof item, "%.*s", (int)(length < 23 ? length : 23), at);
        if (at[length] != ends[i] ||
            cli_parse_integer("--crop", item, i > 1, 1 << 20, &l->crop[i], NULL) != FOVEA_OK)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--crop %s: must be ROW,COLUMN,HEIGHTxWIDTH, as 118,194,32x32",
                            cli_clean(shown, sizeof shown, text));
        at += length + 1;
    }
    return FOVEA_OK;
}

static fovea_status crop(const cli_call *cli, look *l, fovea_error *error) {
    fovea_shape shape = fovea_tensor_view(l->picture).shape;
    if (!l->crop[2]) return FOVEA_OK;
    CLI_TRY(fovea_picture_crop(cli->context, l->picture, (int32_t)l->crop[0], (int32_t)l->crop[1],
                               (int32_t)l->crop[2], (int32_t)l->crop[3], &l->window, error));
    l->picture = l->window;
    snprintf(l->note, sizeof l->note, "from row %lld, column %lld of %lld×%lld",
             (long long)l->crop[0], (long long)l->crop[1], (long long)shape.dim[1],
             (long long)shape.dim[2]);
    return FOVEA_OK;
}

enum { MOST_NUMBERS = 64 };

// Numbers that nobody could read are not drawn: the middle of the picture is offered.
static fovea_status check_numbers(const cli_call *cli, const look *l, fovea_error *error) {
    char shown[128];
    fovea_shape shape = fovea_tensor_view(l->picture).shape;
    int64_t height = shape.dim[1], width = shape.dim[2];
    if (!cli_flag(cli, "pixels") || (height <= MOST_NUMBERS && width <= MOST_NUMBERS))
        return FOVEA_OK;
    int64_t high = height < 24 ? height : 24, wide = width < 24 ? width : 24;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "--pixels: %s is %lld×%lld (height×width), numbers can be read up to %d×%d; "
                    "show a window, as --crop %lld,%lld,%lldx%lld",
                    cli_clean(shown, sizeof shown, cli->operand[0]), (long long)height,
                    (long long)width, MOST_NUMBERS, MOST_NUMBERS,
                    (long long)(l->crop[0] + (height - high) / 2),
                    (long long)(l->crop[1] + (width - wide) / 2), (long long)high, (long long)wide);
}

typedef struct {
    double low, high, mean;
} range;

static range channel_range(const uint8_t *bytes, int64_t count) {
    range r = {255, 0, 0};
    for (int64_t i = 0; i < count; i++) {
        r.low = bytes[i] < r.low ? bytes[i] : r.low;
        r.high = bytes[i] > r.high ? bytes[i] : r.high;
        r.mean += bytes[i];
    }
    r.mean /= (double)count;
    return r;
}

static void write_range(cli_json *json, range r, double shift, double scale) {
    cli_json_object(json, NULL);
    cli_json_real(json, "minimum", (r.low * scale) - shift);
    cli_json_real(json, "maximum", (r.high * scale) - shift);
    cli_json_real(json, "mean", (r.mean * scale) - shift);
    cli_json_close(json);
}

static void write_normalized(const cli_call *cli, cli_json *json, const look *l,
                             const fovea_view *view) {
    int64_t plane = view->shape.dim[1] * view->shape.dim[2];
    if (!cli_flag(cli, "normalize")) return;
    cli_json_array(json, "normalized");
    for (int64_t c = 0; c < view->shape.dim[0]; c++)
        write_range(json, channel_range((const uint8_t *)view->data + c * plane, plane),
                    l->mean[c] / l->deviation[c], 1 / (255 * l->deviation[c]));
    cli_json_close(json);
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
        range r = channel_range(bytes + c * plane, plane);
        cli_json_object(&json, NULL);
        cli_json_integer(&json, "minimum", (int64_t)r.low);
        cli_json_integer(&json, "maximum", (int64_t)r.high);
        cli_json_real(&json, "mean", r.mean);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    write_normalized(cli, &json, l, &view);
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
    const char *slash = l->source.index < 0 ? strrchr(cli->operand[0], '/') : NULL;
    cli_clean(name, sizeof name, slash && slash[1] ? slash + 1 : cli->operand[0]);
    snprintf(title, sizeof title, "%s%s%s", name, l->source.class_name[0] ? ": " : "",
             l->source.class_name);
    settings.title = title;
    settings.channels = cli_flag(cli, "channels");
    settings.values = cli_flag(cli, "pixels");
    settings.decimals = l->decimals;
    settings.map = cli_text(cli, "map");
    if (l->note[0]) settings.note = l->note;
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
    CLI_TRY(crop(cli, l, error));
    if (!cli->json) CLI_TRY(check_numbers(cli, l, error));
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
    int64_t decimals;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_integer(cli, "decimals", 0, 4, &decimals, error));
    l.decimals = (int)decimals;
    CLI_TRY(read_crop(cli, &l, error));
    fovea_status status = show(cli, &l, error);
    fovea_figure_free(l.figure);
    fovea_tensor_free(l.gray);
    fovea_tensor_free(l.window);
    fovea_tensor_free(l.source.picture);
    return status;
}

const cli_command cli_show = {"show",
                              CLI_DATA,
                              "IMAGE|SET[:PART]#INDEX",
                              1,
                              1,
                              "a picture, its channels, its pixel values",
                              "With --pixels --decimals 2 the numbers are bytes divided by 255. "
                              "--normalize shows (byte/255 - mean) / deviation with the mean and "
                              "deviation of the set, or typed ones.",
                              "fovea show cifar10:train#79 --channels\n"
                              "fovea show mnist#0 --pixels --decimals 2 -o digit.svg\n"
                              "fovea show photo.jpg --gray --pixels --crop 100,120,24x24\n",
                              options,
                              run};
