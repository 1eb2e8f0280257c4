// SPDX-License-Identifier: MIT
#include "run_report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fovea/report.h"

enum { MOST_FACTS = 12, FACT = 160 };

typedef struct {
    fovea_report_fact fact[MOST_FACTS];
    char value[MOST_FACTS][FACT];
    int32_t count;
} fact_list;

static void add_fact(fact_list *facts, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_fact(fact_list *facts, const char *name, const char *format, ...) {
    if (facts->count == MOST_FACTS) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(facts->value[facts->count], FACT, format, arguments);
    va_end(arguments);
    facts->fact[facts->count] = (fovea_report_fact){name, facts->value[facts->count]};
    facts->count++;
}

static void gather_facts(const cli_call *cli, const cli_training *t, fact_list *facts) {
    const fovea_train_options *o = &t->options;
    const char *augmented = cli_text(cli, "augment");
    add_fact(facts, "optimizer", "%s", cli_text(cli, "optimizer"));
    add_fact(facts, "learning rate", "%g, %s", o->learning_rate, cli_text(cli, "schedule"));
    if (o->momentum > 0)
        add_fact(facts, "momentum", "%g%s", o->momentum, o->nesterov ? ", Nesterov" : "");
    if (o->weight_decay > 0) add_fact(facts, "weight decay", "%g", o->weight_decay);
    if (o->label_smoothing > 0) add_fact(facts, "label smoothing", "%g", o->label_smoothing);
    if (augmented) add_fact(facts, "augmentation", "%s", augmented);
    add_fact(facts, "batch", "%lld", (long long)o->batch);
    add_fact(facts, "epochs", "%d", (int)o->epochs);
    add_fact(facts, "seed", "%" PRIu64, o->seed);
    add_fact(facts, "data SHA-256", "%s", t->sha256);
}

static void add_word(FILE *text, const char *word) {
    static const char *const plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,+%@";
    if (word[0] && strspn(word, plain) == strlen(word)) {
        fputs(word, text);
        return;
    }
    fputc('\'', text);
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", text);
        else
            fputc(*word, text);
    }
    fputc('\'', text);
}

// The words as a shell would read them back; NULL without memory.
static char *join_words(const cli_call *cli) {
    char *line = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&line, &size);
    if (!text) return NULL;
    fputs("fovea", text);
    for (int i = 0; i < cli->word_count; i++) {
        fputc(' ', text);
        add_word(text, cli->words[i]);
    }
    if (fclose(text) == 0) return line;
    free(line);
    return NULL;
}

fovea_status cli_report_write(const cli_call *cli, const cli_run_folder *folder,
                              const cli_training *training, const fovea_epoch *history,
                              int32_t count, fovea_error *error) {
    char best[PATH_MAX], report[PATH_MAX];
    fovea_model *model = NULL;
    fact_list facts = {.count = 0};
    fovea_report_options options;
    fovea_report_options_default(&options);
    CLI_TRY(
        fovea_model_open(cli->context, cli_run_file(folder, CLI_BEST, best), NULL, &model, error));
    char *command = join_words(cli);
    gather_facts(cli, training, &facts);
    options.model = model;
    options.training = training->training;
    options.test = training->test ? training->test : training->validation;
    options.history = history;
    options.history_count = count;
    options.facts = facts.fact;
    options.fact_count = facts.count;
    options.command = command;
    fovea_status status =
        fovea_report_write(cli->context, &options, cli_run_file(folder, CLI_REPORT, report), error);
    free(command);
    fovea_model_free(model);
    return status;
}
