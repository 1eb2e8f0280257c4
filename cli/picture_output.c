// SPDX-License-Identifier: MIT
#include "picture_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clean_text.h"
#include "console.h"

// Whether both names lead to the same file.
static bool same_file(const char *a, const char *b) {
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

// What goes in must not be lost under what comes out, whatever it is called there.
static fovea_status check_inputs(const cli_call *cli, const char *option, fovea_error *error) {
    char shown[256];
    static const char *const read_options[] = {"weights", "image", "compare", "baseline"};
    const char *path = cli_text(cli, option);
    if (!path) return FOVEA_OK;
    bool same = false;
    for (size_t i = 0; i < sizeof read_options / sizeof *read_options; i++) {
        const char *read = cli_text(cli, read_options[i]);
        same |= read && same_file(path, read);
    }
    for (int i = 0; i < cli->operands; i++) same |= same_file(path, cli->operand[i]);
    if (!same) return FOVEA_OK;
    return cli_fail(error, FOVEA_EXISTS, "%s goes in and would be overwritten; choose another name",
                    cli_clean(shown, sizeof shown, path));
}

// "a, b or c" is what `names` says in errors.
static fovea_status choose(const cli_call *cli, const char *option, const char *const *names,
                           int count, const char *list, int *chosen, fovea_error *error) {
    char shown[64];
    const char *text = cli_text(cli, option);
    for (*chosen = 0; text && *chosen < count; ++*chosen)
        if (strcmp(names[*chosen], text) == 0) return FOVEA_OK;
    if (!text) *chosen = 0;
    return text ? cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s %s: must be %s", option,
                           cli_clean(shown, sizeof shown, text), list)
                : FOVEA_OK;
}

static fovea_status choose_theme(const cli_call *cli, fovea_theme *theme, fovea_error *error) {
    static const char *const names[] = {"auto", "light", "dark"};
    int chosen;
    CLI_TRY(choose(cli, "theme", names, 3, "light, dark or auto", &chosen, error));
    *theme = (fovea_theme)chosen;
    return FOVEA_OK;
}

fovea_status cli_draw_options(const cli_call *cli, fovea_draw_options *options,
                              fovea_error *error) {
    fovea_draw_options_default(options);
    CLI_TRY(choose_theme(cli, &options->theme, error));
    if (cli_text(cli, "width")) CLI_TRY(cli_real(cli, "width", 240, 8000, &options->width, error));
    return cli_text(cli, "zoom") ? cli_real(cli, "zoom", 0.25, 8, &options->scale, error)
                                 : FOVEA_OK;
}

enum { HOW_AUTO = 0, HOW_KITTY, HOW_SIXEL, HOW_BLOCKS, HOW_ASCII };

static fovea_status choose_terminal(const cli_call *cli, int *how, fovea_error *error) {
    static const char *const names[] = {"auto", "kitty", "sixel", "blocks", "ascii"};
    return choose(cli, "terminal", names, 5, "kitty, sixel, blocks, ascii or auto", how, error);
}

// A folder that is missing is found out before long work, not after it.
static fovea_status check_folder(const char *path, fovea_error *error) {
    struct stat folder;
    char shown[256];
    const char *slash = strrchr(path, '/');
    char *name = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : NULL;
    bool bad = name && (stat(name, &folder) != 0 || !S_ISDIR(folder.st_mode));
    if (bad)
        cli_fail(error, FOVEA_IO, "%s: there is no such folder to write into",
                 cli_clean(shown, sizeof shown, name));
    free(name);
    return bad ? FOVEA_IO : FOVEA_OK;
}

static fovea_status check_folders(const cli_call *cli, fovea_error *error) {
    const char *path = cli_text(cli, "output"), *npz = cli_text(cli, "npz");
    const char *npy = cli_text(cli, "npy");
    if (npz) CLI_TRY(check_folder(npz, error));
    if (npy) CLI_TRY(check_folder(npy, error));
    return path ? check_folder(path, error) : FOVEA_OK;
}

static fovea_status check_all_inputs(const cli_call *cli, fovea_error *error) {
    CLI_TRY(check_inputs(cli, "output", error));
    CLI_TRY(check_inputs(cli, "npy", error));
    return check_inputs(cli, "npz", error);
}

fovea_status cli_files_check(const cli_call *cli, fovea_error *error) {
    CLI_TRY(check_all_inputs(cli, error));
    return check_folders(cli, error);
}

// Of two outputs with one name the second would replace the first.
static fovea_status check_names(const cli_call *cli, fovea_error *error) {
    static const char *const files[] = {"npy", "npz", "output"};
    char shown[128];
    for (int i = 0; i < 3; i++)
        for (int k = i + 1; k < 3; k++)
            if (cli_given(cli, files[i]) && cli_given(cli, files[k]) &&
                strcmp(cli_text(cli, files[i]), cli_text(cli, files[k])) == 0)
                return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                                "--%s and --%s are both %s; choose another name", files[i],
                                files[k], cli_clean(shown, sizeof shown, cli_text(cli, files[i])));
    return FOVEA_OK;
}

fovea_status cli_figure_check(const cli_call *cli, fovea_error *error) {
    const char *path = cli_text(cli, "output");
    fovea_picture_format format;
    fovea_draw_options options;
    int how;
    CLI_TRY(check_all_inputs(cli, error));
    CLI_TRY(check_names(cli, error));
    CLI_TRY(cli_draw_options(cli, &options, error));
    CLI_TRY(choose_terminal(cli, &how, error));
    if ((how == HOW_KITTY || how == HOW_SIXEL) && !fovea_terminal_has_graphics())
        return cli_fail(error, FOVEA_UNSUPPORTED,
                        "--terminal %s needs libchafa, which this fovea was built without: install "
                        "libchafa-dev and build again",
                        cli_text(cli, "terminal"));
    if (path) CLI_TRY(fovea_figure_format_of(path, &format, error));
    return check_folders(cli, error);
}

static fovea_status show(const cli_call *cli, const fovea_figure *figure, int how,
                         fovea_error *error) {
    char *text;
    fovea_terminal_options options;
    cli_terminal_options(&options);
    if (cli_given(cli, "theme")) CLI_TRY(choose_theme(cli, &options.theme, error));
    if (how == HOW_KITTY) options.graphics = FOVEA_TERMINAL_KITTY;
    if (how == HOW_SIXEL) options.graphics = FOVEA_TERMINAL_SIXEL;
    if (how >= HOW_BLOCKS) options.graphics = FOVEA_TERMINAL_CELLS;
    if (how == HOW_ASCII) options.colours = FOVEA_TERMINAL_ASCII;
    if (how == HOW_BLOCKS && options.colours == FOVEA_TERMINAL_ASCII)
        options.colours = FOVEA_TERMINAL_16;
    CLI_TRY(fovea_figure_terminal(cli->context, figure, &options, &text, error));
    fputs(text, stdout);
    fovea_figure_bytes_free(cli->context, text);
    return FOVEA_OK;
}

fovea_status cli_figure_output(const cli_call *cli, const fovea_figure *figure,
                               fovea_error *error) {
    const char *path = cli_text(cli, "output");
    int how;
    if (path) {
        char shown[256];
        fovea_draw_options options;
        CLI_TRY(cli_draw_options(cli, &options, error));
        CLI_TRY(fovea_figure_write(cli->context, figure, path, &options, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, path));
        return FOVEA_OK;
    }
    if (cli->json) return FOVEA_OK;
    CLI_TRY(choose_terminal(cli, &how, error));
    if (how != HOW_AUTO || cli_terminal_output()) return show(cli, figure, how, error);
    char *text;
    CLI_TRY(fovea_figure_text(cli->context, figure, &text, error));
    fputs(text, stdout);
    fovea_figure_bytes_free(cli->context, text);
    return FOVEA_OK;
}
