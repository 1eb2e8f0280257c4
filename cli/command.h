// SPDX-License-Identifier: MIT
// The framework of the program: a command is a table entry and one function. Parsing, --help, the
// common options, the context, error text and exit code are made here from the table.
//
// A new command is cli/cmd_NAME.c with one `const cli_command cli_NAME` and one line in
// command_table.c:
//
//   static const cli_option options[] = {
//       {"layer", 0, "NAME", "all", "node name, glob, all, or N for the N-th convolution"},
//       CLI_MODEL_OPTIONS, CLI_FIGURE_OPTIONS, CLI_END};
//
//   static fovea_status run(cli_call *cli, fovea_error *error) {
//       fovea_model *model = NULL;
//       CLI_TRY(cli_figure_check(cli, error));                    // -o, before long work
//       CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
//       ...
//   }
//
//   const cli_command cli_filters = {"filters", CLI_LOOK, "MODEL", 1, 1, "the learned filters",
//       "Longer text for --help.", "fovea filters runs/mnist --layer conv1\n", options, run};
//
// Rules: data go to standard output (or the JSON writer of json_output.h when cli->json), messages
// to standard error by cli_note; a failure is returned with its text in `error` – the framework
// prints "fovea: TEXT" and ends with the status' exit code. Other helpers: open_inputs.h (models,
// data sets, pictures), picture_output.h (where a figure goes), console.h, clean_text.h.
#ifndef FOVEA_CLI_COMMAND_H
#define FOVEA_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "fovea.h"

enum { CLI_MAX_OPTIONS = 64, CLI_MAX_GIVEN = 128 };

typedef struct cli_option {
    const char *name;  // "epochs" for --epochs
    char letter;       // 'o' for -o besides; 0: none
    // What the help calls its argument; NULL: a flag. "[N]" in brackets may be left out; only a
    // number is taken for it.
    const char *argument;
    const char *standard;  // the default as text; NULL: none
    const char *help;
} cli_option;

#define CLI_END \
    { NULL, 0, NULL, NULL, NULL }

typedef enum cli_group {
    CLI_START = 0,
    CLI_DATA = 1,
    CLI_NETS = 2,
    CLI_LOOK = 3,
    CLI_ABOUT = 4,
    CLI_GROUPS = 5,
} cli_group;

typedef struct cli_call cli_call;

typedef struct cli_command {
    const char *name;  // "train"; a command of two words is "data info"
    cli_group group;
    const char *operands;            // as the usage line shows them; "" for none
    int operands_min, operands_max;  // -1: any number
    const char *summary;             // one line, no full stop
    const char *details;             // paragraphs for --help; NULL: none
    const char *example;             // one or more lines, each ended by '\n'
    const cli_option *options;       // ends with CLI_END; NULL: none
    fovea_status (*run)(cli_call *cli, fovea_error *error);
} cli_command;

// One invocation.
struct cli_call {
    const cli_command *command;
    fovea_context *context;
    const char *operand[64];  // the words that are no options; more are refused unless rest is used
    int operands;
    char *const *words;  // all words after the program's name
    int word_count;
    bool json, quiet;
    int verbose;
    uint64_t seed;
    int32_t threads;                     // 0: one per processor
    const char *value[CLI_MAX_OPTIONS];  // by index in command->options; NULL: not given
    // Every option of the command that was given, in order: for those that may be given repeatedly.
    struct {
        int option;
        const char *text;
    } given[CLI_MAX_GIVEN];
    int given_count;
    bool seed_given, help;
};

#define CLI_TRY(call)                                          \
    do {                                                       \
        fovea_status cli_try_status = (call);                  \
        if (cli_try_status != FOVEA_OK) return cli_try_status; \
    } while (0)

// Options shared by several commands.
#define CLI_DATA_OPTIONS                                                                    \
    {"data-dir", 0, "DIR", NULL, "look for the data set in DIR before all other places"}, { \
        "classes", 0, "A,B,C", NULL,                                                        \
            "only these classes of a set (names or numbers), renumbered in this order"      \
    }
#define CLI_WEIGHTS_OPTION                                                                      \
    {                                                                                           \
        "weights", 0, "FILE", NULL,                                                             \
            "load weights by name: .safetensors, .pth, .pt, .th or .npz; -v lists all that do " \
            "not fit"                                                                           \
    }
#define CLI_MODEL_OPTIONS                                                            \
    {"input", 0, "CxHxW", NULL,                                                      \
     "what architecture text is built for, as 3x32x32; CxL and CxDxHxW, too"},       \
        {"arch", 0, "NET", NULL, "the net, where MODEL is a file of weights alone"}, \
        CLI_WEIGHTS_OPTION
// Read by picture_output.h, with their ranges.
#define CLI_FIGURE_OPTIONS                                                                     \
    {"output", 'o', "FILE", NULL, "write the picture to FILE.png, .svg, .pdf or .html"},       \
        {"theme", 0, "THEME", "auto",                                                          \
         "light, dark, or auto: SVG and HTML follow their viewer, PNG and PDF are light"},     \
        {"width", 0, "PIXELS", "1000", "where rows wrap, in CSS pixels, 240 to 8000"},         \
        {"zoom", 0, "N", "2", "pixels of a PNG for a CSS pixel, 0.25 to 8"}, {                 \
        "terminal", 0, "HOW", "auto",                                                          \
            "without -o draw as kitty, sixel, blocks or ascii; auto: what the terminal can do" \
    }
// For figures of numbers. The value goes into the figure's options, which know the names.
#define CLI_MAP_OPTION                                                                           \
    {                                                                                            \
        "map", 0, "NAME", NULL,                                                                  \
            "colour map: viridis, magma, inferno, plasma, cividis, turbo, greys, RdBu, coolwarm" \
    }

// The table; NULL at its end.
extern const cli_command *const cli_commands[];
// The command of the first words (two for "data info"), *used of them; NULL and *used 0 when there
// is none.
const cli_command *cli_find_command(char *const *words, int count, int *used);
// Whether `word` alone is the first word of commands of two words.
bool cli_is_family(const char *word);
// Nearest command for a misspelt one, NULL when none is near.
const char *cli_nearest_command(const char *word);

// Fills `error`. Returns `status`, so that it can be returned in turn.
fovea_status cli_fail(fovea_error *error, fovea_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// One line on standard error, unless -q was given.
void cli_note(const cli_call *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Parses the words behind the command's name.
fovea_status cli_parse(cli_call *cli, const cli_command *command, char *const *words, int count,
                       fovea_error *error);
// Finds, parses and runs a command as `fovea WORDS` would, in a context of its own. For commands
// that are made of others.
fovea_status cli_run(char *const *words, int count, fovea_error *error);

// Values of options. An option that is not in the command's table is a mistake of the program and
// gives NULL.
const char *cli_text(const cli_call *cli, const char *name);  // given, else default; NULL: neither
bool cli_given(const cli_call *cli, const char *name);        // on the command line
bool cli_flag(const cli_call *cli, const char *name);         // a flag that was given
// What an option was given the index-th time, from 0; NULL: not so often.
const char *cli_text_again(const cli_call *cli, const char *name, int index);
// Strict numbers: the whole text, decimal, no locale. Errors: INVALID_ARGUMENT naming the option,
// what was given and what is allowed.
fovea_status cli_integer(const cli_call *cli, const char *name, int64_t low, int64_t high,
                         int64_t *value, fovea_error *error);
fovea_status cli_real(const cli_call *cli, const char *name, double low, double high, double *value,
                      fovea_error *error);
// The same, above `low`, never equal to it.
fovea_status cli_real_above(const cli_call *cli, const char *name, double low, double *value,
                            fovea_error *error);
// Numbers separated by commas, at most `most`.
fovea_status cli_real_list(const cli_call *cli, const char *name, double low, double high, int most,
                           double *values, int *count, fovea_error *error);
// Integers for rows and columns, "2,3" or "2" for both; `pair` stays as it is where the option is
// not given and has no default.
fovea_status cli_integer_pair(const cli_call *cli, const char *name, int64_t low, int64_t high,
                              int64_t pair[2], fovea_error *error);
// Row and column of --at, both from 0; `at` stays as it is where it is not given.
fovea_status cli_position(const cli_call *cli, int64_t at[2], fovea_error *error);
// One number of a text that is no option. `what` names it in the error.
fovea_status cli_parse_integer(const char *what, const char *text, int64_t low, int64_t high,
                               int64_t *value, fovea_error *error);

// The candidate nearest to `word`, NULL when none is near enough to be meant.
const char *cli_nearest(const char *word, const char *const *names, int count);

// What --help and `fovea help` print.
void cli_print_overview(void);
void cli_print_help(const cli_command *command);
void cli_print_help_json(const cli_command *command);
void cli_print_family(const char *word);

// The options every command has; ends with CLI_END.
extern const cli_option cli_common_options[];

#endif
