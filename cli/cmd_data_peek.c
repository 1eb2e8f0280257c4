// SPDX-License-Identifier: MIT
// fovea data peek: the first pictures of a set, or of one of its classes.
#include <stdio.h>
#include <stdlib.h>

#include "class_choice.h"
#include "clean_text.h"
#include "command.h"
#include "fovea/figures.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"count", 0, "N", "20", "pictures to show, 1 to 1000"},
    {"columns", 0, "N", "0", "pictures beside each other, 0 to 100; 0: what fits"},
    {"class", 0, "CLASS", NULL, "only this class, by name or number"},
    CLI_DATA_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

// Replaces `*dataset` by its samples of --class.
static fovea_status choose_class(const cli_call *cli, fovea_dataset **dataset, fovea_error *error) {
    const char *text = cli_text(cli, "class");
    if (!text) return FOVEA_OK;
    int32_t count = fovea_dataset_class_count(*dataset), index = 0;
    const char **names = calloc((size_t)count + 1, sizeof *names);
    if (!names) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int32_t c = 0; c < count; c++) names[c] = fovea_dataset_class_name(*dataset, c);
    fovea_status status = cli_find_class("--class", text, names, count, count, &index, error);
    free(names);
    CLI_TRY(status);
    fovea_dataset *chosen;
    CLI_TRY(fovea_dataset_of_class(*dataset, index, &chosen, error));
    fovea_dataset_free(*dataset);
    *dataset = chosen;
    return FOVEA_OK;
}

static void print_json(const fovea_dataset *dataset, int64_t count) {
    cli_json json;
    cli_json_start(&json, stdout, "data peek");
    cli_json_text(&json, "name", fovea_dataset_name(dataset));
    cli_json_text(&json, "part", fovea_dataset_part(dataset));
    cli_json_array(&json, "samples");
    for (int64_t i = 0; i < count; i++) {
        int32_t label = fovea_dataset_label(dataset, i);
        cli_json_object(&json, NULL);
        cli_json_integer(&json, "index", fovea_dataset_index(dataset, i));
        cli_json_integer(&json, "label", label);
        cli_json_text(&json, "class", fovea_dataset_class_name(dataset, label));
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

static fovea_status print_indices(const cli_call *cli, const fovea_dataset *dataset,
                                  int64_t count) {
    if (cli->json) {
        print_json(dataset, count);
        return FOVEA_OK;
    }
    printf("indices");
    for (int64_t i = 0; i < count; i++) printf(" %lld", (long long)fovea_dataset_index(dataset, i));
    printf("\n");
    return FOVEA_OK;
}

static fovea_status show(const cli_call *cli, const fovea_dataset *dataset, int64_t count,
                         int64_t columns, fovea_error *error) {
    fovea_figure *figure = NULL;
    if (!cli->json || cli_given(cli, "output"))
        CLI_TRY(fovea_figure_samples(cli->context, dataset, NULL, count, columns, NULL, &figure,
                                     error));
    fovea_status status = figure ? cli_figure_output(cli, figure, error) : FOVEA_OK;
    fovea_figure_free(figure);
    return status == FOVEA_OK ? print_indices(cli, dataset, count) : status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_dataset *dataset = NULL;
    int64_t count, columns;
    CLI_TRY(cli_integer(cli, "count", 1, 1000, &count, error));
    CLI_TRY(cli_integer(cli, "columns", 0, 100, &columns, error));
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_open_dataset(cli, cli->operand[0], "train", 0, &dataset, error));
    fovea_status status = choose_class(cli, &dataset, error);
    if (status == FOVEA_OK) {
        if (count > fovea_dataset_count(dataset)) count = fovea_dataset_count(dataset);
        status = show(cli, dataset, count, columns, error);
    }
    fovea_dataset_free(dataset);
    return status;
}

const cli_command cli_data_peek = {"data peek",
                                   CLI_DATA,
                                   "SET[:PART]",
                                   1,
                                   1,
                                   "the first pictures of a set, with their classes and indices",
                                   "An index can be given to other commands as SET:PART#INDEX.",
                                   "fovea data peek fashion-mnist --class Sneaker -o sneakers.png\n"
                                   "fovea data peek cifar10 --count 20 --columns 10\n",
                                   options,
                                   run};
