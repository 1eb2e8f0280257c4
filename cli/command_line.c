// SPDX-License-Identifier: MIT
// From words to an invocation: options by the command's table, operands, the context.
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "step_table.h"

const cli_option cli_common_options[] = {
    {"json", 0, NULL, NULL, "one JSON object on standard output (docs/json.md)"},
    {"seed", 0, "N", "0", "seed of everything random, 0 to 18446744073709551615"},
    {"threads", 0, "N", NULL, "threads, 1 to 256; one per processor when not given"},
    {"quiet", 'q', NULL, NULL, "no messages but errors"},
    {"verbose", 'v', NULL, NULL, "say more; twice: everything"},
    {"help", 'h', NULL, NULL, "this text"},
    CLI_END};

enum { COMMON_FIRST = 256, OWN_FIRST = 512, MAX_COMMON = 8, MAX_LETTERS = 64 };

typedef struct {
    struct option long_option[CLI_MAX_OPTIONS + MAX_COMMON + 1];
    char letters[MAX_LETTERS];  // getopt's string
    int index_of_letter[128];
    int count;
} table;

static int option_count(const cli_option *options) {
    int count = 0;
    while (options && options[count].name) count++;
    return count;
}

static void add_options(table *t, const cli_option *options, int first) {
    for (int i = 0; i < option_count(options); i++) {
        const cli_option *o = &options[i];
        int has = !o->argument            ? no_argument
                  : o->argument[0] == '[' ? optional_argument
                                          : required_argument;
        t->long_option[t->count++] = (struct option){o->name, has, NULL, first + i};
        if (!o->letter) continue;
        t->index_of_letter[(int)o->letter] = first + i;
        size_t used = strlen(t->letters);
        snprintf(t->letters + used, sizeof t->letters - used, "%c%s", o->letter,
                 o->argument ? ":" : "");
    }
}

static fovea_status parse_seed(const char *text, uint64_t *seed, fovea_error *error) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno == ERANGE)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--seed %.40s: must be an integer from 0 to 18446744073709551615", text);
    *seed = value;
    return FOVEA_OK;
}

static fovea_status take_common(cli_call *cli, const char *name, const char *text,
                                fovea_error *error) {
    if (strcmp(name, "json") == 0) cli->json = true;
    if (strcmp(name, "quiet") == 0) cli->quiet = true;
    if (strcmp(name, "verbose") == 0) cli->verbose++;
    if (strcmp(name, "help") == 0) cli->help = true;
    if (strcmp(name, "seed") == 0) {
        cli->seed_given = true;
        return parse_seed(text, &cli->seed, error);
    }
    if (strcmp(name, "threads") == 0) {
        int64_t threads;
        CLI_TRY(cli_parse_integer("--threads", text, 1, 256, &threads, error));
        cli->threads = (int32_t)threads;
    }
    return FOVEA_OK;
}

// getopt says only that something is wrong with a word.
static fovea_status refuse_option(const table *t, const cli_command *command, const char *word,
                                  fovea_error *error) {
    const char *names[CLI_MAX_OPTIONS + MAX_COMMON];
    char plain[64], shown[128];
    cli_clean(shown, sizeof shown, word);
    for (int i = 0; i < t->count; i++) names[i] = t->long_option[i].name;
    snprintf(plain, sizeof plain, "%.*s", (int)strcspn(word + (word[1] == '-' ? 2 : 1), "="),
             word + (word[1] == '-' ? 2 : 1));
    int same = 0;
    for (int i = 0; i < t->count; i++) {
        if (strcmp(names[i], plain) == 0)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "option --%s takes no argument", plain);
        same += strncmp(names[i], plain, strlen(plain)) == 0;
    }
    if (word[1] == '-' && same > 1 && plain[0])
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "option %s is the beginning of several; 'fovea %s --help' lists them",
                        shown, command->name);
    const char *near = word[1] == '-' ? cli_nearest(plain, names, t->count) : NULL;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "unknown option %s; %s%s%s'fovea %s --help' lists those of %s", shown,
                    near ? "did you mean --" : "", near ? near : "", near ? "? " : "",
                    command->name, command->name);
}

// The next word where it is the number of an option that may do without.
static const char *optional_number(const cli_option *option, int count, char **list) {
    if (!option->argument || option->argument[0] != '[' || optind >= count) return NULL;
    const char *word = list[optind];
    if (!*word || word[strspn(word, "0123456789")]) return NULL;
    optind++;
    return word;
}

static fovea_status take_own(cli_call *cli, int option, const char *text, fovea_error *error) {
    cli->value[option] = text;
    if (cli->given_count == CLI_MAX_GIVEN)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "more than %d options", CLI_MAX_GIVEN);
    cli->given[cli->given_count].option = option;
    cli->given[cli->given_count++].text = text;
    return FOVEA_OK;
}

static fovea_status take_options(cli_call *cli, const table *t, int count, char **list,
                                 fovea_error *error) {
    optind = 0;  // glibc: start anew
    opterr = 0;
    for (;;) {
        int found = getopt_long(count, list, t->letters, t->long_option, NULL);
        if (found == -1) return FOVEA_OK;
        if (found == ':')
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "option %.80s needs an argument",
                            list[optind - 1]);
        if (found == '?') {
            char letter[3] = {'-', (char)optopt, '\0'};
            bool is_letter = optopt > 0 && optopt < COMMON_FIRST;
            const char *word = is_letter ? letter : list[optind - 1];
            return refuse_option(t, cli->command, word, error);
        }
        if (found < COMMON_FIRST) found = t->index_of_letter[found];
        if (found >= OWN_FIRST) {
            const cli_option *own = &cli->command->options[found - OWN_FIRST];
            const char *number = optarg ? optarg : optional_number(own, count, list);
            CLI_TRY(take_own(cli, found - OWN_FIRST, number ? number : "", error));
        } else
            CLI_TRY(take_common(cli, cli_common_options[found - COMMON_FIRST].name, optarg, error));
    }
}

static fovea_status take_operands(cli_call *cli, int count, char **list, fovea_error *error) {
    const cli_command *command = cli->command;
    const int room = (int)(sizeof cli->operand / sizeof cli->operand[0]);
    int given = count - optind, most = command->operands_max < 0 ? room : command->operands_max;
    if (cli->help) return FOVEA_OK;
    if (given < command->operands_min)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s missing: fovea %s %s",
                        given == 0 ? "something is" : "more words are", command->name,
                        command->operands);
    if (given > most) {
        char shown[128];
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "'%s' is one word too many: fovea %s %s",
                        cli_clean(shown, sizeof shown, list[optind + most]), command->name,
                        command->operands);
    }
    for (int i = 0; i < given; i++) cli->operand[cli->operands++] = list[optind + i];
    return FOVEA_OK;
}

fovea_status cli_parse(cli_call *cli, const cli_command *command, char *const *words, int count,
                       fovea_error *error) {
    *cli = (cli_call){.command = command, .words = words, .word_count = count};
    table t = {.letters = ":"};
    add_options(&t, cli_common_options, COMMON_FIRST);
    add_options(&t, command->options, OWN_FIRST);
    // getopt reorders the words: it gets a list of its own, with a program's name in front.
    char **list = calloc((size_t)count + 2, sizeof *list);
    if (!list) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    list[0] = (char *)command->name;
    for (int i = 0; i < count; i++) list[i + 1] = words[i];
    fovea_status status = take_options(cli, &t, count + 1, list, error);
    if (status == FOVEA_OK) status = take_operands(cli, count + 1, list, error);
    free(list);
    return status;
}

static void print_log(void *user, fovea_log_level level, const char *text) {
    char shown[2048];
    (void)user;
    fprintf(stderr, "%s%s\n", level == FOVEA_LOG_WARNING ? "fovea: warning: " : "",
            cli_clean(shown, sizeof shown, text));
}

static fovea_status create_context(cli_call *cli, fovea_error *error) {
    fovea_context_options options;
    fovea_context_options_default(&options);
    options.threads = cli->threads;
    options.log = print_log;
    options.log_level = cli->quiet          ? FOVEA_LOG_ERROR
                        : cli->verbose == 0 ? FOVEA_LOG_WARNING
                        : cli->verbose == 1 ? FOVEA_LOG_INFO
                                            : FOVEA_LOG_DEBUG;
    if (cli_explains() && options.log_level < FOVEA_LOG_INFO) options.log_level = FOVEA_LOG_INFO;
    return fovea_context_create(&options, &cli->context, error);
}

static fovea_status unknown_command(const char *word, fovea_error *error) {
    char shown[128];
    const char *near = cli_nearest_command(word);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "unknown command '%s'; %s%s%s'fovea help' lists them",
                    cli_clean(shown, sizeof shown, word), near ? "did you mean '" : "",
                    near ? near : "", near ? "'? " : "");
}

static fovea_status which_of_family(const char *word, fovea_error *error) {
    char names[512] = "";
    size_t length = strlen(word), used = 0;
    for (int i = 0; cli_commands[i] && used < sizeof names; i++) {
        const char *name = cli_commands[i]->name;
        if (strncmp(name, word, length) == 0 && name[length] == ' ')
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     name + length + 1);
    }
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s what? %s; 'fovea %s --help' tells more",
                    word, names, word);
}

static bool wants_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

fovea_status cli_run(char *const *words, int count, fovea_error *error) {
    int used;
    const cli_command *command = cli_find_command(words, count, &used);
    if (!command && cli_is_family(words[0])) {
        if (count > 1 && wants_help(words[1])) {
            cli_print_family(words[0]);
            return FOVEA_OK;
        }
        char both[128];
        if (count == 1 || words[1][0] == '-') return which_of_family(words[0], error);
        snprintf(both, sizeof both, "%s %s", words[0], words[1]);
        return unknown_command(both, error);
    }
    if (!command) return unknown_command(words[0], error);
    cli_call cli;
    CLI_TRY(cli_parse(&cli, command, words + used, count - used, error));
    if (cli.help) {
        (cli.json ? cli_print_help_json : cli_print_help)(command);
        return FOVEA_OK;
    }
    cli.words = words;
    cli.word_count = count;
    CLI_TRY(create_context(&cli, error));
    fovea_status status = command->run(&cli, error);
    fovea_context_free(cli.context);
    return status;
}
