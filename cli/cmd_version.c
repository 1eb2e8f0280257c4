// SPDX-License-Identifier: MIT
// fovea version: the program, the libraries under it, the processor.
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "json_output.h"

// Each line of the list is "name version".
static void write_libraries(cli_json *json, const char *list) {
    cli_json_object(json, "libraries");
    while (*list) {
        char line[128];
        int length = (int)strcspn(list, "\n");
        snprintf(line, sizeof line, "%.*s", length, list);
        char *space = strchr(line, ' ');
        if (space) {
            *space = '\0';
            cli_json_text(json, line, space + 1);
        }
        list += length + (list[length] == '\n');
    }
    cli_json_close(json);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    (void)error;
    const fovea_context *context = cli->context;
    const char *libraries = fovea_library_versions();
    if (cli->json) {
        cli_json json;
        cli_json_start(&json, stdout, "version");
        cli_json_text(&json, "version", fovea_version());
        cli_json_text(&json, "kernels", fovea_context_cpu(context));
        cli_json_text(&json, "cpu", fovea_context_cpu_name(context));
        cli_json_integer(&json, "threads", fovea_context_threads(context));
        write_libraries(&json, libraries);
        cli_json_end(&json);
        return FOVEA_OK;
    }
    printf("fovea %s\nkernels %s on %s, threads %d\n%s", fovea_version(),
           fovea_context_cpu(context), fovea_context_cpu_name(context),
           (int)fovea_context_threads(context), libraries);
    if (libraries[0] && libraries[strlen(libraries) - 1] != '\n') printf("\n");
    return FOVEA_OK;
}

const cli_command cli_version = {
    "version",
    CLI_ABOUT,
    "",
    0,
    0,
    "version, libraries, processor and threads in use",
    "FOVEA_CPU=reference|avx2|avx512|neon bars better kernels; all give the same bits.",
    "fovea version --json\n",
    NULL,
    run};
