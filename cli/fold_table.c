// SPDX-License-Identifier: MIT
#include "fold_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const measure_names[CLI_FOLD_MEASURES] = {
    "loss", "accuracy", "val_loss", "val_accuracy", "test_loss", "test_accuracy"};

static void take_epoch(const fovea_epoch *epoch, double values[CLI_FOLD_MEASURES]) {
    values[0] = epoch->loss;
    values[1] = epoch->training.count ? epoch->training.accuracy : NAN;
    values[2] = epoch->validation.count ? epoch->validation.loss : NAN;
    values[3] = epoch->validation.count ? epoch->validation.accuracy : NAN;
    values[4] = epoch->test.count ? epoch->test.loss : NAN;
    values[5] = epoch->test.count ? epoch->test.accuracy : NAN;
}

static void take_history(const fovea_epoch *history, int32_t count, cli_fold_row *row) {
    row->epochs = count;
    if (count > 0) take_epoch(&history[count - 1], row->last);
    for (int32_t e = 0; e < count; e++) {
        row->seconds += history[e].seconds;
        if (row->best && !(history[e].validation.loss < row->best_loss)) continue;
        row->best = history[e].epoch;
        row->best_loss = history[e].validation.loss;
        row->best_accuracy = history[e].validation.accuracy;
    }
}

static fovea_status read_row(const cli_call *cli, const cli_run_folder *folder, int fold,
                             cli_fold_row *row, fovea_error *error) {
    char path[PATH_MAX];
    fovea_epoch *history;
    int32_t count;
    snprintf(path, sizeof path, "%s/" CLI_FOLD "/" CLI_HISTORY, folder->path, fold);
    if (access(path, F_OK) != 0) return FOVEA_OK;
    CLI_TRY(fovea_history_read(cli->context, path, &history, &count, error));
    take_history(history, count, row);
    fovea_history_free(cli->context, history);
    return FOVEA_OK;
}

static void summarize(cli_fold_table *table, int32_t epochs, int measure) {
    double sum = 0, squares = 0;
    for (int32_t k = 0; k < table->count; k++)
        if (table->row[k].epochs >= epochs) sum += table->row[k].last[measure];
    double mean = table->finished > 0 ? sum / table->finished : NAN;
    for (int32_t k = 0; k < table->count; k++) {
        double distance = table->row[k].last[measure] - mean;
        if (table->row[k].epochs >= epochs) squares += distance * distance;
    }
    table->mean[measure] = mean;
    table->deviation[measure] = table->finished > 1 ? sqrt(squares / (table->finished - 1)) : NAN;
}

fovea_status cli_folds_read(const cli_call *cli, const cli_run_folder *folder,
                            const cli_training *t, cli_fold_table *table, fovea_error *error) {
    int64_t samples = fovea_dataset_count(t->whole);
    *table = (cli_fold_table){.count = t->folds};
    for (int32_t k = 0; k < t->folds; k++) {
        cli_fold_row *row = &table->row[k];
        row->validation = samples / t->folds + (k < samples % t->folds);
        row->training = samples - row->validation;
        CLI_TRY(read_row(cli, folder, k + 1, row, error));
        table->finished += row->epochs >= t->options.epochs;
    }
    for (int m = 0; m < CLI_FOLD_MEASURES; m++) summarize(table, t->options.epochs, m);
    return FOVEA_OK;
}

static void put_number(FILE *text, double value) {
    fputc(',', text);
    if (isfinite(value)) fprintf(text, "%.9g", value);
}

static void put_row(FILE *text, int32_t fold, const cli_fold_row *row) {
    if (row->epochs == 0) return;
    fprintf(text, "%d,%d,%lld,%lld", (int)fold, (int)row->epochs, (long long)row->training,
            (long long)row->validation);
    for (int m = 0; m < CLI_FOLD_MEASURES; m++) put_number(text, row->last[m]);
    fprintf(text, ",%d", (int)row->best);
    put_number(text, row->best_loss);
    put_number(text, row->best_accuracy);
    put_number(text, row->seconds);
    fputc('\n', text);
}

static void put_summary(FILE *text, const char *name, const double values[CLI_FOLD_MEASURES]) {
    fprintf(text, "%s,,,", name);
    for (int m = 0; m < CLI_FOLD_MEASURES; m++) put_number(text, values[m]);
    fputs(",,,,\n", text);
}

fovea_status cli_folds_write(const cli_run_folder *folder, const cli_fold_table *table,
                             fovea_error *error) {
    char *csv = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&csv, &size);
    if (!text) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fputs("fold,epochs,training,validation", text);
    for (int m = 0; m < CLI_FOLD_MEASURES; m++) fprintf(text, ",%s", measure_names[m]);
    fputs(",best_epoch,best_val_loss,best_val_accuracy,seconds\n", text);
    for (int32_t k = 0; k < table->count; k++) put_row(text, k + 1, &table->row[k]);
    if (table->finished > 0) put_summary(text, "mean", table->mean);
    if (table->finished > 1) put_summary(text, "deviation", table->deviation);
    bool failed = ferror(text) != 0;
    failed |= fclose(text) != 0;
    fovea_status status = failed ? cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory")
                                 : cli_run_write(folder, CLI_FOLDS, csv, size, error);
    free(csv);
    return status;
}

static void write_measures(cli_json *json, const double values[CLI_FOLD_MEASURES]) {
    for (int m = 0; m < CLI_FOLD_MEASURES; m++) cli_json_real(json, measure_names[m], values[m]);
}

void cli_folds_json(cli_json *json, const cli_fold_table *table) {
    char name[24];
    cli_json_integer(json, "count", table->count);
    cli_json_integer(json, "finished", table->finished);
    cli_json_array(json, "runs");
    for (int32_t k = 0; k < table->count; k++) {
        const cli_fold_row *row = &table->row[k];
        if (row->epochs == 0) continue;
        cli_json_object(json, NULL);
        snprintf(name, sizeof name, CLI_FOLD, (int)k + 1);
        cli_json_integer(json, "fold", k + 1);
        cli_json_text(json, "run", name);
        cli_json_integer(json, "epochs", row->epochs);
        cli_json_integer(json, "training", row->training);
        cli_json_integer(json, "validation", row->validation);
        write_measures(json, row->last);
        cli_json_integer(json, "best_epoch", row->best);
        cli_json_real(json, "best_val_loss", row->best_loss);
        cli_json_real(json, "best_val_accuracy", row->best_accuracy);
        cli_json_real(json, "seconds", row->seconds);
        cli_json_close(json);
    }
    cli_json_close(json);
    cli_json_object(json, "mean");
    write_measures(json, table->mean);
    cli_json_close(json);
    cli_json_object(json, "deviation");
    write_measures(json, table->deviation);
    cli_json_close(json);
}

// Of a column: its name's, or that of "0.1234".
static int width(int measure) {
    int length = (int)strlen(measure_names[measure]);
    return length > 6 ? length : 6;
}

static void print_row(const char *name, const cli_fold_table *table,
                      const double values[CLI_FOLD_MEASURES]) {
    printf("%-9s", name);
    for (int m = 0; m < CLI_FOLD_MEASURES; m++)
        if (isfinite(table->mean[m])) printf("  %*.4f", width(m), values[m]);
}

void cli_folds_print(const cli_fold_table *table) {
    char name[16];
    printf("%-9s", "fold");
    for (int m = 0; m < CLI_FOLD_MEASURES; m++)
        if (isfinite(table->mean[m])) printf("  %*s", width(m), measure_names[m]);
    printf("  best_epoch\n");
    for (int32_t k = 0; k < table->count; k++) {
        snprintf(name, sizeof name, "%d", (int)k + 1);
        print_row(name, table, table->row[k].last);
        printf("  %10d\n", (int)table->row[k].best);
    }
    print_row("mean", table, table->mean);
    printf("\n");
    if (table->finished < 2) return;
    print_row("deviation", table, table->deviation);
    printf("\n");
}
