// SPDX-License-Identifier: MIT
// fovea data info: what is in a set.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"

enum { MOST_CHANNELS = 16 };

static const cli_option options[] = {CLI_DATA_OPTIONS, CLI_END};

typedef struct {
    const fovea_dataset *dataset;
    fovea_shape shape;
    int64_t *count;  // of each class
    int channels;
    double mean[MOST_CHANNELS], deviation[MOST_CHANNELS];          // of the whole train part
    double own_mean[MOST_CHANNELS], own_deviation[MOST_CHANNELS];  // of what was opened
    double population[MOST_CHANNELS];  // its deviation over n instead of n-1
} facts;

static fovea_status gather(const cli_call *cli, facts *f, fovea_error *error) {
    fovea_dataset_options settings;
    fovea_dataset_options_default(&settings);
    settings.directory = cli_text(cli, "data-dir");
    f->shape = fovea_dataset_shape(f->dataset);
    f->channels = (int)f->shape.dim[0];
    if (f->channels > MOST_CHANNELS)
        return cli_fail(error, FOVEA_UNSUPPORTED, "pictures of %d channels", f->channels);
    f->count = calloc((size_t)fovea_dataset_class_count(f->dataset) + 1, sizeof *f->count);
    if (!f->count) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int64_t i = 0; i < fovea_dataset_count(f->dataset); i++)
        f->count[fovea_dataset_label(f->dataset, i)]++;
    CLI_TRY(fovea_dataset_statistics(f->dataset, f->own_mean, f->own_deviation, error));
    double n =
        (double)fovea_dataset_count(f->dataset) * (double)f->shape.dim[1] * (double)f->shape.dim[2];
    for (int i = 0; i < f->channels; i++)
        f->population[i] = n > 0 ? f->own_deviation[i] * sqrt((n - 1) / n) : 0;
    return fovea_dataset_normalization(cli->context, f->dataset, &settings, f->mean, f->deviation,
                                       error);
}

static void print_json(const facts *f) {
    cli_json json;
    cli_json_start(&json, stdout, "data info");
    cli_json_text(&json, "name", fovea_dataset_name(f->dataset));
    cli_json_text(&json, "title", fovea_dataset_title(f->dataset));
    cli_json_text(&json, "part", fovea_dataset_part(f->dataset));
    cli_json_text(&json, "origin", fovea_dataset_origin(f->dataset));
    cli_json_integer(&json, "count", fovea_dataset_count(f->dataset));
    cli_json_shape(&json, "shape", &f->shape);
    cli_json_array(&json, "classes");
    for (int32_t c = 0; c < fovea_dataset_class_count(f->dataset); c++) {
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", fovea_dataset_class_name(f->dataset, c));
        cli_json_integer(&json, "count", f->count[c]);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_reals(&json, "mean", f->mean, f->channels);
    cli_json_reals(&json, "std", f->deviation, f->channels);
    cli_json_reals(&json, "part_mean", f->own_mean, f->channels);
    cli_json_reals(&json, "part_std", f->own_deviation, f->channels);
    cli_json_reals(&json, "part_population_std", f->population, f->channels);
    cli_json_end(&json);
}

static void print_figures(const char *label, const double *values, int count, const char *note) {
    printf("%-11s", label);
    for (int i = 0; i < count; i++) printf("%s%.4f", i ? " " : "", values[i]);
    printf("%s\n", note);
}

static void print_text(const facts *f) {
    char shape[64], text[1024];
    fovea_shape_format(&f->shape, shape, sizeof shape);
    bool whole = memcmp(f->mean, f->own_mean, sizeof f->mean[0] * (size_t)f->channels) == 0;
    printf("%-11s%s:%s\n", "set", cli_clean(text, sizeof text, fovea_dataset_name(f->dataset)),
           fovea_dataset_part(f->dataset));
    if (fovea_dataset_title(f->dataset)[0])
        printf("%-11s%s\n", "what", fovea_dataset_title(f->dataset));
    printf("%-11s%s\n", "found in", cli_clean(text, sizeof text, fovea_dataset_origin(f->dataset)));
    printf("%-11s%lld\n%-11s%s\n", "pictures", (long long)fovea_dataset_count(f->dataset), "shape",
           shape);
    print_figures("mean", f->mean, f->channels, whole ? "" : "  (of the whole train part)");
    print_figures("deviation", f->deviation, f->channels, "");
    if (!whole) {
        print_figures("", f->own_mean, f->channels, "  (mean of this part)");
        print_figures("", f->own_deviation, f->channels, "  (its deviation)");
    }
    print_figures("  over n", f->population, f->channels, "");
    printf("classes\n");
    for (int32_t c = 0; c < fovea_dataset_class_count(f->dataset); c++)
        printf("  %3d  %-24s %7lld\n", (int)c,
               cli_clean(text, sizeof text, fovea_dataset_class_name(f->dataset, c)),
               (long long)f->count[c]);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_dataset *dataset = NULL;
    CLI_TRY(cli_open_dataset(cli, cli->operand[0], "train", 0, &dataset, error));
    facts f = {.dataset = dataset};
    fovea_status status = gather(cli, &f, error);
    if (status == FOVEA_OK) (cli->json ? print_json : print_text)(&f);
    free(f.count);
    fovea_dataset_free(dataset);
    return status;
}

const cli_command cli_data_info = {
    "data info",
    CLI_DATA,
    "SET[:PART]",
    1,
    1,
    "count, shape, classes, mean and deviation of a set",
    "Mean and deviation are those normalising uses: of the whole train part, before --classes. The "
    "deviation divides by n-1 as torch.std does; 'over n' is that of the population.",
    "fovea data info cifar10:train\n",
    options,
    run};
