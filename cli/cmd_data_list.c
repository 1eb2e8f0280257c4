// SPDX-License-Identifier: MIT
// fovea data list: the sets known by name and where they lie.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"

static const cli_option options[] = {
    {"data-dir", 0, "DIR", NULL, "look in DIR before all other places"}, CLI_END};

static void write_set(cli_json *json, const fovea_known_dataset *known) {
    cli_json_object(json, NULL);
    cli_json_text(json, "name", known->name);
    cli_json_text(json, "title", known->title);
    cli_json_text(json, "shape", known->shape);
    cli_json_integer(json, "train", known->train_count);
    cli_json_integer(json, "test", known->test_count);
    cli_json_integer(json, "classes", known->classes);
    cli_json_text(json, "found", known->found[0] ? known->found : NULL);
    cli_json_close(json);
}

static void print_set(const fovea_known_dataset *known) {
    char found[sizeof known->found];
    cli_clean(found, sizeof found, known->found);
    printf("%-16s %8s%*s %7lld %7lld %7d  %s\n", known->name, known->shape,
           cli_width(known->shape) < 8 ? 8 - cli_width(known->shape) : 0, "",
           (long long)known->train_count, (long long)known->test_count, (int)known->classes,
           found[0] ? found : "-");
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_dataset_options settings;
    cli_json json;
    fovea_dataset_options_default(&settings);
    settings.directory = cli_text(cli, "data-dir");
    if (cli->json) {
        cli_json_start(&json, stdout, "data list");
        cli_json_array(&json, "sets");
    } else {
        printf("%-16s %-8s %7s %7s %7s  %s\n", "set", "shape", "train", "test", "classes",
               "found in");
    }
    for (int32_t i = 0; i < fovea_known_dataset_count(); i++) {
        fovea_known_dataset known;
        CLI_TRY(fovea_known_dataset_get(cli->context, i, &settings, &known, error));
        if (cli->json)
            write_set(&json, &known);
        else
            print_set(&known);
    }
    if (cli->json) {
        cli_json_close(&json);
        cli_json_end(&json);
    } else {
        printf(
            "\n'fovea data get SET' fetches one. A folder of class folders of pictures is a set "
            "too.\n");
    }
    return FOVEA_OK;
}

const cli_command cli_data_list = {
    "data list",         CLI_DATA, "", 0, 0, "the sets known by name and where they lie", NULL,
    "fovea data list\n", options,  run};
