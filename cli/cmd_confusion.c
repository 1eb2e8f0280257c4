// SPDX-License-Identifier: MIT
// fovea confusion: which classes a net takes for which.
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"data", 0, "SET", NULL, "the set, with or without :PART (default part: test)"},
    {"limit", 0, "N", NULL, "only the first N samples"},
    {"worst", 0, "N", NULL, "the N wrong answers of the highest loss instead of the matrix"},
    {"explain", 0, NULL, NULL,
     "below the matrix pictures of the cells with the largest counts, with heat maps of what they "
     "are, "
     "what the net says, and the difference; in HTML and SVG cells lead to them"},
    {"method", 0, "NAME", NULL,
     "of these maps (default: hirescam; gradient-x-input for nets without maps)"},
    CLI_NORMALIZATION_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_MODEL_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static fovea_status print_matrix(const fovea_answers *answers, const fovea_dataset *dataset,
                                 fovea_error *error) {
    int32_t outputs = fovea_answers_outputs(answers);
    int32_t classes = fovea_confusion_classes(answers, dataset);
    fovea_score score = fovea_answers_score(answers);
    cli_json json;
    int64_t *matrix = calloc((size_t)outputs, (size_t)outputs * sizeof *matrix);
    if (!matrix) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_answers_confusion(answers, matrix);
    cli_json_start(&json, stdout, "confusion");
    cli_json_array(&json, "classes");
    for (int32_t c = 0; c < classes; c++)
        cli_json_text(&json, NULL, fovea_dataset_class_name(dataset, c));
    cli_json_close(&json);
    cli_json_array(&json, "matrix");
    for (int32_t t = 0; t < classes; t++) {
        cli_json_array(&json, NULL);
        for (int32_t said = 0; said < classes; said++)
            cli_json_integer(&json, NULL, matrix[t * outputs + said]);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_real(&json, "accuracy", score.accuracy);
    cli_json_integer(&json, "count", score.count);
    cli_json_end(&json);
    free(matrix);
    return FOVEA_OK;
}

static fovea_status print_worst(const fovea_answers *answers, const fovea_dataset *dataset,
                                int64_t most, fovea_error *error) {
    cli_json json;
    int64_t *position = calloc((size_t)most, sizeof *position);
    if (!position) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    int64_t count = fovea_answers_worst(answers, position, most);
    cli_json_start(&json, stdout, "confusion");
    cli_json_array(&json, "mistakes");
    for (int64_t i = 0; i < count; i++) {
        int32_t label = fovea_dataset_label(dataset, position[i]);
        int32_t said = fovea_answers_class(answers, position[i]);
        cli_json_object(&json, NULL);
        cli_json_integer(&json, "index", fovea_dataset_index(dataset, position[i]));
        cli_json_text(&json, "true", fovea_dataset_class_name(dataset, label));
        cli_json_text(&json, "said", fovea_dataset_class_name(dataset, said));
        cli_json_real(&json, "probability", fovea_answers_probability(answers, position[i], said));
        cli_json_real(&json, "loss", fovea_answers_loss(answers, position[i]));
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    free(position);
    return FOVEA_OK;
}

static fovea_status make_reasons(const cli_call *cli, const fovea_model *model,
                                 const fovea_answers *answers, const fovea_dataset *dataset,
                                 fovea_figure **figure, fovea_error *error) {
    fovea_reasons_options options_used;
    fovea_reasons_options_default(&options_used);
    options_used.method = cli_text(cli, "method");
    return fovea_figure_reasons(cli->context, model, answers, dataset, &options_used, figure,
                                error);
}

static fovea_status show(const cli_call *cli, const fovea_model *model,
                         const fovea_answers *answers, const fovea_dataset *dataset, int64_t worst,
                         fovea_error *error) {
    fovea_figure *figure;
    if (worst > fovea_dataset_count(dataset)) worst = fovea_dataset_count(dataset);
    if (cli->json)
        CLI_TRY(worst ? print_worst(answers, dataset, worst, error)
                      : print_matrix(answers, dataset, error));
    if (cli->json && !cli_given(cli, "output")) return FOVEA_OK;
    if (worst)
        CLI_TRY(fovea_figure_mistakes(cli->context, answers, dataset, worst, &figure, error));
    else if (cli_flag(cli, "explain"))
        CLI_TRY(make_reasons(cli, model, answers, dataset, &figure, error));
    else
        CLI_TRY(fovea_figure_confusion(cli->context, answers, dataset, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_model *model = NULL;
    fovea_dataset *dataset = NULL;
    fovea_answers *answers = NULL;
    int64_t limit = 0, worst = 0;
    const char *set = cli_text(cli, "data");
    CLI_TRY(cli_figure_check(cli, error));
    if (!set) return cli_fail(error, FOVEA_INVALID_ARGUMENT, "which data? --data SET is missing");
    if (cli_given(cli, "limit")) CLI_TRY(cli_integer(cli, "limit", 1, INT64_MAX, &limit, error));
    if (cli_given(cli, "worst")) CLI_TRY(cli_integer(cli, "worst", 1, 10000, &worst, error));
    if (cli_flag(cli, "explain") && worst)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--explain is about cells of the matrix: it does not go with --worst");
    if (cli_text(cli, "method") && !cli_flag(cli, "explain"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--method is of the maps of --explain");
    if (cli_text(cli, "method") && !fovea_explain_method_find(cli_text(cli, "method"))) {
        fovea_explain_options unused;
        return fovea_explain_options_default(cli_text(cli, "method"), &unused, error);
    }
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK) cli_tell_of_colours(cli, model);
    if (status == FOVEA_OK) status = cli_open_dataset_for(cli, model, set, limit, &dataset, error);
    if (status == FOVEA_OK) status = fovea_answers_create(model, dataset, 0, &answers, error);
    if (status == FOVEA_OK) status = show(cli, model, answers, dataset, worst, error);
    fovea_answers_free(answers);
    fovea_dataset_free(dataset);
    fovea_model_free(model);
    return status;
}

const cli_command cli_confusion = {
    "confusion",
    CLI_LOOK,
    "MODEL --data SET",
    1,
    1,
    "which classes a net takes for which",
    "Rows are true classes, columns answers; with recall, precision and accuracy.",
    "fovea confusion runs/mnist --data mnist -o confusion.png\n"
    "fovea confusion runs/mnist --data mnist --worst 20 -o mistakes.png\n"
    "fovea confusion runs/mnist --data mnist --explain -o reasons.html\n",
    options,
    run};
