// SPDX-License-Identifier: MIT
// fovea compare: two nets on the same pictures.
#include <stdio.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"
#include "run_folder.h"

enum { LISTED = 100 };  // pictures that only one names rightly, in JSON

static const cli_option options[] = {
    {"data", 0, "SET", NULL, "the set, with or without :PART (default part: test)"},
    {"limit", 0, "N", NULL, "only the first N samples"},
    {"shift", 0, "N", "4", "move the pictures by 1 to N pixels, 0 to 16"},
    CLI_DATA_OPTIONS,
    {"input", 0, "CxHxW", NULL, "what architecture text is built for, as 3x32x32"},
    CLI_FIGURE_OPTIONS,
    CLI_END};

typedef struct {
    char name[2][128];
    fovea_model *model[2];
    fovea_epoch *history[2];
    fovea_contestant net[2];
    fovea_dataset *dataset;
    fovea_comparison *comparison;
} job;

static void write_shifted(cli_json *json, const fovea_comparison *comparison, int32_t which) {
    static const char *const names[] = {"accuracy", "up", "down", "left", "right"};
    cli_json_array(json, "shifted");
    for (int32_t s = 0; s <= fovea_comparison_shift(comparison); s++) {
        cli_json_object(json, NULL);
        cli_json_integer(json, "pixels", s);
        for (int d = 0; d < 5; d++) {
            fovea_score score =
                fovea_comparison_shifted(comparison, which, s, (fovea_shift_direction)d);
            cli_json_real(json, names[d], score.accuracy);
            if (d == 0) cli_json_real(json, "loss", score.loss);
        }
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void write_only(cli_json *json, const job *j, int32_t which) {
    int64_t position[LISTED];
    int64_t count = fovea_comparison_only(j->comparison, which, position, LISTED);
    cli_json_array(json, "only_right");
    for (int64_t i = 0; i < count; i++) {
        int32_t label = fovea_dataset_label(j->dataset, position[i]);
        int32_t said = fovea_comparison_answer(j->comparison, !which, position[i], NULL);
        cli_json_object(json, NULL);
        cli_json_integer(json, "index", fovea_dataset_index(j->dataset, position[i]));
        cli_json_text(json, "true", fovea_dataset_class_name(j->dataset, label));
        cli_json_text(json, "other_said", fovea_dataset_class_name(j->dataset, said));
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void write_net(cli_json *json, const job *j, int32_t which) {
    fovea_compared net = fovea_comparison_net(j->comparison, which);
    cli_json_object(json, NULL);
    cli_json_text(json, "model", net.name);
    cli_json_text(json, "architecture", fovea_model_architecture(j->model[which]));
    cli_json_integer(json, "parameters", net.parameters);
    cli_json_integer(json, "mult_adds", net.multiply_adds);
    cli_json_integer(json, "parameter_bytes", net.parameter_bytes);
    cli_json_integer(json, "value_bytes", net.value_bytes);
    cli_json_real(json, "loss", net.score.loss);
    cli_json_real(json, "accuracy", net.score.accuracy);
    write_shifted(json, j->comparison, which);
    write_only(json, j, which);
    cli_json_close(json);
}

static void print_json(const job *j) {
    cli_json json;
    fovea_agreement agreement = fovea_comparison_agreement(j->comparison);
    cli_json_start(&json, stdout, "compare");
    cli_json_text(&json, "data", fovea_dataset_name(j->dataset));
    cli_json_text(&json, "part", fovea_dataset_part(j->dataset));
    cli_json_integer(&json, "count", fovea_dataset_count(j->dataset));
    cli_json_integer(&json, "both", agreement.both);
    cli_json_integers(&json, "only", agreement.only, 2);
    cli_json_integer(&json, "neither", agreement.neither);
    cli_json_real(&json, "chance", agreement.chance);
    cli_json_array(&json, "models");
    for (int32_t k = 0; k < 2; k++) write_net(&json, j, k);
    cli_json_close(&json);
    cli_json_end(&json);
}

static fovea_status show(const cli_call *cli, const job *j, fovea_error *error) {
    fovea_figure *figure;
    if (cli->json) print_json(j);
    if (cli->json && !cli_given(cli, "output")) return FOVEA_OK;
    CLI_TRY(fovea_figure_comparison(j->comparison, &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

// A run's folder has the history of its training beside the weights.
static fovea_status read_history(const cli_call *cli, const char *run, fovea_epoch **history,
                                 int32_t *count, fovea_error *error) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/" CLI_HISTORY, run) >= (int)sizeof path) return FOVEA_OK;
    if (access(path, F_OK) != 0) return FOVEA_OK;
    return fovea_history_read(cli->context, path, history, count, error);
}

static fovea_status open_net(const cli_call *cli, job *j, int which, fovea_error *error) {
    const char *operand = cli->operand[which];
    fovea_contestant *net = &j->net[which];
    CLI_TRY(cli_open_model(cli, operand, NULL, &j->model[which], error));
    net->model = j->model[which];
    net->name = cli_clean(j->name[which], sizeof j->name[which], operand);
    CLI_TRY(read_history(cli, operand, &j->history[which], &net->history_count, error));
    net->history = j->history[which];
    return FOVEA_OK;
}

static fovea_status compare(const cli_call *cli, job *j, fovea_error *error) {
    fovea_compare_options chosen;
    int64_t limit = 0, shift;
    const char *set = cli_text(cli, "data");
    fovea_compare_options_default(&chosen);
    CLI_TRY(cli_figure_check(cli, error));
    if (!set) return cli_fail(error, FOVEA_INVALID_ARGUMENT, "which data? --data SET is missing");
    if (cli_given(cli, "limit")) CLI_TRY(cli_integer(cli, "limit", 1, INT64_MAX, &limit, error));
    CLI_TRY(cli_integer(cli, "shift", 0, 16, &shift, error));
    chosen.shift = (int32_t)shift;
    for (int k = 0; k < 2; k++) CLI_TRY(open_net(cli, j, k, error));
    CLI_TRY(fovea_comparison_check(j->net, error));
    // The one that knows its classes chooses those of the set.
    int knows = fovea_model_class_count(j->model[0]) > 0 ? 0 : 1;
    CLI_TRY(cli_open_dataset_for(cli, j->model[knows], set, limit, &j->dataset, error));
    cli_note(cli, "asking both nets about %lld pictures %d times",
             (long long)fovea_dataset_count(j->dataset), 1 + 4 * (int)shift);
    CLI_TRY(fovea_comparison_create(j->net, j->dataset, &chosen, &j->comparison, error));
    return show(cli, j, error);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    job j = {0};
    fovea_status status = compare(cli, &j, error);
    fovea_comparison_free(j.comparison);
    fovea_dataset_free(j.dataset);
    for (int k = 0; k < 2; k++) {
        fovea_history_free(cli->context, j.history[k]);
        fovea_model_free(j.model[k]);
    }
    return status;
}

const cli_command cli_compare = {
    "compare",
    CLI_LOOK,
    "A B --data SET",
    2,
    2,
    "two nets on the same pictures: cost, accuracy, moved pictures",
    "Parameters, multiply-adds, memory, accuracy and loss of both; accuracy on pictures moved by "
    "a few pixels (mean of up, down, left and right, black comes in at the border); the training "
    "curves of runs; how many pictures both, one or neither names rightly, and some of those "
    "only one does.",
    "fovea compare runs/mlp runs/cnn --data mnist -o compare.png\n"
    "fovea compare runs/mlp runs/cnn --data fashion-mnist --shift 2 --limit 1000 --json\n",
    options,
    run};
