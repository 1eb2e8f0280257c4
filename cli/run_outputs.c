// SPDX-License-Identifier: MIT
#include "run_outputs.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "clean_text.h"

static bool ends_with(const char *text, const char *ending) {
    size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcasecmp(text + length - tail, ending) == 0;
}

fovea_status cli_run_files_check(const cli_call *cli, fovea_error *error) {
    const char *all = cli_text(cli, "all"), *output = cli_text(cli, "output");
    char shown[128];
    if (all && !ends_with(all, ".npz"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--all %s: must end in .npz",
                        cli_clean(shown, sizeof shown, all));
    if (output && !ends_with(output, ".npz") && !ends_with(output, ".npy"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "-o %s: must end in .npz or .npy",
                        cli_clean(shown, sizeof shown, output));
    if (cli_flag(cli, "parameters") && !all)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--parameters goes with --all FILE.npz");
    return FOVEA_OK;
}

static fovea_status write_npz(const cli_call *cli, const fovea_graph *graph,
                              const fovea_session *session, const char *path, fovea_error *error) {
    fovea_npz *npz;
    CLI_TRY(fovea_npz_create(cli->context, path, &npz, error));
    fovea_status status = FOVEA_OK;
    for (int32_t o = 0; o < fovea_graph_output_count(graph) && status == FOVEA_OK; o++) {
        fovea_tensor *tensor = NULL;
        fovea_value value = fovea_graph_output(graph, o);
        status = fovea_session_value(session, value, &tensor, error);
        if (status != FOVEA_OK) break;
        fovea_view view = fovea_tensor_view(tensor);
        status = fovea_npz_add(npz, fovea_graph_value(graph, value).name, &view, error);
        fovea_tensor_free(tensor);
    }
    if (status == FOVEA_OK) return fovea_npz_finish(npz, error);
    fovea_npz_discard(npz);
    return status;
}

static fovea_status write_npy(const cli_call *cli, const fovea_graph *graph,
                              const fovea_session *session, const char *path, fovea_error *error) {
    fovea_tensor *tensor;
    CLI_TRY(fovea_session_value(session, fovea_graph_output(graph, 0), &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    fovea_status status = fovea_npy_save(cli->context, path, &view, error);
    fovea_tensor_free(tensor);
    return status;
}

fovea_status cli_run_outputs_write(const cli_call *cli, const fovea_graph *graph,
                                   const fovea_session *session, fovea_error *error) {
    const char *path = cli_text(cli, "output");
    int32_t count = fovea_graph_output_count(graph);
    char shown[256];
    if (!path) return FOVEA_OK;
    if (ends_with(path, ".npy") && count != 1)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "the net has %d outputs, a .npy file holds one; use .npz", (int)count);
    CLI_TRY(ends_with(path, ".npy") ? write_npy(cli, graph, session, path, error)
                                    : write_npz(cli, graph, session, path, error));
    cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, path));
    return FOVEA_OK;
}
