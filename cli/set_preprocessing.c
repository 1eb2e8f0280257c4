// SPDX-License-Identifier: MIT
// The options that say how pictures become what a net takes.
#include <float.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "open_inputs.h"

enum { MOST_CHANNELS = 16, MOST_SIDE = 16384 };

const char *cli_class_file(const cli_call *cli) {
    const char *text = cli_text(cli, "classes");
    bool reads = false;
    for (const cli_option *o = cli->command->options; o && o->name; o++)
        reads |= strcmp(o->name, "preprocess") == 0;
    return reads && text && access(text, F_OK) == 0 ? text : NULL;
}

// "224" or "224x192": height and width.
static fovea_status parse_window(const char *text, int32_t crop[2], fovea_error *error) {
    char first[16];
    int64_t side;
    size_t length = strcspn(text, "x");
    snprintf(first, sizeof first, "%.*s", (int)(length < 15 ? length : 15), text);
    CLI_TRY(cli_parse_integer("--crop", first, 1, MOST_SIDE, &side, error));
    crop[0] = crop[1] = (int32_t)side;
    if (!text[length]) return FOVEA_OK;
    CLI_TRY(cli_parse_integer("--crop", text + length + 1, 1, MOST_SIDE, &side, error));
    crop[1] = (int32_t)side;
    return FOVEA_OK;
}

static fovea_status set_sizes(const cli_call *cli, fovea_model *model, fovea_error *error) {
    fovea_preprocessing p = fovea_model_preprocessing(model);
    int64_t side;
    bool resize = cli_given(cli, "resize"), crop = cli_given(cli, "crop");
    if (!resize && !crop) return FOVEA_OK;
    if (resize) {
        p.resize = p.crop[0] = p.crop[1] = 0;
        if (*cli_text(cli, "resize")) {
            CLI_TRY(cli_integer(cli, "resize", 1, MOST_SIDE, &side, error));
            p.resize = (int32_t)side;
        }
    }
    if (crop) CLI_TRY(parse_window(cli_text(cli, "crop"), p.crop, error));
    return fovea_model_set_preprocessing(model, &p, error);
}

// One number for all channels or one for each, in units of 1/`range`.
static fovea_status channel_values(const cli_call *cli, const char *name, double low, int channels,
                                   double range, double *values, fovea_error *error) {
    int count;
    if (!cli_given(cli, name)) return FOVEA_OK;
    CLI_TRY(cli_real_list(cli, name, low, 1e6, MOST_CHANNELS, values, &count, error));
    if (count != 1 && count != channels)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--%s has %d numbers; the net has %d "
                        "channels",
                        name, count, channels);
    for (int c = count; c < channels; c++) values[c] = values[0];
    for (int c = 0; c < channels; c++) values[c] /= range;
    return FOVEA_OK;
}

static fovea_status set_numbers(const cli_call *cli, fovea_model *model, fovea_error *error) {
    double mean[MOST_CHANNELS], deviation[MOST_CHANNELS];
    int64_t channels = fovea_model_input(model).dim[0];
    const char *name = cli_text(cli, "preprocess");
    bool whole = name && (strcmp(name, "caffe") == 0 || strcmp(name, "bytes") == 0);
    if (!cli_given(cli, "mean") && !cli_given(cli, "std")) return FOVEA_OK;
    if (channels > MOST_CHANNELS)
        return cli_fail(error, FOVEA_UNSUPPORTED, "--mean and --std for %lld channels",
                        (long long)channels);
    fovea_model_normalization(model, mean, deviation);
    double range = whole ? 255 : 1;
    CLI_TRY(channel_values(cli, "mean", -1e6, (int)channels, range, mean, error));
    CLI_TRY(channel_values(cli, "std", FLT_MIN, (int)channels, range, deviation, error));
    return fovea_model_set_normalization(model, mean, deviation, error);
}

fovea_status cli_set_preprocessing(const cli_call *cli, fovea_model *model, fovea_error *error) {
    const char *name = cli_text(cli, "preprocess");
    if (name) CLI_TRY(fovea_model_set_preprocessing_by_name(model, name, error));
    CLI_TRY(set_sizes(cli, model, error));
    CLI_TRY(set_numbers(cli, model, error));
    const char *file = cli_class_file(cli);
    return file ? fovea_model_load_classes(model, file, error) : FOVEA_OK;
}

// Colours as they are, 0..1, are seldom what a net of others was trained on: then its answers are
// wrong without a sign. A net made here says how it was trained, or is not trained.
void cli_tell_of_colours(const cli_call *cli, const fovea_model *model) {
    static const char *const names[] = {"preprocess", "mean", "std", "resize", "crop"};
    char shown[256];
    double mean[3], deviation[3];
    fovea_preprocessing p = fovea_model_preprocessing(model);
    bool own = fovea_model_architecture(model)[0] != '\0';
    if (own && !cli_given(cli, "weights") && !cli_given(cli, "arch")) return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (cli_given(cli, names[i])) return;
    if (fovea_model_input(model).dim[0] != 3 || p.resize || p.crop[0] || p.bgr) return;
    fovea_model_normalization(model, mean, deviation);
    for (int c = 0; c < 3; c++)
        if (mean[c] != 0 || deviation[c] != 1) return;
    cli_note(cli,
             "%s does not say how pictures are prepared: they are taken as they are, 0..1; "
             "--preprocess imagenet or caffe, --resize, --mean and --std change that",
             cli_clean(shown, sizeof shown, cli->operand[0]));
}
