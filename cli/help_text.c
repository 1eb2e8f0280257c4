// SPDX-License-Identifier: MIT
// The overview, the help of one command and of a family of commands, from the table.
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "json_output.h"

static const char *const group_title[CLI_GROUPS] = {"Start", "Data", "Nets", "Look inside",
                                                    "About"};

enum { OPTION_WIDTH = 26, TEXT_WIDTH = 96 };

// Columns of the longest name of a command.
static int name_width(void) {
    int widest = 0;
    for (int i = 0; cli_commands[i]; i++) {
        int length = (int)strlen(cli_commands[i]->name);
        if (length > widest) widest = length;
    }
    return widest + 1;
}

static void print_environment(void) {
    static const char *const lines[][2] = {
        {"FOVEA_DATA", "folders where data sets are looked for, separated by colons"},
        {"FOVEA_CPU", "kernels for no more than reference, avx2, avx512 or neon"},
        {"FOVEA_PLAN", "how a net is computed, as plain, n16 or -fuse (docs/performance.md)"},
        {"FOVEA_VERBOSE", "1: every step of a net with its kernel, tile, memory and time"},
        {"NO_COLOR", "no colours in the terminal"}};
    printf("\nEnvironment\n");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        printf("  %-*s %s\n", name_width(), lines[i][0], lines[i][1]);
}

void cli_print_overview(void) {
    printf(
        "fovea builds, trains and sees inside convolutional networks.\n\n"
        "usage: fovea COMMAND [OPTION...]\n");
    for (int group = 0; group < CLI_GROUPS; group++) {
        bool titled = false;
        for (int i = 0; cli_commands[i]; i++) {
            if (cli_commands[i]->group != (cli_group)group) continue;
            if (!titled) printf("\n%s\n", group_title[group]);
            titled = true;
            printf("  %-*s %s\n", name_width(), cli_commands[i]->name, cli_commands[i]->summary);
        }
    }
    print_environment();
    printf("\n'fovea help COMMAND' or 'fovea COMMAND --help' tells more. To begin: fovea demo\n");
}

// Words of `text` from column `indent` on, lines of at most TEXT_WIDTH.
static void print_wrapped(const char *text, int indent, int column) {
    while (*text) {
        int length = (int)strcspn(text, " \n");
        if (column > indent && column + 1 + length > TEXT_WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        if (column > indent) column += printf(" ");
        column += printf("%.*s", length, text);
        text += length;
        if (*text == '\n') {
            printf("\n%*s", indent, "");
            column = indent;
        }
        if (*text) text++;
    }
    printf("\n");
}

static void print_options(const char *title, const cli_option *options) {
    if (!options || !options->name) return;
    printf("\n%s:\n", title);
    for (const cli_option *o = options; o->name; o++) {
        char left[128], right[512];
        char letter[8] = "    ";
        if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->argument ? " " : "",
                 o->argument ? o->argument : "");
        snprintf(right, sizeof right, "%s%s%s%s", o->help, o->standard ? " (default " : "",
                 o->standard ? o->standard : "", o->standard ? ")" : "");
        if (printf("%-*s", OPTION_WIDTH, left) > OPTION_WIDTH)
            printf("\n%*s", OPTION_WIDTH + 2, "");
        else
            printf("  ");
        print_wrapped(right, OPTION_WIDTH + 2, OPTION_WIDTH + 2);
    }
}

static void print_example(const char *example) {
    printf("\nexample:\n");
    while (*example) {
        int length = (int)strcspn(example, "\n");
        printf("  %.*s\n", length, example);
        example += length + (example[length] == '\n');
    }
}

void cli_print_family(const char *word) {
    size_t length = strlen(word);
    const cli_command *first = NULL;
    printf("usage: fovea %s COMMAND [OPTION...]\n\n", word);
    for (int i = 0; cli_commands[i]; i++) {
        const char *name = cli_commands[i]->name;
        if (strncmp(name, word, length) != 0 || name[length] != ' ') continue;
        printf("  %-*s %s\n", name_width(), name, cli_commands[i]->summary);
        if (!first) first = cli_commands[i];
    }
    if (first) print_example(first->example);
}

void cli_print_help(const cli_command *command) {
    printf("usage: fovea %s%s%s [OPTION...]\n\n", command->name, command->operands[0] ? " " : "",
           command->operands);
    print_wrapped(command->summary, 0, 0);
    if (command->details) {
        printf("\n");
        print_wrapped(command->details, 0, 0);
    }
    print_options("options", command->options);
    print_options("options of every command", cli_common_options);
    print_example(command->example);
}

static void write_options(cli_json *json, const cli_option *options) {
    for (const cli_option *o = options; o && o->name; o++) {
        cli_json_object(json, NULL);
        cli_json_text(json, "name", o->name);
        cli_json_text(json, "argument", o->argument);
        cli_json_text(json, "default", o->standard);
        cli_json_text(json, "help", o->help);
        cli_json_close(json);
    }
}

void cli_print_help_json(const cli_command *command) {
    cli_json json;
    cli_json_start(&json, stdout, "help");
    cli_json_text(&json, "name", command->name);
    cli_json_text(&json, "operands", command->operands);
    cli_json_text(&json, "summary", command->summary);
    cli_json_array(&json, "options");
    write_options(&json, command->options);
    write_options(&json, cli_common_options);
    cli_json_close(&json);
    cli_json_text(&json, "example", command->example);
    cli_json_end(&json);
}
