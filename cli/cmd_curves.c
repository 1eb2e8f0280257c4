// SPDX-License-Identifier: MIT
// fovea curves: loss and accuracy of runs over their epochs.
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "picture_output.h"
#include "run_record.h"

static const cli_option options[] = {
    {"log-y", 0, NULL, NULL, "logarithmic loss"}, CLI_FIGURE_OPTIONS, CLI_END};

static void write_runs(const fovea_curve *runs, int count) {
    cli_json json;
    cli_json_start(&json, stdout, "curves");
    cli_json_array(&json, "runs");
    for (int i = 0; i < count; i++) {
        cli_json_object(&json, NULL);
        cli_json_text(&json, "run", runs[i].name);
        cli_json_array(&json, "epochs");
        for (int32_t e = 0; e < runs[i].count; e++) {
            cli_json_object(&json, NULL);
            cli_record_epoch(&json, &runs[i].history[e]);
            cli_json_close(&json);
        }
        cli_json_close(&json);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

enum { MOST_RUNS = 128 };

typedef struct {
    int count;
    fovea_curve run[MOST_RUNS];
    fovea_epoch *history[MOST_RUNS];
    char name[MOST_RUNS][128];
} run_list;

static fovea_status add_run(const cli_call *cli, run_list *list, const char *run, const char *path,
                            fovea_error *error) {
    if (list->count == MOST_RUNS)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "more than %d runs in one figure",
                        MOST_RUNS);
    fovea_curve *curve = &list->run[list->count];
    fovea_epoch **history = &list->history[list->count];
    CLI_TRY(fovea_history_read(cli->context, path, history, &curve->count, error));
    curve->name = cli_clean(list->name[list->count++], sizeof list->name[0], run);
    curve->history = *history;
    return FOVEA_OK;
}

// The folds of a cross-validation that have begun; `*found` whether there is one.
static fovea_status add_folds(const cli_call *cli, run_list *list, const char *run, bool *found,
                              fovea_error *error) {
    char folder[PATH_MAX], path[PATH_MAX + 32];
    size_t length = strlen(run);
    while (length > 1 && run[length - 1] == '/') length--;
    *found = false;
    for (int fold = 1; fold <= CLI_MOST_FOLDS; fold++) {
        snprintf(folder, sizeof folder, "%.*s/" CLI_FOLD, (int)length, run, fold);
        snprintf(path, sizeof path, "%s/" CLI_HISTORY, folder);
        if (access(path, F_OK) != 0) break;
        CLI_TRY(add_run(cli, list, folder, path, error));
        *found = true;
    }
    return FOVEA_OK;
}

// RUN is a run's folder, that of a cross-validation, or a history file itself.
static fovea_status read_run(const cli_call *cli, run_list *list, const char *run,
                             fovea_error *error) {
    char path[PATH_MAX];
    struct stat status;
    bool folds;
    if (stat(run, &status) != 0 || !S_ISDIR(status.st_mode))
        return add_run(cli, list, run, run, error);
    if (snprintf(path, sizeof path, "%s/%s", run, CLI_HISTORY) >= (int)sizeof path)
        return cli_fail(error, FOVEA_BAD_FILE, "the name of the run is too long");
    if (access(path, F_OK) == 0) return add_run(cli, list, run, path, error);
    CLI_TRY(add_folds(cli, list, run, &folds, error));
    return folds ? FOVEA_OK : add_run(cli, list, run, path, error);
}

// In a legend the folder that all runs lie in says nothing.
static void drop_shared_folder(fovea_curve *runs, int count) {
    size_t shared = count > 1 ? strlen(runs[0].name) : 0;
    for (int r = 1; r < count; r++) {
        size_t same = 0;
        while (same < shared && runs[r].name[same] == runs[0].name[same]) same++;
        shared = same;
    }
    while (shared > 0 && runs[0].name[shared - 1] != '/') shared--;
    for (int r = 0; r < count; r++)
        if (!runs[r].name[shared]) return;
    for (int r = 0; r < count; r++) runs[r].name += shared;
}

static fovea_status show(const cli_call *cli, fovea_curve *runs, int count, fovea_error *error) {
    fovea_figure *figure;
    if (cli->json) write_runs(runs, count);
    if (cli->json && !cli_given(cli, "output")) return FOVEA_OK;
    drop_shared_folder(runs, count);
    CLI_TRY(fovea_figure_curves(cli->context, runs, count, cli_flag(cli, "log-y"), &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    CLI_TRY(cli_figure_check(cli, error));
    run_list *list = calloc(1, sizeof *list);
    if (!list) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status = FOVEA_OK;
    for (int i = 0; i < cli->operands && status == FOVEA_OK; i++)
        status = read_run(cli, list, cli->operand[i], error);
    if (status == FOVEA_OK) status = show(cli, list->run, list->count, error);
    for (int i = 0; i < list->count; i++) fovea_history_free(cli->context, list->history[i]);
    free(list);
    return status;
}

const cli_command cli_curves = {"curves",
                                CLI_LOOK,
                                "RUN...",
                                1,
                                64,
                                "loss and accuracy of runs over their epochs",
                                "RUN is a run's folder, or a history.csv itself. The folder of a "
                                "cross-validation (train --folds) "
                                "stands for the runs of its folds.",
                                "fovea curves runs/mnist -o curves.png\n"
                                "fovea curves runs/* --log-y -o all.svg\n",
                                options,
                                run};
