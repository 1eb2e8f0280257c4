// SPDX-License-Identifier: MIT
// fovea maps: what the layers of a net make of one picture.
#include <math.h>
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"layer", 0, "NAME", NULL,
     "node name, glob, all, or N for the block of the N-th convolution; several by comma "
     "(default: all blocks)"},
    {"stage", 0, "STAGE", NULL, "of each block: conv, activation, pool or all (default: all)"},
    {"channel", 0, "K", NULL, "only the K-th output, from 1"},
    {"values", 0, NULL, NULL, "write the numbers into the cells"},
    {"scale", 0, "WHAT", "row", "range of colours: row (a layer), figure, panel or LOW:HIGH"},
    {"most", 0, "N", NULL,
     "outputs shown of a layer at most (default: 64, of more than 8 layers 16, of more than 32 8)"},
    {"stats", 0, NULL, NULL, "print minimum, maximum, mean and share of zeros instead"},
    {"npz", 0, "FILE", NULL, "save the tensors as .npz under their values' names"},
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_MAP_OPTION,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status read_options(const cli_call *cli, fovea_maps_options *chosen,
                                 fovea_error *error) {
    int64_t number;
    fovea_maps_options_default(chosen);
    chosen->layer = cli_text(cli, "layer");
    chosen->map = cli_text(cli, "map");
    chosen->values = cli_flag(cli, "values");
    if (cli_text(cli, "stage"))
        CLI_TRY(fovea_stage_find(cli_text(cli, "stage"), &chosen->stage, error));
    if (cli_given(cli, "channel")) {
        CLI_TRY(cli_integer(cli, "channel", 1, INT32_MAX, &number, error));
        chosen->channel = (int32_t)number - 1;
    }
    chosen->most = 0;
    if (cli_given(cli, "most")) {
        CLI_TRY(cli_integer(cli, "most", 1, 1 << 20, &number, error));
        chosen->most = (int32_t)number;
    }
    return fovea_scale_parse(cli_text(cli, "scale"), &chosen->scale, error);
}

static void write_statistics(cli_json *json, fovea_map_statistics s) {
    cli_json_real(json, "minimum", s.minimum);
    cli_json_real(json, "maximum", s.maximum);
    cli_json_real(json, "mean", s.mean);
    cli_json_real(json, "zeros", s.zeros);
    cli_json_integer(json, "not_finite", s.not_finite);
}

static void print_json(const fovea_maps *maps, int32_t channel) {
    cli_json json;
    cli_json_start(&json, stdout, "maps");
    cli_json_array(&json, "layers");
    for (int32_t i = 0; i < fovea_maps_count(maps); i++) {
        fovea_map_layer layer = fovea_maps_layer(maps, i);
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", layer.name);
        cli_json_text(&json, "node", layer.node);
        cli_json_text(&json, "op", layer.op);
        cli_json_shape(&json, "shape", &layer.view.shape);
        write_statistics(&json, fovea_maps_statistics(maps, i, channel));
        cli_json_array(&json, "channels");
        for (int32_t c = 0; c < layer.channels; c++) {
            if (channel >= 0 && c != channel) continue;
            cli_json_object(&json, NULL);
            cli_json_integer(&json, "channel", c + 1);
            write_statistics(&json, fovea_maps_statistics(maps, i, c));
            cli_json_close(&json);
        }
        cli_json_close(&json);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

static void print_row(const char *name, const char *what, fovea_map_statistics s) {
    printf("%-20s %-12s ", name, what);
    if (isnan(s.zeros))
        printf("%12s %12s %12s %9s", "-", "-", "-", "-");
    else
        printf("%12.6g %12.6g %12.6g %7.1f %%", s.minimum, s.maximum, s.mean, 100 * s.zeros);
    if (s.not_finite) printf("  %lld not finite", (long long)s.not_finite);
    putchar('\n');
}

static void print_statistics(const fovea_maps *maps, int32_t channel) {
    printf("%-20s %-12s %12s %12s %12s %9s\n", "layer", "output", "minimum", "maximum", "mean",
           "zeros");
    for (int32_t i = 0; i < fovea_maps_count(maps); i++) {
        fovea_map_layer layer = fovea_maps_layer(maps, i);
        char shape[96];
        fovea_shape_format(&layer.view.shape, shape, sizeof shape);
        if (channel < 0) print_row(layer.name, shape, fovea_maps_statistics(maps, i, -1));
        for (int32_t c = 0; c < layer.channels && layer.view.shape.rank > 1; c++) {
            char output[32];
            if (channel >= 0 && c != channel) continue;
            snprintf(output, sizeof output, "%d", c + 1);
            print_row(layer.name, output, fovea_maps_statistics(maps, i, c));
        }
    }
}

static fovea_status show(const cli_call *cli, const fovea_maps *maps, int32_t channel,
                         fovea_error *error) {
    const char *npz = cli_text(cli, "npz");
    bool stats = cli_flag(cli, "stats") && !cli->json;
    fovea_figure *figure;
    if (npz) {
        char shown[256];
        CLI_TRY(fovea_maps_save(maps, npz, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    }
    if (stats) print_statistics(maps, channel);
    if (cli->json) print_json(maps, channel);
    // Asked for numbers or a file of them, the picture is only made with -o.
    if (!cli_given(cli, "output") && (stats || npz || cli->json)) return FOVEA_OK;
    CLI_TRY(fovea_figure_maps(maps, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status look(const cli_call *cli, const fovea_model *model,
                         const fovea_maps_options *chosen, fovea_error *error) {
    fovea_tensor *fitted;
    fovea_maps *maps;
    CLI_TRY(cli_open_fitted(cli, model, cli->operand[1], &fitted, error));
    fovea_status status = fovea_maps_create(cli->context, model, fitted, chosen, &maps, error);
    fovea_tensor_free(fitted);
    if (status != FOVEA_OK) return status;
    status = show(cli, maps, chosen->channel, error);
    fovea_maps_free(maps);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_maps_options chosen;
    fovea_model *model;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(read_options(cli, &chosen, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK) status = look(cli, model, &chosen, error);
    fovea_model_free(model);
    return status;
}

const cli_command cli_maps = {
    "maps",
    CLI_LOOK,
    "MODEL IMAGE",
    2,
    2,
    "what each layer makes of a picture",
    "IMAGE is a file or SET#INDEX. A block is a convolution with the activation and pooling that "
    "follow it; a name or glob without --stage means exactly these layers. Numbers with signs run "
    "from blue to red, those that cannot be negative from dark to bright. Without --layer and "
    "--stage, --npz saves everything the net computes.",
    "fovea maps runs/mnist mnist#7 -o maps.png\n"
    "fovea maps four-filters photo.jpg --stage activation --stats\n",
    options,
    run};
