// SPDX-License-Identifier: MIT
#include "train_settings.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "open_inputs.h"
#include "run_folder.h"

enum { MOST_CHANNELS = 16, MOST_CLASSES = 4096 };

// "shift=2,flip".
static fovea_status read_augmentation(const cli_call *cli, fovea_augmentation *augmentation,
                                      fovea_error *error) {
    const char *text = cli_text(cli, "augment");
    char item[32], shown[64];
    while (text && *text) {
        int64_t shift;
        size_t length = strcspn(text, ",");
        snprintf(item, sizeof item, "%.*s", (int)(length < 31 ? length : 31), text);
        if (strcmp(item, "flip") == 0) {
            augmentation->flip = 1;
        } else if (strncmp(item, "shift=", 6) == 0) {
            CLI_TRY(cli_parse_integer("--augment shift", item + 6, 0, 1024, &shift, error));
            augmentation->shift = (int32_t)shift;
        } else {
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--augment %s: shift=N and flip exist, as in shift=2,flip",
                            cli_clean(shown, sizeof shown, item));
        }
        text += length + (text[length] == ',');
    }
    return FOVEA_OK;
}

static fovea_status read_optimizer(const cli_call *cli, fovea_train_options *o,
                                   fovea_error *error) {
    CLI_TRY(fovea_optimizer_find(cli_text(cli, "optimizer"), &o->optimizer, error));
    if (cli_given(cli, "lr"))
        CLI_TRY(cli_real_above(cli, "lr", 0, &o->learning_rate, error));
    else
        o->learning_rate = o->optimizer == FOVEA_OPTIMIZER_SGD ? 0.01 : 0.001;
    CLI_TRY(cli_real(cli, "momentum", 0, 0.999999, &o->momentum, error));
    CLI_TRY(cli_real(cli, "weight-decay", 0, 1e6, &o->weight_decay, error));
    o->nesterov = cli_flag(cli, "nesterov");
    bool sgd = o->optimizer == FOVEA_OPTIMIZER_SGD;
    if (!sgd && (cli_given(cli, "momentum") || o->nesterov))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--momentum and --nesterov belong to --optimizer sgd");
    if (o->nesterov && o->momentum == 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--nesterov needs --momentum above 0, as 0.9");
    return FOVEA_OK;
}

static fovea_status read_folds(const cli_call *cli, cli_training *t, fovea_error *error) {
    int64_t folds = 0, fold = 0;
    if (cli_given(cli, "fold") && !cli_given(cli, "folds"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--fold says which of --folds K is trained: --folds is missing");
    if (cli_given(cli, "folds") && cli_given(cli, "val-fraction"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--val-fraction and --folds exclude each other: each fold is validated on "
                        "the part it was not trained on");
    if (cli_given(cli, "folds"))
        CLI_TRY(cli_integer(cli, "folds", 2, CLI_MOST_FOLDS, &folds, error));
    if (cli_given(cli, "fold")) CLI_TRY(cli_integer(cli, "fold", 1, folds, &fold, error));
    t->folds = (int32_t)folds;
    t->fold = (int32_t)fold;
    return FOVEA_OK;
}

fovea_status cli_training_options(const cli_call *cli, cli_training *training, fovea_error *error) {
    fovea_train_options *o = &training->options;
    int64_t epochs, step_epochs;
    fovea_train_options_default(o);
    o->seed = cli->seed;
    training->arch = cli_text(cli, "arch");
    CLI_TRY(cli_integer(cli, "epochs", 1, 1000000, &epochs, error));
    CLI_TRY(cli_integer(cli, "batch", 1, 1 << 20, &o->batch, error));
    CLI_TRY(cli_integer(cli, "log-every", 1, 1000000, &training->log_every, error));
    CLI_TRY(read_optimizer(cli, o, error));
    CLI_TRY(fovea_schedule_find(cli_text(cli, "schedule"), &o->schedule, error));
    CLI_TRY(cli_integer(cli, "warmup", 0, 1000000000, &o->warmup, error));
    CLI_TRY(cli_integer(cli, "step-epochs", 1, 1000000, &step_epochs, error));
    CLI_TRY(cli_real(cli, "step-gamma", 1e-6, 1, &o->step_gamma, error));
    CLI_TRY(cli_real(cli, "label-smoothing", 0, 1, &o->label_smoothing, error));
    o->epochs = (int32_t)epochs;
    o->step_epochs = (int32_t)step_epochs;
    CLI_TRY(read_folds(cli, training, error));
    return read_augmentation(cli, &o->augmentation, error);
}

// SET without :train, :test or :val behind it. Returns a copy, NULL without memory.
static char *set_without_part(const char *name) {
    static const char *const parts[] = {"train", "test", "val"};
    const char *colon = strrchr(name, ':');
    for (int i = 0; colon && i < 3; i++)
        if (strcmp(colon + 1, parts[i]) == 0) return strndup(name, (size_t)(colon - name));
    return strdup(name);
}

static fovea_status open_part(const cli_call *cli, const char *set, const char *part,
                              fovea_dataset **dataset, fovea_error *error) {
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.directory = cli_text(cli, "data-dir");
    *dataset = NULL;
    if (!fovea_dataset_has_part(cli->context, set, &options, part)) return FOVEA_OK;
    return cli_open_dataset(cli, set, part, 0, dataset, error);
}

static fovea_status take_fold(cli_training *t, fovea_error *error) {
    return fovea_dataset_fold(t->whole, t->options.seed, t->folds, t->fold - 1, &t->training,
                              &t->validation, error);
}

// A set of the same pictures, to be freed on its own; NULL gives NULL.
static fovea_status share(const fovea_dataset *set, fovea_dataset **shared, fovea_error *error) {
    return set ? fovea_dataset_first(set, fovea_dataset_count(set), shared, error) : FOVEA_OK;
}

fovea_status cli_training_fold(const cli_training *all, int32_t fold, cli_training *t,
                               fovea_error *error) {
    *t = (cli_training){.options = all->options,
                        .log_every = all->log_every,
                        .arch = all->arch,
                        .folds = all->folds,
                        .fold = fold};
    t->options.class_weight = NULL;  // made anew with the model
    snprintf(t->sha256, sizeof t->sha256, "%s", all->sha256);
    CLI_TRY(share(all->whole, &t->whole, error));
    CLI_TRY(share(all->test, &t->test, error));
    return take_fold(t, error);
}

fovea_status cli_training_data(const cli_call *cli, cli_training *t, fovea_error *error) {
    const char *name = cli_text(cli, "data");
    int64_t limit = 0;
    double fraction = 0;
    if (cli_given(cli, "limit")) CLI_TRY(cli_integer(cli, "limit", 1, INT64_MAX, &limit, error));
    CLI_TRY(cli_real(cli, "val-fraction", 0, 0.999999, &fraction, error));
    CLI_TRY(cli_open_dataset(cli, name, "train", limit, &t->whole, error));
    CLI_TRY(fovea_dataset_sha256(t->whole, t->sha256, error));
    char *set = set_without_part(name);
    if (!set) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status = FOVEA_OK;
    if (strcmp(fovea_dataset_part(t->whole), "test") != 0)
        status = open_part(cli, set, "test", &t->test, error);
    if (status == FOVEA_OK && fraction > 0)
        status =
            fovea_dataset_split(t->whole, cli->seed, fraction, &t->training, &t->validation, error);
    else if (status == FOVEA_OK && t->folds > 0)
        status = t->fold > 0 ? take_fold(t, error) : FOVEA_OK;
    else if (status == FOVEA_OK && strcmp(fovea_dataset_part(t->whole), "val") != 0)
        status = open_part(cli, set, "val", &t->validation, error);
    free(set);
    if (!t->training) t->training = t->whole;
    return status;
}

// One value stands for all channels.
static fovea_status channel_values(const cli_call *cli, const char *name, double low, int channels,
                                   double *values, fovea_error *error) {
    int count;
    CLI_TRY(cli_real_list(cli, name, low, 1e6, MOST_CHANNELS, values, &count, error));
    if (count != 1 && count != channels)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--%s has %d numbers; the pictures have %d channels", name, count,
                        channels);
    for (int c = count; c < channels; c++) values[c] = values[0];
    return FOVEA_OK;
}

static fovea_status set_normalization(const cli_call *cli, cli_training *t, fovea_error *error) {
    double mean[MOST_CHANNELS], deviation[MOST_CHANNELS];
    int channels = (int)fovea_dataset_shape(t->whole).dim[0];
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.directory = cli_text(cli, "data-dir");
    if (channels > MOST_CHANNELS)
        return cli_fail(error, FOVEA_UNSUPPORTED, "pictures of %d channels", channels);
    CLI_TRY(fovea_dataset_normalization(cli->context, t->whole, &options, mean, deviation, error));
    if (cli_given(cli, "mean")) CLI_TRY(channel_values(cli, "mean", -1e6, channels, mean, error));
    if (cli_given(cli, "std"))
        CLI_TRY(channel_values(cli, "std", FLT_MIN, channels, deviation, error));
    return fovea_model_set_normalization(t->model, mean, deviation, error);
}

static fovea_status set_classes(cli_training *t, fovea_error *error) {
    int32_t count = fovea_dataset_class_count(t->whole);
    const char **names = calloc((size_t)count + 1, sizeof *names);
    if (!names) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int32_t c = 0; c < count; c++) names[c] = fovea_dataset_class_name(t->whole, c);
    fovea_status status = fovea_model_set_classes(t->model, names, count, error);
    free(names);
    return status;
}

// weight[c] = samples / (classes * samples of c), so that their mean over the samples is 1.
static fovea_status balance(cli_training *t, double *weight, fovea_error *error) {
    int32_t classes = fovea_dataset_class_count(t->training);
    int64_t total = fovea_dataset_count(t->training);
    for (int32_t c = 0; c < classes; c++) weight[c] = 0;
    for (int64_t i = 0; i < total; i++) weight[fovea_dataset_label(t->training, i)]++;
    for (int32_t c = 0; c < classes; c++) {
        if (weight[c] == 0)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--class-weights balanced: there is no sample of class %s",
                            fovea_dataset_class_name(t->training, c));
        weight[c] = (double)total / (classes * weight[c]);
    }
    return FOVEA_OK;
}

static fovea_status read_weights(const cli_call *cli, cli_training *t, int outputs,
                                 fovea_error *error) {
    int classes = fovea_dataset_class_count(t->training), count;
    if (strcmp(cli_text(cli, "class-weights"), "balanced") == 0)
        CLI_TRY(balance(t, t->class_weight, error));
    else {
        CLI_TRY(
            cli_real_list(cli, "class-weights", 0, 1e6, outputs, t->class_weight, &count, error));
        if (count != classes)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--class-weights has %d numbers for %d classes; or say balanced", count,
                            classes);
    }
    for (int k = classes; k < outputs; k++) t->class_weight[k] = 1;
    t->options.class_weight = t->class_weight;
    t->options.class_weight_count = outputs;
    return FOVEA_OK;
}

static fovea_status set_class_weights(const cli_call *cli, cli_training *t, fovea_error *error) {
    if (!cli_given(cli, "class-weights")) return FOVEA_OK;
    const fovea_graph *graph = fovea_model_graph(t->model);
    fovea_value_info output = fovea_graph_value(graph, fovea_graph_output(graph, 0));
    int64_t outputs = output.shape.dim[output.shape.rank - 1];
    if (output.shape.rank != 2 || outputs > 1 << 20 ||
        outputs < fovea_dataset_class_count(t->training))
        return cli_fail(error, FOVEA_SHAPE_MISMATCH, "the net has not one output for each class");
    t->class_weight = calloc((size_t)outputs, sizeof *t->class_weight);
    if (!t->class_weight) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    return read_weights(cli, t, (int)outputs, error);
}

fovea_status cli_training_model(const cli_call *cli, const char *checkpoint, cli_training *t,
                                fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(t->whole);
    if (checkpoint) {
        CLI_TRY(fovea_model_open(cli->context, checkpoint, NULL, &t->model, error));
    } else {
        CLI_TRY(cli_open_model(cli, t->arch, &shape, &t->model, error));
        CLI_TRY(set_classes(t, error));
        CLI_TRY(set_normalization(cli, t, error));
    }
    return set_class_weights(cli, t, error);
}

void cli_training_clear(cli_training *t) {
    if (t->training != t->whole) fovea_dataset_free(t->training);
    fovea_dataset_free(t->whole);
    fovea_dataset_free(t->validation);
    fovea_dataset_free(t->test);
    fovea_model_free(t->model);
    free(t->class_weight);
}
