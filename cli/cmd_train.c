// SPDX-License-Identifier: MIT
// fovea train: trains a net, keeps everything about the run in its folder, goes on with a run that
// was stopped.
#include <string.h>

#include "command.h"
#include "train_folds.h"
#include "train_job.h"

static const cli_option options[] = {
    {"arch", 0, "NET", NULL, "the net: a ready-made one, architecture text or a model file"},
    {"data", 0, "SET", NULL, "the data set; its part train, when none is named"},
    CLI_DATA_OPTIONS,
    {"mean", 0, "M,...", NULL, "mean for normalising, 0..1 (else of the whole train part)"},
    {"std", 0, "S,...", NULL, "deviation for normalising; --mean 0 --std 1 means plain 0..1"},
    {"val-fraction", 0, "F", "0", "share of the training part kept for validation, by seed"},
    {"folds", 0, "K", NULL, "cross-validation: K runs, each validated on another K-th of the data"},
    {"fold", 0, "I", NULL, "train only fold I of --folds K, as a run by itself"},
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
    {"tensorboard", 0, NULL, NULL, "write event files into RUN/tensorboard, for TensorBoard"},
    {"resume", 0, "RUN", NULL, "go on with the run in this folder; only --epochs can change"},
    {"force", 0, NULL, NULL, "replace a run that is in the folder of -o"},
    {"output", 'o', "RUN", NULL, "folder of the run (default: runs/ARCH-SET-N)"},
    CLI_WEIGHTS_OPTION,
    CLI_END};

static fovea_status need(const cli_call *cli, const char *name, const char *how,
                         fovea_error *error) {
    if (cli_text(cli, name)) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s is missing: %s", name, how);
}

// All folds, not one of them alone.
static bool has_folds(const cli_train_job *j) {
    return j->training.folds > 0 && j->training.fold == 0;
}

static fovea_status start(cli_train_job *j, fovea_error *error) {
    const cli_call *cli = &j->run;
    const char *folder = cli_text(cli, "output");
    CLI_TRY(need(cli, "arch", "which net? as in --arch tutorial-mnist", error));
    CLI_TRY(need(cli, "data", "on which data? 'fovea data list' tells what is known", error));
    CLI_TRY(cli_training_options(cli, &j->training, error));
    if (folder) CLI_TRY(cli_run_folder_check(folder, cli_flag(cli, "force"), error));
    CLI_TRY(cli_training_data(cli, &j->training, error));
    CLI_TRY(cli_job_create(j, error));
    if (has_folds(j)) CLI_TRY(cli_folds_check(j, error));
    CLI_TRY(cli_run_folder_create(folder, cli_flag(cli, "force"), j->training.arch,
                                  fovea_dataset_name(j->training.whole), &j->folder, error));
    if (has_folds(j)) return cli_folds_train(j, error);
    fovea_status status = cli_job_keep(j, error);
    if (status == FOVEA_OK) return cli_job_train(j, error);
    cli_run_folder_discard(&j->folder);
    return status;
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
static fovea_status recall_options(cli_train_job *j, fovea_error *error) {
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

static fovea_status resume(cli_train_job *j, fovea_error *error) {
    CLI_TRY(check_given(j->call, error));
    CLI_TRY(cli_run_folder_open(j->call, cli_text(j->call, "resume"), &j->folder, error));
    CLI_TRY(recall_options(j, error));
    CLI_TRY(need(&j->run, "arch", "run.json does not name it", error));
    CLI_TRY(need(&j->run, "data", "run.json does not name it", error));
    CLI_TRY(cli_training_data(&j->run, &j->training, error));
    if (has_folds(j)) {
        CLI_TRY(cli_job_create(j, error));
        CLI_TRY(cli_folds_check(j, error));
        return cli_folds_train(j, error);
    }
    CLI_TRY(cli_job_load(j, error));
    return cli_job_train(j, error);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    cli_train_job j = cli_job_of(cli);
    fovea_status status = cli_given(cli, "resume") ? resume(&j, error) : start(&j, error);
    cli_job_clear(&j);
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
    "report.html. Ctrl-C finishes the step, saves and ends; a second one leaves at once.\n\n"
    "--folds K splits the training part by --seed into K parts, each class spread evenly over them "
    "(stratified). Fold I is trained on all parts but the I-th and validated on that one, in "
    "RUN/fold-I, a run like any other; every fold begins with the same weights and normalises with "
    "the same numbers. RUN gets folds.csv and run.json with the last epoch of every fold, and "
    "their "
    "mean and deviation (n-1). --resume RUN goes on in the right fold.\n\n"
    "--tensorboard writes loss, accuracy and learning rate, histograms of parameters and "
    "gradients, "
    "filters and maps of one picture after every epoch, and the loss of about 50 steps of it; look "
    "with: tensorboard --logdir RUN. A step is one update of the weights. Where the files cannot "
    "be "
    "written, the run is saved and ends with exit code 1; --resume goes on with a new file.",
    "fovea train --arch tutorial-mnist --data mnist --optimizer adam --epochs 5 -o runs/mnist\n"
    "fovea train --resume runs/mnist --epochs 8\n"
    "fovea train --arch lenet5 --data mnist --folds 5 --tensorboard -o runs/folds\n",
    options,
    run};
