// SPDX-License-Identifier: MIT
#include "picture_output.h"

#include <stdio.h>
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
    const char *path = cli_text(cli, option), *weights = cli_text(cli, "weights");
    if (!path) return FOVEA_OK;
    bool same = weights && same_file(path, weights);
    for (int i = 0; i < cli->operands; i++) same |= same_file(path, cli->operand[i]);
    if (!same) return FOVEA_OK;
    return cli_fail(error, FOVEA_EXISTS, "%s goes in and would be overwritten; choose another name",
                    cli_clean(shown, sizeof shown, path));
}

fovea_status cli_figure_check(const cli_call *cli, fovea_error *error) {
    const char *path = cli_text(cli, "output");
    fovea_picture_format format;
    CLI_TRY(check_inputs(cli, "output", error));
    CLI_TRY(check_inputs(cli, "npz", error));
    return path ? fovea_figure_format_of(path, &format, error) : FOVEA_OK;
}

fovea_status cli_figure_output(const cli_call *cli, const fovea_figure *figure,
                               fovea_error *error) {
    const char *path = cli_text(cli, "output");
    if (path) {
        char shown[256];
        CLI_TRY(fovea_figure_write(cli->context, figure, path, NULL, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, path));
        return FOVEA_OK;
    }
    if (cli->json) return FOVEA_OK;
    char *text;
    if (cli_terminal_output()) {
        fovea_terminal_options options;
        cli_terminal_options(&options);
        CLI_TRY(fovea_figure_terminal(cli->context, figure, &options, &text, error));
    } else {
        CLI_TRY(fovea_figure_text(cli->context, figure, &text, error));
    }
    fputs(text, stdout);
    fovea_figure_bytes_free(cli->context, text);
    return FOVEA_OK;
}
