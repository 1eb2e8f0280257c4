// SPDX-License-Identifier: MIT
// fovea eval: loss and accuracy of a model on a set.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"

static const cli_option options[] = {
    {"data", 0, "SET", NULL, "the set, with or without :PART (default part: test)"},
    {"limit", 0, "N", NULL, "only the first N samples"},
    CLI_NORMALIZATION_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_END};

static void print_score(const cli_call *cli, const fovea_dataset *dataset, fovea_score score) {
    if (cli->json) {
        cli_json json;
        cli_json_start(&json, stdout, "eval");
        cli_json_text(&json, "data", fovea_dataset_name(dataset));
        cli_json_text(&json, "part", fovea_dataset_part(dataset));
        cli_json_real(&json, "loss", score.loss);
        cli_json_real(&json, "accuracy", score.accuracy);
        cli_json_integer(&json, "count", score.count);
        cli_json_end(&json);
        return;
    }
    char name[256];
    printf("%s:%s  loss %.4f  accuracy %.4f  of %lld pictures\n",
           cli_clean(name, sizeof name, fovea_dataset_name(dataset)), fovea_dataset_part(dataset),
           score.loss, score.accuracy, (long long)score.count);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_model *model = NULL;
    fovea_dataset *dataset = NULL;
    fovea_answers *answers = NULL;
    int64_t limit = 0;
    const char *set = cli_text(cli, "data");
    if (!set) return cli_fail(error, FOVEA_INVALID_ARGUMENT, "which data? --data SET is missing");
    if (cli_given(cli, "limit")) CLI_TRY(cli_integer(cli, "limit", 1, INT64_MAX, &limit, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK) cli_tell_of_colours(cli, model);
    if (status == FOVEA_OK) status = cli_open_dataset_for(cli, model, set, limit, &dataset, error);
    if (status == FOVEA_OK) status = fovea_answers_create(model, dataset, 0, &answers, error);
    if (status == FOVEA_OK) print_score(cli, dataset, fovea_answers_score(answers));
    fovea_answers_free(answers);
    fovea_dataset_free(dataset);
    fovea_model_free(model);
    return status;
}

const cli_command cli_eval = {"eval",
                              CLI_NETS,
                              "MODEL --data SET",
                              1,
                              1,
                              "loss and accuracy of a model on a set",
                              NULL,
                              "fovea eval runs/mnist --data mnist:test\n"
                              "fovea eval resnet20.onnx --data cifar10 --mean 0.485,0.456,0.406 "
                              "--std 0.229,0.224,0.225\n",
                              options,
                              run};
