// SPDX-License-Identifier: MIT
// fovea data get: fetches a known set and checks it.
#include <stdio.h>

#include "clean_text.h"
#include "command.h"
#include "console.h"
#include "fovea/download.h"
#include "json_output.h"
#include "stop_signal.h"

static const cli_option options[] = {
    {"data-dir", 0, "DIR", NULL, "put the set below DIR (default: $XDG_DATA_HOME/fovea)"},
    {"from", 0, "PATH", NULL, "take the files from this folder or file, not from the internet"},
    CLI_END};

typedef struct {
    bool shown;
    int percent;  // -1: none told yet
} progress;

static int on_progress(void *user, const char *file, int64_t done, int64_t total) {
    progress *p = user;
    char name[128];
    int percent = total > 0 ? (int)(100 * (double)done / (double)total) : -1;
    if (p->shown && (percent != p->percent || total <= 0)) {
        cli_clean(name, sizeof name, file);
        if (total > 0)
            fprintf(stderr, "\r\033[K%s %3d%% of %.1f MB", name, percent, (double)total / 1e6);
        else
            fprintf(stderr, "\r\033[K%s %.1f MB", name, (double)done / 1e6);
        p->percent = percent;
    }
    return cli_stop_signal() != 0;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_download_options settings;
    char folder[4096], shown[4096];
    progress p = {.shown = cli_terminal_messages() && !cli->quiet, .percent = -1};
    const char *name = cli->operand[0];
    fovea_download_options_default(&settings);
    settings.directory = cli_text(cli, "data-dir");
    settings.from = cli_text(cli, "from");
    settings.progress = on_progress;
    settings.user = &p;
    CLI_TRY(fovea_dataset_get_folder(cli->context, name, &settings, folder, sizeof folder, error));
    cli_catch_stop();
    fovea_status status = fovea_dataset_get(cli->context, name, &settings, error);
    if (p.shown && p.percent >= 0) fprintf(stderr, "\r\033[K");
    CLI_TRY(status);
    if (cli->json) {
        cli_json json;
        cli_json_start(&json, stdout, "data get");
        cli_json_text(&json, "name", name);
        cli_json_text(&json, "folder", folder);
        cli_json_end(&json);
    } else {
        printf("%s is in %s\n", name, cli_clean(shown, sizeof shown, folder));
    }
    return FOVEA_OK;
}

const cli_command cli_data_get = {
    "data get",
    CLI_DATA,
    "SET",
    1,
    1,
    "fetch a known set and check it",
    "Every file is checked against a hash known beforehand. What is there already stays; what was "
    "cut "
    "off goes on where it stopped.",
    "fovea data get mnist\nfovea data get cifar10 --from ~/Downloads/cifar-10-binary.tar.gz\n",
    options,
    run};
