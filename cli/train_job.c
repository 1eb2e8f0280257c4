// SPDX-License-Identifier: MIT
#include "train_job.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "json_output.h"
#include "run_report.h"
#include "step_table.h"
#include "stop_signal.h"

cli_train_job cli_job_of(const cli_call *call) {
    return (cli_train_job){.call = call, .run = *call, .folder = {.lock = -1}};
}

static int on_progress(void *user, const fovea_progress *progress) {
    cli_train_job *j = user;
    cli_progress_draw(&j->line, progress);
    return cli_events_step(&j->events, progress) && cli_stop_signal() == 0;
}

static void print_epoch_event(const cli_train_job *j, const fovea_epoch *epoch) {
    cli_json json;
    cli_json_start(&json, stdout, "train");
    cli_json_text(&json, "event", "epoch");
    if (j->training.fold) cli_json_integer(&json, "fold", j->training.fold);
    cli_json_integer(&json, "epochs", j->training.options.epochs);
    cli_record_epoch(&json, epoch);
    cli_json_end(&json);
    fflush(stdout);
}

// Of a run by itself "end"; of a cross-validation, whose end comes later, "fold".
static void print_end_event(const cli_train_job *j, bool interrupted) {
    cli_json json;
    int32_t count = fovea_trainer_epoch_count(j->trainer);
    const fovea_epoch *history = fovea_trainer_history(j->trainer);
    static const fovea_score none;
    cli_json_start(&json, stdout, "train");
    cli_json_text(&json, "event", j->whole ? "fold" : "end");
    if (j->training.fold) cli_json_integer(&json, "fold", j->training.fold);
    cli_json_text(&json, "run", j->folder.path);
    cli_json_flag(&json, "interrupted", interrupted);
    cli_json_integer(&json, "epochs", count);
    cli_record_score(&json, "train", count ? &history[count - 1].training : &none);
    cli_record_score(&json, "validation", count ? &history[count - 1].validation : &none);
    cli_record_score(&json, "test", count ? &history[count - 1].test : &none);
    cli_json_end(&json);
    fflush(stdout);
}

static fovea_status save_last(const cli_train_job *j, fovea_error *error) {
    char path[PATH_MAX];
    return fovea_trainer_save(j->trainer, cli_run_file(&j->folder, CLI_LAST, path), error);
}

static fovea_status save_records(const cli_train_job *j, fovea_error *error) {
    char path[PATH_MAX];
    const fovea_epoch *history = fovea_trainer_history(j->trainer);
    int32_t count = fovea_trainer_epoch_count(j->trainer);
    CLI_TRY(fovea_history_write(j->run.context, history, count,
                                cli_run_file(&j->folder, CLI_HISTORY, path), error));
    return cli_record_write(&j->run, &j->folder, &j->training, history, count,
                            fovea_trainer_done(j->trainer), NULL, error);
}

// The best weights come first: a run killed between two of these files repeats the epoch and writes
// the same bits again.
static fovea_status save_epoch(const cli_train_job *j, fovea_error *error) {
    char path[PATH_MAX];
    if (fovea_trainer_is_best(j->trainer))
        CLI_TRY(
            fovea_model_save(j->training.model, cli_run_file(&j->folder, CLI_BEST, path), error));
    CLI_TRY(save_last(j, error));
    return save_records(j, error);
}

// How to go on, behind what happened.
static fovea_status say_saved(const cli_train_job *j, const fovea_error *why, fovea_status status,
                              fovea_error *error) {
    char shown[512];
    fovea_error kept = *why;
    cli_clean(shown, sizeof shown, j->whole ? j->whole : j->folder.path);
    const char *what = status == FOVEA_INTERRUPTED
                           ? "saved"
                           : "TensorBoard's files end before this epoch, the training is saved";
    return cli_fail(error, status, "%.300s, %s; go on with: fovea train --resume %s", kept.text,
                    what, shown);
}

// Events first: what the checkpoint has behind it must not be missing in them. Where they fail, the
// training done is still kept.
static fovea_status stop(cli_train_job *j, fovea_error *error) {
    fovea_error why = *error, lost;
    fovea_status events = cli_events_flush(&j->events, &lost);
    CLI_TRY(save_last(j, error));
    CLI_TRY(save_records(j, error));
    if (j->call->json) print_end_event(j, true);
    if (events != FOVEA_OK) return say_saved(j, &lost, events, error);
    return say_saved(j, &why, FOVEA_INTERRUPTED, error);
}

static void tell_epoch(const cli_train_job *j, const fovea_epoch *epoch) {
    bool told = epoch->epoch == 1 || epoch->epoch % j->training.log_every == 0;
    if (j->call->json)
        print_epoch_event(j, epoch);
    else if (told && !j->call->quiet)
        cli_print_epoch(j->line.head, epoch, j->training.options.epochs);
}

static fovea_status train(cli_train_job *j, fovea_error *error) {
    while (!fovea_trainer_done(j->trainer)) {
        fovea_epoch epoch;
        fovea_error lost;
        fovea_status status = cli_stop_signal()
                                  ? cli_fail(error, FOVEA_INTERRUPTED, "stopped between two epochs")
                                  : fovea_trainer_epoch(j->trainer, &epoch, error);
        cli_progress_clear(&j->line);
        if (status == FOVEA_INTERRUPTED) return stop(j, error);
        CLI_TRY(status);
        fovea_status events = cli_events_epoch(&j->events, &j->training, j->trainer, &lost);
        CLI_TRY(save_epoch(j, error));
        tell_epoch(j, &epoch);
        if (events != FOVEA_OK) return say_saved(j, &lost, events, error);
    }
    return FOVEA_OK;
}

static void describe(const cli_train_job *j) {
    const cli_training *t = &j->training;
    char arch[200], run[512], parts[160] = "";
    if (t->validation)
        snprintf(parts, sizeof parts, ", validation on %lld",
                 (long long)fovea_dataset_count(t->validation));
    if (t->test)
        snprintf(parts + strlen(parts), sizeof parts - strlen(parts), ", test on %lld",
                 (long long)fovea_dataset_count(t->test));
    cli_note(j->call, "%straining %s on %lld pictures of %s%s; seed %llu; in %s", j->line.head,
             cli_clean(arch, sizeof arch, t->arch), (long long)fovea_dataset_count(t->training),
             fovea_dataset_name(t->whole), parts, (unsigned long long)j->run.seed,
             cli_clean(run, sizeof run, j->folder.path));
}

static fovea_status begin(cli_train_job *j, fovea_error *error) {
    if (fovea_trainer_done(j->trainer)) {
        if (!j->whole)
            cli_note(j->call, "all %d epochs are done; --epochs N trains on",
                     (int)j->training.options.epochs);
        return FOVEA_OK;
    }
    describe(j);
    fovea_memory_use memory = fovea_trainer_memory(j->trainer);
    if (!j->call->quiet) cli_print_memory(stderr, &memory);
    if (cli_explains()) CLI_TRY(fovea_session_profile(fovea_trainer_session(j->trainer), error));
    if (!cli_flag(&j->run, "tensorboard")) return FOVEA_OK;
    return cli_events_begin(&j->folder, &j->training, j->trainer, &j->events, error);
}

fovea_status cli_job_train(cli_train_job *j, fovea_error *error) {
    fovea_trainer_on_progress(j->trainer, on_progress, j);
    cli_progress_begin(j->call, &j->line);
    if (j->training.fold)
        snprintf(j->line.head, sizeof j->line.head, "fold %d/%d ", (int)j->training.fold,
                 (int)j->training.folds);
    cli_catch_stop();
    CLI_TRY(begin(j, error));
    CLI_TRY(train(j, error));
    if (cli_explains())
        CLI_TRY(cli_explain_times(fovea_trainer_session(j->trainer), j->call->context, error));
    CLI_TRY(cli_report_write(&j->run, &j->folder, &j->training, fovea_trainer_history(j->trainer),
                             fovea_trainer_epoch_count(j->trainer), error));
    if (j->call->json) print_end_event(j, false);
    return FOVEA_OK;
}

static fovea_status create_trainer(cli_train_job *j, fovea_error *error) {
    const cli_training *t = &j->training;
    return fovea_trainer_create(t->model, t->training, t->validation, t->test, &t->options,
                                &j->trainer, error);
}

fovea_status cli_job_create(cli_train_job *j, fovea_error *error) {
    CLI_TRY(cli_training_model(&j->run, NULL, &j->training, error));
    return create_trainer(j, error);
}

fovea_status cli_job_keep(const cli_train_job *j, fovea_error *error) {
    CLI_TRY(save_last(j, error));
    return save_records(j, error);
}

fovea_status cli_job_load(cli_train_job *j, fovea_error *error) {
    char path[PATH_MAX];
    cli_run_file(&j->folder, CLI_LAST, path);
    fovea_status status = access(path, F_OK) == 0
                              ? cli_training_model(&j->run, path, &j->training, error)
                              : cli_fail(error, FOVEA_BAD_FILE, "%.400s is not there", path);
    if (status == FOVEA_OK) status = create_trainer(j, error);
    if (status == FOVEA_OK) status = fovea_trainer_load(j->trainer, path, error);
    if (status == FOVEA_OK) return save_records(j, error);
    if (status != FOVEA_BAD_FILE) return status;
    fovea_error why = *error;
    return cli_fail(
        error, FOVEA_BAD_FILE,
        "%.500s; the run cannot go on from it. Put a copy of the checkpoint in its place, "
        "or start the run anew with --force",
        why.text);
}

void cli_job_clear(cli_train_job *j) {
    cli_progress_clear(&j->line);
    cli_events_end(&j->events);
    fovea_trainer_free(j->trainer);
    cli_training_clear(&j->training);
    cli_run_folder_release(&j->folder);
    cli_record_clear(&j->record);
}
