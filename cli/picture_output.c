// SPDX-License-Identifier: MIT
#include "picture_output.h"

#include <stdio.h>

#include "clean_text.h"
#include "console.h"

fovea_status cli_figure_check(const cli_call *cli, fovea_error *error) {
    const char *path = cli_text(cli, "output");
    fovea_picture_format format;
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
