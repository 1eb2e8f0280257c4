// SPDX-License-Identifier: MIT
// fovea demo: a whole run in one command – train on Fashion-MNIST, look inside, say what to try
// next. It is made of other commands, each shown before it runs.
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "run_record.h"

#define NET "tutorial-mnist"
#define SET "fashion-mnist"

static const cli_option options[] = {
    {"epochs", 0, "N", "2", "epochs to train"},
    {"data-dir", 0, "DIR", NULL, "look for the data set in DIR before all other places"},
    {"force", 0, NULL, NULL, "write into the folder though it holds something else"},
    {"output", 'o', "RUN", "fovea-demo", "folder of the run"},
    CLI_END};

// The options that make a run one of the demo's.
static const char *const recipe[] = {"--arch", NET,    "--data", SET,          "--optimizer",
                                     "adam",   "--lr", "0.003",  "--schedule", "one-cycle"};
enum { RECIPE = sizeof recipe / sizeof *recipe, MAX_WORDS = 32 };

typedef struct {
    const char *word[MAX_WORDS];
    int count;
} words;

static void add(words *w, const char *word) {
    w->word[w->count++] = word;
}

// Options of this command that the others take too.
static void add_common(const cli_call *cli, words *w, char seed[32], char threads[32]) {
    if (cli->seed_given) {
        snprintf(seed, 32, "%llu", (unsigned long long)cli->seed);
        add(w, "--seed");
        add(w, seed);
    }
    if (cli->threads) {
        snprintf(threads, 32, "%d", (int)cli->threads);
        add(w, "--threads");
        add(w, threads);
    }
    if (cli->quiet) add(w, "-q");
}

// Shows the command as it could be typed, and runs it.
static fovea_status run_words(const cli_call *cli, const words *w, fovea_error *error) {
    char line[2048] = "fovea", shown[2048];
    size_t length = strlen(line);
    for (int i = 0; i < w->count && length < sizeof line; i++)
        length += (size_t)snprintf(line + length, sizeof line - length,
                                   strpbrk(w->word[i], " #'\"") ? " '%s'" : " %s", w->word[i]);
    cli_note(cli, "$ %s", cli_clean(shown, sizeof shown, line));
    return cli_run((char *const *)w->word, w->count, error);
}

static fovea_status train(const cli_call *cli, const char *folder, fovea_error *error) {
    words w = {.count = 0};
    char seed[32], threads[32];
    add(&w, "train");
    for (int i = 0; i < RECIPE; i++) add(&w, recipe[i]);
    add(&w, "--epochs");
    add(&w, cli_text(cli, "epochs"));
    add(&w, "-o");
    add(&w, folder);
    add(&w, "--force");
    if (cli_given(cli, "data-dir")) {
        add(&w, "--data-dir");
        add(&w, cli_text(cli, "data-dir"));
    }
    if (cli->json) add(&w, "--json");
    add_common(cli, &w, seed, threads);
    return run_words(cli, &w, error);
}

typedef struct {
    const char *command, *operand, *file;  // operand after the run's folder, or NULL
    bool data;                             // --data SET
} picture;

static const picture pictures[] = {
    {"curves", NULL, "curves.png", false},
    {"confusion", NULL, "confusion.png", true},
    {"filters", NULL, "filters.png", false},
    {"maps", SET "#0", "maps.png", false},
};
enum { PICTURES = sizeof pictures / sizeof *pictures };

static fovea_status draw(const cli_call *cli, const char *folder, const picture *p,
                         fovea_error *error) {
    words w = {.count = 0};
    char path[PATH_MAX], seed[32], threads[32];
    if (snprintf(path, sizeof path, "%s/%s", folder, p->file) >= (int)sizeof path)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "-o: the name of the folder is too long");
    add(&w, p->command);
    add(&w, folder);
    if (p->operand) add(&w, p->operand);
    if (p->data) {
        add(&w, "--data");
        add(&w, SET);
    }
    if (cli_given(cli, "data-dir") && (p->data || p->operand)) {
        add(&w, "--data-dir");
        add(&w, cli_text(cli, "data-dir"));
    }
    add(&w, "-o");
    add(&w, path);
    add_common(cli, &w, seed, threads);
    return run_words(cli, &w, error);
}

// Where it may write

static bool is_recipe(const cli_record *record) {
    if (record->words < 1 + RECIPE || strcmp(record->word[0], "train") != 0) return false;
    for (int i = 0; i < RECIPE; i++)
        if (strcmp(record->word[1 + i], recipe[i]) != 0) return false;
    return true;
}

// A run of the demo is replaced without asking, anything else only with --force.
static fovea_status check_folder(const cli_call *cli, const char *path, fovea_error *error) {
    cli_run_folder folder = {.lock = -1};
    cli_record record;
    fovea_error other = {0};
    if (cli_run_folder_check(path, cli_flag(cli, "force"), error) == FOVEA_OK) return FOVEA_OK;
    snprintf(folder.path, sizeof folder.path, "%s", path);
    if (error->status != FOVEA_EXISTS || cli_record_read(&folder, &record, &other) != FOVEA_OK)
        return error->status;
    bool own = is_recipe(&record);
    cli_record_clear(&record);
    if (!own) return error->status;
    *error = (fovea_error){0};
    return FOVEA_OK;
}

// What came of it

static fovea_status read_last(const cli_call *cli, const char *folder, fovea_epoch *last,
                              double *seconds, fovea_error *error) {
    char path[PATH_MAX];
    fovea_epoch *history;
    int32_t count;
    snprintf(path, sizeof path, "%s/%s", folder, CLI_HISTORY);
    CLI_TRY(fovea_history_read(cli->context, path, &history, &count, error));
    fovea_status status = FOVEA_OK;
    *seconds = 0;
    for (int32_t i = 0; i < count; i++) *seconds += history[i].seconds;
    if (count > 0)
        *last = history[count - 1];
    else
        status = cli_fail(error, FOVEA_BAD_FILE, "%s holds no epoch", path);
    fovea_history_free(cli->context, history);
    return status;
}

static void print_json(const char *folder, const fovea_epoch *last, double seconds) {
    cli_json json;
    cli_json_start(&json, stdout, "demo");
    cli_json_text(&json, "run", folder);
    cli_json_integer(&json, "epochs", last->epoch);
    cli_json_real(&json, "seconds", seconds);
    cli_json_real(&json, "test_loss", last->test.loss);
    cli_json_real(&json, "test_accuracy", last->test.accuracy);
    cli_json_array(&json, "files");
    cli_json_text(&json, NULL, CLI_REPORT);
    for (int i = 0; i < PICTURES; i++) cli_json_text(&json, NULL, pictures[i].file);
    cli_json_close(&json);
    cli_json_end(&json);
}

static void print_result(const char *folder, const fovea_epoch *last, double seconds) {
    char shown[512], clean[500];
    cli_clean(clean, sizeof clean, folder);
    snprintf(shown, sizeof shown, strpbrk(clean, " #'\"") ? "'%s'" : "%s", clean);
    printf("\n%.2f %% of the test pictures are named rightly after %d epoch%s and %.0f s.\n",
           100 * last->test.accuracy, (int)last->epoch, last->epoch == 1 ? "" : "s", seconds);
    printf("Open %s/%s in a browser. Then try:\n\n", clean, CLI_REPORT);
    printf("  fovea predict %s '" SET "#7'\n", shown);
    printf("  fovea maps %s '" SET "#7' --layer 2\n", shown);
    printf("  fovea filters %s --layer conv1 --text\n", shown);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    const char *folder = cli_text(cli, "output");
    fovea_epoch last;
    int64_t epochs;
    double seconds;
    CLI_TRY(cli_integer(cli, "epochs", 1, 1000, &epochs, error));
    CLI_TRY(check_folder(cli, folder, error));
    CLI_TRY(train(cli, folder, error));
    for (int i = 0; i < PICTURES; i++) CLI_TRY(draw(cli, folder, &pictures[i], error));
    CLI_TRY(read_last(cli, folder, &last, &seconds, error));
    if (cli->json)
        print_json(folder, &last, seconds);
    else
        print_result(folder, &last, seconds);
    return FOVEA_OK;
}

const cli_command cli_demo = {
    "demo",
    CLI_START,
    "",
    0,
    0,
    "train on Fashion-MNIST, look inside, write fovea-demo/",
    "Trains " NET
    " (two convolutions, two linear layers) with Adam and a one-cycle schedule, some ten "
    "seconds on two cores for two epochs and 90 % on the 10,000 test pictures; then draws "
    "curves, confusion matrix, filters and feature maps beside report.html. An older run of the "
    "demo "
    "in the folder is replaced.",
    "fovea demo\n"
    "fovea demo --epochs 8 -o runs/demo\n",
    options,
    run};
