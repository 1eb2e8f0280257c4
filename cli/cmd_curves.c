// SPDX-License-Identifier: MIT
// fovea curves: loss and accuracy of runs over their epochs.
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

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

// RUN is a run's folder or a history file itself.
static fovea_status read_run(const cli_call *cli, const char *run, fovea_epoch **history,
                             int32_t *count, fovea_error *error) {
    char path[PATH_MAX];
    struct stat status;
    if (stat(run, &status) == 0 && S_ISDIR(status.st_mode)) {
        if (snprintf(path, sizeof path, "%s/%s", run, CLI_HISTORY) >= (int)sizeof path)
            return cli_fail(error, FOVEA_BAD_FILE, "the name of the run is too long");
        run = path;
    }
    return fovea_history_read(cli->context, run, history, count, error);
}

static fovea_status show(const cli_call *cli, const fovea_curve *runs, int count,
                         fovea_error *error) {
    fovea_figure *figure;
    if (cli->json) write_runs(runs, count);
    if (cli->json && !cli_given(cli, "output")) return FOVEA_OK;
    CLI_TRY(fovea_figure_curves(cli->context, runs, count, cli_flag(cli, "log-y"), &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    CLI_TRY(cli_figure_check(cli, error));
    fovea_curve runs[64];
    fovea_epoch *histories[64] = {0};
    char names[64][128];
    fovea_status status = FOVEA_OK;
    int read = 0;
    for (; read < cli->operands && status == FOVEA_OK; read++) {
        runs[read].name = cli_clean(names[read], sizeof names[read], cli->operand[read]);
        status = read_run(cli, cli->operand[read], &histories[read], &runs[read].count, error);
        runs[read].history = histories[read];
    }
    if (status == FOVEA_OK) status = show(cli, runs, read, error);
    for (int i = 0; i < read; i++) fovea_history_free(cli->context, histories[i]);
    return status;
}

const cli_command cli_curves = {"curves",
                                CLI_LOOK,
                                "RUN...",
                                1,
                                64,
                                "loss and accuracy of runs over their epochs",
                                "RUN is a run's folder, or a history.csv itself.",
                                "fovea curves runs/mnist -o curves.png\n"
                                "fovea curves runs/* --log-y -o all.svg\n",
                                options,
                                run};
