// SPDX-License-Identifier: MIT
#include "draw_windows.h"

#include <string.h>

#include "clean_text.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static fovea_status read_pair(const cli_call *cli, const char *name, int32_t low, int32_t high,
                              int32_t pair[2], fovea_error *error) {
    int64_t values[2] = {pair[0], pair[1]};
    CLI_TRY(cli_integer_pair(cli, name, low, high, values, error));
    for (int i = 0; i < 2; i++) pair[i] = (int32_t)values[i];
    return FOVEA_OK;
}

fovea_status cli_window_begin(const cli_call *cli, fovea_window_kind kind, cli_window *window,
                              fovea_error *error) {
    int64_t number;
    *window = (cli_window){.kind = kind};
    fovea_window_options *o = &window->options;
    fovea_window_options_default(kind, o);
    CLI_TRY(cli_position(cli, o->at, error));
    CLI_TRY(read_pair(cli, "stride", 1, 4096, o->stride, error));
    CLI_TRY(read_pair(cli, "padding", 0, 1024, o->padding, error));
    CLI_TRY(read_pair(cli, "dilation", 1, 1024, o->dilation, error));
    CLI_TRY(cli_integer(cli, "frames", 1, 64, &number, error));
    o->frames = (int32_t)number;
    CLI_TRY(cli_real(cli, "seconds", 0.05, 3600, &o->seconds, error));
    if (cli_flag(cli, "strip")) o->seconds = 0;
    o->bytes = cli_flag(cli, "bytes");
    if (!cli_given(cli, "channel")) return FOVEA_OK;
    CLI_TRY(cli_integer(cli, "channel", 1, 4096, &number, error));
    o->channel = (int32_t)number - 1;
    return FOVEA_OK;
}

fovea_status cli_window_open(const cli_call *cli, cli_window *window, fovea_error *error) {
    const char *name = cli_text(cli, "image");
    cli_picture source;
    if (!name) return FOVEA_OK;
    CLI_TRY(cli_open_picture(cli, name, "train", &source, error));
    window->picture = source.picture;
    const char *base = strrchr(name, '/');
    cli_clean(window->picture_name, sizeof window->picture_name, base ? base + 1 : name);
    window->options.picture_name = window->picture_name;
    bool pooling = window->kind != FOVEA_WINDOW_CONVOLUTION;
    bool gray = cli_flag(cli, "gray") || (pooling && window->options.channel < 0);
    if (!gray) return FOVEA_OK;
    fovea_tensor *converted;
    CLI_TRY(fovea_picture_channels(cli->context, window->picture, 1, &converted, error));
    fovea_tensor_free(window->picture);
    window->picture = converted;
    return FOVEA_OK;
}

static void write_step(cli_json *json, const fovea_window_step *step) {
    cli_json_object(json, NULL);
    cli_json_integers(json, "at", step->at, 2);
    cli_json_integers(json, "first", step->first, 2);
    cli_json_reals(json, "inputs", step->inputs, (int)step->count);
    cli_json_array(json, "inside");
    for (int64_t i = 0; i < step->count; i++) cli_json_integer(json, NULL, step->inside[i]);
    cli_json_close(json);
    if (step->products) cli_json_reals(json, "products", step->products, (int)step->count);
    if (step->chosen >= 0) cli_json_integer(json, "chosen", step->chosen);
    if (step->divisor > 0) cli_json_integer(json, "divisor", step->divisor);
    cli_json_real(json, "output", step->output);
    cli_json_close(json);
}

static void print_json(const cli_call *cli, const cli_window *window) {
    cli_json json;
    fovea_view input = fovea_window_steps_input(window->steps);
    fovea_view weights = fovea_window_steps_weights(window->steps);
    fovea_view output = fovea_window_steps_output(window->steps);
    cli_json_start(&json, stdout, cli->command->name);
    cli_json_text(&json, "image", cli_text(cli, "image"));
    cli_json_shape(&json, "input", &input.shape);
    cli_json_shape(&json, "kernel", &weights.shape);
    cli_json_shape(&json, "output", &output.shape);
    if (weights.data) {
        cli_json_reals(&json, "weights", weights.data, (int)fovea_shape_count(&weights.shape));
        cli_json_real(&json, "bias", window->options.bias);
    }
    cli_json_array(&json, "steps");
    for (int32_t i = 0; i < fovea_window_steps_count(window->steps); i++) {
        fovea_window_step step = fovea_window_steps_get(window->steps, i);
        write_step(&json, &step);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

fovea_status cli_window_show(const cli_call *cli, cli_window *window, fovea_error *error) {
    if (!window->steps)
        CLI_TRY(fovea_window_steps_create(cli->context, window->kind, window->picture,
                                          &window->options, &window->steps, error));
    if (!cli->json || cli_given(cli, "output")) {
        if (!window->figure)
            CLI_TRY(fovea_figure_window_steps(window->steps, &window->figure, error));
        CLI_TRY(cli_figure_output(cli, window->figure, error));
    }
    if (cli->json) print_json(cli, window);
    return FOVEA_OK;
}

void cli_window_end(cli_window *window) {
    fovea_figure_free(window->figure);
    fovea_window_steps_free(window->steps);
    fovea_tensor_free(window->picture);
}

static fovea_status show_pooling(const cli_call *cli, cli_window *window, fovea_error *error) {
    static const fovea_window_kind others[] = {0, FOVEA_WINDOW_AVGPOOL, FOVEA_WINDOW_MAXPOOL};
    fovea_window_kind kinds[] = {window->kind, others[window->kind]};
    CLI_TRY(cli_window_open(cli, window, error));
    if (cli_given(cli, "frames")) return cli_window_show(cli, window, error);
    window->options.block = 2;
    if (!cli->json || cli_given(cli, "output"))
        CLI_TRY(fovea_figure_pooling(cli->context, kinds, cli_flag(cli, "alone") ? 1 : 2,
                                     window->picture, &window->options, &window->figure, error));
    return cli_window_show(cli, window, error);
}

fovea_status cli_draw_pooling(const cli_call *cli, fovea_window_kind kind, fovea_error *error) {
    cli_window window;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_window_begin(cli, kind, &window, error));
    CLI_TRY(read_pair(cli, "kernel", 1, 31, window.options.kernel_size, error));
    if (cli_text(cli, "count-include-pad")) {
        int64_t flag;
        CLI_TRY(cli_integer(cli, "count-include-pad", 0, 1, &flag, error));
        window.options.count_include_pad = (int)flag;
    }
    fovea_status status = show_pooling(cli, &window, error);
    cli_window_end(&window);
    return status;
}
