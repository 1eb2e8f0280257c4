// SPDX-License-Identifier: MIT
#include "run_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clean_text.h"

static void write_measure(cli_json *json, const char *loss, const char *accuracy,
                          const fovea_score *score) {
    if (score->count > 0) {
        if (loss) cli_json_real(json, loss, score->loss);
        cli_json_real(json, accuracy, score->accuracy);
    } else {
        if (loss) cli_json_null(json, loss);
        cli_json_null(json, accuracy);
    }
}

void cli_record_epoch(cli_json *json, const fovea_epoch *epoch) {
    cli_json_integer(json, "epoch", epoch->epoch);
    cli_json_text(json, "time", epoch->time);
    cli_json_real(json, "lr", epoch->learning_rate);
    cli_json_real(json, "loss", epoch->loss);
    write_measure(json, NULL, "accuracy", &epoch->training);
    write_measure(json, "val_loss", "val_accuracy", &epoch->validation);
    write_measure(json, "test_loss", "test_accuracy", &epoch->test);
    cli_json_real(json, "seconds", epoch->seconds);
}

void cli_record_score(cli_json *json, const char *key, const fovea_score *score) {
    if (score->count == 0) {
        cli_json_null(json, key);
        return;
    }
    cli_json_object(json, key);
    cli_json_real(json, "loss", score->loss);
    cli_json_real(json, "accuracy", score->accuracy);
    cli_json_integer(json, "count", score->count);
    cli_json_close(json);
}

// The words as given; where a resumed run got other --epochs, these behind them (the last one
// counts).
static void write_words(cli_json *json, const cli_call *cli, int32_t epochs) {
    char text[32];
    int64_t given = 0;
    cli_json_array(json, "argv");
    cli_json_text(json, NULL, "fovea");
    for (int i = 0; i < cli->word_count; i++) cli_json_text(json, NULL, cli->words[i]);
    bool same = cli_integer(cli, "epochs", 1, INT32_MAX, &given, NULL) == FOVEA_OK;
    if (!same || given != epochs) {
        snprintf(text, sizeof text, "--epochs=%d", (int)epochs);
        cli_json_text(json, NULL, text);
    }
    cli_json_close(json);
}

static void write_data(cli_json *json, const cli_training *t) {
    cli_json_object(json, "data");
    cli_json_text(json, "name", fovea_dataset_name(t->whole));
    cli_json_text(json, "part", fovea_dataset_part(t->whole));
    cli_json_integer(json, "count", fovea_dataset_count(t->whole));
    cli_json_text(json, "sha256", t->sha256);
    cli_json_close(json);
}

static int64_t parameter_count(const fovea_graph *graph) {
    int64_t sum = 0;
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind == FOVEA_VALUE_PARAMETER) sum += fovea_shape_count(&info.shape);
    }
    return sum;
}

static void write_record(cli_json *json, const cli_call *cli, const cli_training *t,
                         const fovea_epoch *history, int32_t count, bool finished,
                         const cli_fold_table *folds) {
    cli_json_integer(json, "schema", 1);
    write_words(json, cli, t->options.epochs);
    cli_json_text(json, "version", fovea_version());
    cli_json_text(json, "cpu", fovea_context_cpu(cli->context));
    cli_json_integer(json, "threads", fovea_context_threads(cli->context));
    cli_json_seed(json, "seed", cli->seed);
    write_data(json, t);
    cli_json_text(json, "arch", t->arch);
    cli_json_integer(json, "parameters", parameter_count(fovea_model_graph(t->model)));
    cli_json_array(json, "epochs");
    for (int32_t e = 0; e < count; e++) {
        cli_json_object(json, NULL);
        cli_record_epoch(json, &history[e]);
        cli_json_close(json);
    }
    cli_json_close(json);
    if (finished && count > 0) {
        cli_json_object(json, "final");
        cli_record_score(json, "train", &history[count - 1].training);
        cli_record_score(json, "validation", &history[count - 1].validation);
        cli_record_score(json, "test", &history[count - 1].test);
        cli_json_close(json);
    } else {
        cli_json_null(json, "final");
    }
    if (folds) {
        cli_json_object(json, "folds");
        cli_folds_json(json, folds);
        cli_json_close(json);
    }
}

fovea_status cli_record_write(const cli_call *cli, const cli_run_folder *folder,
                              const cli_training *training, const fovea_epoch *history,
                              int32_t count, bool finished, const cli_fold_table *folds,
                              fovea_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    cli_json json;
    cli_json_begin(&json, memory);
    write_record(&json, cli, training, history, count, finished, folds);
    cli_json_end(&json);
    bool failed = ferror(memory) != 0;
    failed |= fclose(memory) != 0;
    fovea_status status = failed ? cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory")
                                 : cli_run_write(folder, CLI_RECORD, text, size, error);
    free(text);
    return status;
}

enum { LARGEST_RECORD = 64 << 20 };

static fovea_status load(const char *path, json_t **root, fovea_error *error) {
    json_error_t reason;
    struct stat status;
    char shown[512];
    cli_clean(shown, sizeof shown, path);
    if (stat(path, &status) != 0)
        return cli_fail(error, FOVEA_BAD_FILE,
                        "%s: %s; the run did not get as far as its first checkpoint, start it anew "
                        "with --force",
                        shown, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size > LARGEST_RECORD)
        return cli_fail(error, FOVEA_BAD_FILE, "%s is no record of a run", shown);
    *root = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
    if (*root) return FOVEA_OK;
    if (json_error_code(&reason) == json_error_cannot_open_file)
        return cli_fail(error, FOVEA_IO, "%s: %s", shown, strerror(errno));
    return cli_fail(error, FOVEA_BAD_FILE, "%s: damaged: %s (byte %d)", shown, reason.text,
                    reason.position);
}

static bool take_words(cli_record *record) {
    const json_t *words = json_object_get(record->root, "argv"), *word;
    size_t index, most = sizeof record->word / sizeof record->word[0];
    if (!json_is_array(words) || json_array_size(words) < 2 || json_array_size(words) > most)
        return false;
    json_array_foreach(words, index, word) {
        if (!json_is_string(word)) return false;
        if (index > 0) record->word[record->words++] = (char *)json_string_value(word);
    }
    const json_t *epochs = json_object_get(record->root, "epochs");
    record->epochs = (int32_t)json_array_size(epochs);
    return json_is_array(epochs) && strcmp(record->word[0], "train") == 0 &&
           json_integer_value(json_object_get(record->root, "schema")) == 1;
}

fovea_status cli_record_read(const cli_run_folder *folder, cli_record *record, fovea_error *error) {
    char path[PATH_MAX], shown[512];
    *record = (cli_record){0};
    CLI_TRY(load(cli_run_file(folder, CLI_RECORD, path), &record->root, error));
    if (take_words(record)) return FOVEA_OK;
    cli_record_clear(record);
    return cli_fail(error, FOVEA_BAD_FILE, "%s: 'argv' or 'epochs' is not what fovea train writes",
                    cli_clean(shown, sizeof shown, path));
}

void cli_record_clear(cli_record *record) {
    json_decref(record->root);
    *record = (cli_record){0};
}
