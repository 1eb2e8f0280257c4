// SPDX-License-Identifier: MIT
// fovea train: trains a net, keeps everything about the run in its folder, goes on with a run that
// was stopped.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "progress_line.h"
#include "run_folder.h"
#include "run_record.h"
#include "run_report.h"
#include "stop_signal.h"
#include "train_settings.h"

static const cli_option options[] = {
    {"arch", 0, "NET", NULL, "the net: a ready-made one, architecture text or a model file"},
    {"data", 0, "SET", NULL, "the data set; its part train, when none is named"},
    CLI_DATA_OPTIONS,
    {"mean", 0, "M,...", NULL, "mean for normalising, 0..1 (else of the whole train part)"},
    {"std", 0, "S,...", NULL, "deviation for normalising; --mean 0 --std 1 means plain 0..1"},
    {"val-fraction", 0, "F", "0", "share of the training part kept for validation, by seed"},
    {"epochs", 0, "N", "10", "epochs in all"},
    {"batch", 0, "N", "64", "samples a step"},
    {"optimizer", 0, "NAME", "sgd", "sgd, adam or adamw"},
    {"lr", 0, "R", NULL, "learning rate (default: sgd 0.01, adam and adamw 0.001)"},
    {"momentum", 0, "M", "0", "momentum of sgd"},
    {"nesterov", 0, NULL, NULL, "Nesterov's momentum"},
    {"weight-decay", 0, "W", "0", "weight decay"},
    {"schedule", 0, "NAME", "constant",
     "of the learning rate: constant, step, cosine or one-cycle"},
    {"step-epochs", 0, "N", "30", "epochs between two steps of the schedule step"},
    {"step-gamma", 0, "G", "0.1", "factor of each of its steps"},
    {"warmup", 0, "STEPS", "0", "steps over which the learning rate grows to its value"},
    {"label-smoothing", 0, "E", "0", "share of each target spread over all classes"},
    {"class-weights", 0, "W,...", NULL, "a weight for each class in the loss, or: balanced"},
    {"augment", 0, "WHAT", NULL, "change training pictures: shift=N, flip, or both by comma"},
    {"limit", 0, "N", NULL, "only the first N training samples"},
    {"log-every", 0, "N", "1", "tell of epoch 1 and of every N-th"},
    {"resume", 0, "RUN", NULL, "go on with the run in this folder; only --epochs can change"},
    {"force", 0, NULL, NULL, "replace a run that is in the folder of -o"},
    {"output", 'o', "RUN", NULL, "folder of the run (default: runs/ARCH-SET-N)"},
    CLI_WEIGHTS_OPTION,
    CLI_END};

typedef struct {
    const cli_call *call;  // of this invocation: how it is told
    cli_call run;          // options of the run: those of the invocation, or of the one resumed
    cli_record record;     // of the run that is resumed
    cli_run_folder folder;
    cli_training training;
    fovea_trainer *trainer;
    cli_progress_line line;
} job;

static int on_progress(void *user, const fovea_progress *progress) {
    job *j = user;
    cli_progress_draw(&j->line, progress);
    return cli_stop_signal() == 0;
}

static void print_json_event(const job *j, const fovea_epoch *epoch, bool interrupted) {
    cli_json json;
    cli_json_start(&json, stdout, "train");
    cli_json_text(&json, "event", epoch ? "epoch" : "end");
    if (epoch) {
        cli_json_integer(&json, "epochs", j->training.options.epochs);
        cli_record_epoch(&json, epoch);
    } else {
        int32_t count = fovea_trainer_epoch_count(j->trainer);
        const fovea_epoch *history = fovea_trainer_history(j->trainer);
        static const fovea_score none;
        cli_json_text(&json, "run", j->folder.path);
        cli_json_flag(&json, "interrupted", interrupted);
        cli_json_integer(&json, "epochs", count);
        cli_record_score(&json, "train", count ? &history[count - 1].training : &none);
        cli_record_score(&json, "validation", count ? &history[count - 1].validation : &none);
        cli_record_score(&json, "test", count ? &history[count - 1].test : &none);
    }
    cli_json_end(&json);
    fflush(stdout);
}

static fovea_status save_last(const job *j, fovea_error *error) {
    char path[PATH_MAX];
    return fovea_trainer_save(j->trainer, cli_run_file(&j->folder, CLI_LAST, path), error);
}

static fovea_status save_records(const job *j, fovea_error *error) {
    char path[PATH_MAX];
    const fovea_epoch *history = fovea_trainer_history(j->trainer);
    int32_t count = fovea_trainer_epoch_count(j->trainer);
    CLI_TRY(fovea_history_write(j->run.context, history, count,
                                cli_run_file(&j->folder, CLI_HISTORY, path), error));
    return cli_record_write(&j->run, &j->folder, &j->training, history, count,
                            fovea_trainer_done(j->trainer), error);
}

// The best weights come first: a run killed between two of these files repeats the epoch and writes
// the same bits again.
static fovea_status save_epoch(const job *j, fovea_error *error) {
    char path[PATH_MAX];
    if (fovea_trainer_is_best(j->trainer))
        CLI_TRY(
            fovea_model_save(j->training.model, cli_run_file(&j->folder, CLI_BEST, path), error));
    CLI_TRY(save_last(j, error));
    return save_records(j, error);
}

static fovea_status stop(job *j, fovea_error *error) {
    char shown[512];
    fovea_error why = *error;
    CLI_TRY(save_last(j, error));
    CLI_TRY(save_records(j, error));
    if (j->call->json) print_json_event(j, NULL, true);
    cli_clean(shown, sizeof shown, j->folder.path);
    return cli_fail(error, FOVEA_INTERRUPTED, "%.300s, saved; go on with: fovea train --resume %s",
                    why.text, shown);
}

static fovea_status train(job *j, fovea_error *error) {
    while (!fovea_trainer_done(j->trainer)) {
        fovea_epoch epoch;
        fovea_status status = cli_stop_signal()
                                  ? cli_fail(error, FOVEA_INTERRUPTED, "stopped between two epochs")
                                  : fovea_trainer_epoch(j->trainer, &epoch, error);
        cli_progress_clear(&j->line);
        if (status == FOVEA_INTERRUPTED) return stop(j, error);
        CLI_TRY(status);
        CLI_TRY(save_epoch(j, error));
        bool told = epoch.epoch == 1 || epoch.epoch % j->training.log_every == 0;
        if (j->call->json)
            print_json_event(j, &epoch, false);
        else if (told && !j->call->quiet)
            cli_print_epoch(&epoch, j->training.options.epochs);
    }
    return FOVEA_OK;
}

static void describe(const job *j) {
    const cli_training *t = &j->training;
    char arch[200], run[512], parts[160] = "";
    if (t->validation)
        snprintf(parts, sizeof parts, ", validation on %lld",
                 (long long)fovea_dataset_count(t->validation));
    if (t->test)
        snprintf(parts + strlen(parts), sizeof parts - strlen(parts), ", test on %lld",
                 (long long)fovea_dataset_count(t->test));
    cli_note(j->call, "training %s on %lld pictures of %s%s; seed %llu; in %s",
             cli_clean(arch, sizeof arch, t->arch), (long long)fovea_dataset_count(t->training),
             fovea_dataset_name(t->whole), parts, (unsigned long long)j->run.seed,
             cli_clean(run, sizeof run, j->folder.path));
}

static fovea_status begin(job *j, fovea_error *error) {
    fovea_trainer_on_progress(j->trainer, on_progress, j);
    cli_progress_begin(j->call, &j->line);
    cli_catch_stop();
    if (fovea_trainer_done(j->trainer))
        cli_note(j->call, "all %d epochs are done; --epochs N trains on",
                 (int)j->training.options.epochs);
    else
        describe(j);
    CLI_TRY(train(j, error));
    CLI_TRY(cli_report_write(&j->run, &j->folder, &j->training, fovea_trainer_history(j->trainer),
                             fovea_trainer_epoch_count(j->trainer), error));
    if (j->call->json) print_json_event(j, NULL, false);
    return FOVEA_OK;
}

static fovea_status create_trainer(job *j, fovea_error *error) {
    const cli_training *t = &j->training;
    return fovea_trainer_create(t->model, t->training, t->validation, t->test, &t->options,
                                &j->trainer, error);
}

static fovea_status need(const cli_call *cli, const char *name, const char *how,
                         fovea_error *error) {
    if (cli_text(cli, name)) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s is missing: %s", name, how);
}

static fovea_status start(job *j, fovea_error *error) {
    const cli_call *cli = &j->run;
    const char *folder = cli_text(cli, "output");
    CLI_TRY(need(cli, "arch", "which net? as in --arch tutorial-mnist", error));
    CLI_TRY(need(cli, "data", "on which data? 'fovea data list' tells what is known", error));
    CLI_TRY(cli_training_options(cli, &j->training, error));
    if (folder) CLI_TRY(cli_run_folder_check(folder, cli_flag(cli, "force"), error));
    CLI_TRY(cli_training_data(cli, &j->training, error));
    CLI_TRY(cli_training_model(cli, NULL, &j->training, error));
    CLI_TRY(create_trainer(j, error));
    CLI_TRY(cli_run_folder_create(folder, cli_flag(cli, "force"), j->training.arch,
                                  fovea_dataset_name(j->training.whole), &j->folder, error));
    CLI_TRY(save_last(j, error));
    CLI_TRY(save_records(j, error));
    return begin(j, error);
}

// A run keeps its options; what is typed again must be one of these.
static fovea_status check_given(const cli_call *cli, fovea_error *error) {
    static const char *const allowed[] = {"resume", "epochs", "data-dir", "log-every"};
    for (int i = 0; options[i].name; i++) {
        bool fine = !cli->value[i];
        for (int k = 0; k < 4; k++) fine |= strcmp(options[i].name, allowed[k]) == 0;
        if (!fine)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--%s: a run that is resumed keeps its options; only --epochs can be "
                            "given again",
                            options[i].name);
    }
    if (cli->seed_given)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--seed: a run that is resumed keeps its seed");
    return FOVEA_OK;
}

// The options the run began with, and those typed again.
static fovea_status recall_options(job *j, fovea_error *error) {
    const cli_call *call = j->call;
    CLI_TRY(cli_record_read(&j->folder, &j->record, error));
    CLI_TRY(cli_parse(&j->run, call->command, j->record.word + 1, j->record.words - 1, error));
    j->run.context = call->context;
    j->run.words = j->record.word;
    j->run.word_count = j->record.words;
    CLI_TRY(cli_training_options(&j->run, &j->training, error));
    for (int i = 0; options[i].name; i++)
        if (call->value[i] && strcmp(options[i].name, "resume") != 0 &&
            strcmp(options[i].name, "epochs") != 0)
            j->run.value[i] = call->value[i];
    int64_t epochs;
    if (cli_given(call, "log-every"))
        CLI_TRY(cli_integer(call, "log-every", 1, 1000000, &j->training.log_every, error));
    if (!cli_given(call, "epochs")) return FOVEA_OK;
    CLI_TRY(cli_integer(call, "epochs", 1, 1000000, &epochs, error));
    if (epochs < j->record.epochs)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--epochs %lld: the run has %d epochs behind it already", (long long)epochs,
                        (int)j->record.epochs);
    j->training.options.epochs = (int32_t)epochs;
    return FOVEA_OK;
}

// Never starts anew by itself: what is damaged is told, with what can be done.
static fovea_status load_checkpoint(job *j, fovea_error *error) {
    char path[PATH_MAX];
    cli_run_file(&j->folder, CLI_LAST, path);
    fovea_status status = access(path, F_OK) == 0
                              ? cli_training_model(&j->run, path, &j->training, error)
                              : cli_fail(error, FOVEA_BAD_FILE, "%.400s is not there", path);
    if (status == FOVEA_OK) status = create_trainer(j, error);
    if (status == FOVEA_OK) status = fovea_trainer_load(j->trainer, path, error);
    if (status != FOVEA_BAD_FILE) return status;
    fovea_error why = *error;
    return cli_fail(
        error, FOVEA_BAD_FILE,
        "%.500s; the run cannot go on from it. Put a copy of the checkpoint in its place, "
        "or start the run anew with --force",
        why.text);
}

static fovea_status resume(job *j, fovea_error *error) {
    CLI_TRY(check_given(j->call, error));
    CLI_TRY(cli_run_folder_open(j->call, cli_text(j->call, "resume"), &j->folder, error));
    CLI_TRY(recall_options(j, error));
    CLI_TRY(need(&j->run, "arch", "run.json does not name it", error));
    CLI_TRY(need(&j->run, "data", "run.json does not name it", error));
    CLI_TRY(cli_training_data(&j->run, &j->training, error));
    CLI_TRY(load_checkpoint(j, error));
    CLI_TRY(save_records(j, error));
    return begin(j, error);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    job j = {.call = cli, .run = *cli, .folder = {.lock = -1}};
    fovea_status status = cli_given(cli, "resume") ? resume(&j, error) : start(&j, error);
    cli_progress_clear(&j.line);
    fovea_trainer_free(j.trainer);
    cli_training_clear(&j.training);
    cli_run_folder_release(&j.folder);
    cli_record_clear(&j.record);
    return status;
}

const cli_command cli_train = {
    "train",
    CLI_NETS,
    "--arch NET --data SET",
    0,
    0,
    "train a net; or go on with a run: --resume RUN",
    "The run's folder gets last.safetensors (the checkpoint, after every epoch), best.safetensors "
    "(lowest validation loss; without validation the last epoch), history.csv, run.json and "
    "report.html. Ctrl-C finishes the step, saves and ends; a second one leaves at once.",
    "fovea train --arch tutorial-mnist --data mnist --optimizer adam --epochs 5 -o runs/mnist\n"
    "fovea train --resume runs/mnist --epochs 8\n",
    options,
    run};
