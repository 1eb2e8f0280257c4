// SPDX-License-Identifier: MIT
#include "train_folds.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORDS = 257 };

fovea_status cli_folds_check(const cli_train_job *whole, fovea_error *error) {
    fovea_dataset *training, *validation;
    const cli_training *t = &whole->training;
    CLI_TRY(
        fovea_dataset_fold(t->whole, t->options.seed, t->folds, 0, &training, &validation, error));
    fovea_dataset_free(training);
    fovea_dataset_free(validation);
    if (whole->run.word_count + 1 >= MOST_WORDS)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "too many words for --folds");
    return FOVEA_OK;
}

static bool has_file(const cli_run_folder *folder, const char *name) {
    char path[PATH_MAX];
    return access(cli_run_file(folder, name, path), F_OK) == 0;
}

// folds.csv and run.json of the whole.
static fovea_status save(const cli_train_job *whole, cli_fold_table *table, fovea_error *error) {
    CLI_TRY(cli_folds_read(whole->call, &whole->folder, &whole->training, table, error));
    CLI_TRY(cli_folds_write(&whole->folder, table, error));
    return cli_record_write(&whole->run, &whole->folder, &whole->training, NULL, 0, false, table,
                            error);
}

// The options of the whole and "--fold=N": with these words in its run.json the fold is a run that
// can be resumed by itself.
static void take_words(cli_train_job *fold, const char **words, char text[24]) {
    cli_call *run = &fold->run;
    snprintf(text, 24, "--fold=%d", (int)fold->training.fold);
    memcpy(words, run->words, (size_t)run->word_count * sizeof *words);
    words[run->word_count++] = text;
    run->words = (char *const *)words;
}

static fovea_status begin_fold(cli_train_job *fold, fovea_error *error) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", fold->folder.path);
    CLI_TRY(cli_job_create(fold, error));
    CLI_TRY(cli_run_folder_create(path, true, NULL, NULL, &fold->folder, error));
    return cli_job_keep(fold, error);
}

// The report goes first: where there is one, the fold counts as finished.
static fovea_status resume_fold(cli_train_job *fold, fovea_error *error) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", fold->folder.path);
    CLI_TRY(cli_run_folder_open(fold->call, path, &fold->folder, error));
    unlink(cli_run_file(&fold->folder, CLI_REPORT, path));
    return cli_job_load(fold, error);
}

static fovea_status name_folder(const cli_run_folder *whole, int32_t number, cli_run_folder *fold,
                                fovea_error *error) {
    int length = snprintf(fold->path, sizeof fold->path, "%s/" CLI_FOLD, whole->path, (int)number);
    if (length < (int)sizeof fold->path) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "-o: the name of the folder is too long");
}

static fovea_status train_fold(const cli_train_job *whole, int32_t number, fovea_error *error) {
    const char *words[MOST_WORDS];
    char text[24];
    cli_train_job fold = cli_job_of(whole->call);
    fold.run = whole->run;
    fold.whole = whole->folder.path;
    fovea_status status = name_folder(&whole->folder, number, &fold.folder, error);
    if (status == FOVEA_OK)
        status = cli_training_fold(&whole->training, number, &fold.training, error);
    if (status == FOVEA_OK) {
        take_words(&fold, words, text);
        bool begun = has_file(&fold.folder, CLI_RECORD);
        status = begun ? resume_fold(&fold, error) : begin_fold(&fold, error);
    }
    if (status == FOVEA_OK) status = cli_job_train(&fold, error);
    cli_job_clear(&fold);
    return status;
}

static fovea_status train_missing(cli_train_job *whole, cli_fold_table *table, fovea_error *error) {
    for (int32_t k = 0; k < table->count; k++) {
        cli_run_folder folder;
        CLI_TRY(name_folder(&whole->folder, k + 1, &folder, error));
        bool done = table->row[k].epochs >= whole->training.options.epochs;
        if (done && has_file(&folder, CLI_REPORT)) continue;
        CLI_TRY(train_fold(whole, k + 1, error));
        CLI_TRY(save(whole, table, error));
    }
    return FOVEA_OK;
}

static void tell_end(const cli_train_job *whole, const cli_fold_table *table, bool interrupted) {
    cli_json json;
    if (!whole->call->json) {
        if (!interrupted && !whole->call->quiet) cli_folds_print(table);
        return;
    }
    cli_json_start(&json, stdout, "train");
    cli_json_text(&json, "event", "end");
    cli_json_text(&json, "run", whole->folder.path);
    cli_json_flag(&json, "interrupted", interrupted);
    cli_json_object(&json, "folds");
    cli_folds_json(&json, table);
    cli_json_close(&json);
    cli_json_end(&json);
    fflush(stdout);
}

// Folds that were trained on further than now asked for cannot be undone.
static fovea_status check_epochs(const cli_train_job *whole, const cli_fold_table *table,
                                 fovea_error *error) {
    for (int32_t k = 0; k < table->count; k++)
        if (table->row[k].epochs > whole->training.options.epochs)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--epochs %d: fold %d has %d epochs behind it already",
                            (int)whole->training.options.epochs, (int)k + 1,
                            (int)table->row[k].epochs);
    return FOVEA_OK;
}

fovea_status cli_folds_train(cli_train_job *whole, fovea_error *error) {
    cli_fold_table table;
    fovea_trainer_free(whole->trainer);  // it was made to see that data and net fit
    whole->trainer = NULL;
    CLI_TRY(cli_folds_read(whole->call, &whole->folder, &whole->training, &table, error));
    CLI_TRY(check_epochs(whole, &table, error));
    CLI_TRY(save(whole, &table, error));
    if (table.finished == table.count)
        cli_note(whole->call, "all %d folds are done; --epochs N trains on", (int)table.count);
    fovea_status status = train_missing(whole, &table, error);
    fovea_error lost;
    if (status == FOVEA_INTERRUPTED) {
        CLI_TRY(save(whole, &table, &lost));
        tell_end(whole, &table, true);
    }
    CLI_TRY(status);
    tell_end(whole, &table, false);
    return FOVEA_OK;
}
