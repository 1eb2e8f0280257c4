// SPDX-License-Identifier: MIT
#include "step_table.h"

#include <stdlib.h>
#include <string.h>

int cli_explains(void) {
    const char *wish = getenv("FOVEA_VERBOSE");
    return wish && *wish && strcmp(wish, "0") != 0;
}

const char *cli_step_pass(const fovea_step_time *row) {
    if (row->backward || !*row->op || strncmp(row->what, "pack", 4) == 0) return row->what;
    if (strcmp(row->what, "gather") == 0) return "forward gather";
    return strcmp(row->what, "merge") == 0 ? "forward merge" : "forward";
}

// Of all calls together: parts of a picture are not equally large, the fastest call may be a small one.
double cli_step_rate(const fovea_step_time *row) {
    return row->seconds > 0 ? 2e-9 * row->multiply_adds / row->seconds : 0;
}

void cli_json_steps(cli_json *json, const fovea_session *session) {
    cli_json_array(json, "plan");
    for (int32_t i = 0; i < fovea_session_step_count(session); i++) {
        fovea_step_time row = fovea_session_step(session, i);
        if (row.calls == 0) continue;
        cli_json_object(json, NULL);
        cli_json_text(json, "node", row.node);
        cli_json_text(json, "op", row.op);
        cli_json_text(json, "pass", cli_step_pass(&row));
        cli_json_integer(json, "calls", row.calls);
        cli_json_real(json, "seconds", row.seconds);
        cli_json_real(json, "fastest", row.fastest);
        cli_json_real(json, "gflops", cli_step_rate(&row));
        cli_json_close(json);
    }
    cli_json_close(json);
}

fovea_status cli_explain_times(const fovea_session *session, fovea_context *context,
                               fovea_error *error) {
    fovea_peak peak;
    fovea_status status = fovea_measure_multiply_adds(context, 0.2, &peak, error);
    if (status == FOVEA_OK) cli_print_steps(stderr, session, peak.one_thread);
    return status;
}

void cli_print_steps(FILE *file, const fovea_session *session, double peak) {
    double all = 0;
    for (int32_t i = 0; i < fovea_session_step_count(session); i++)
        all += fovea_session_step(session, i).seconds;
    fprintf(file, "%-20s %-10s %-15s %9s %9s %7s %8s %7s\n", "node", "operator", "step",
            "us a call", "fastest", "time", "GFLOP/s", "of peak");
    for (int32_t i = 0; i < fovea_session_step_count(session); i++) {
        fovea_step_time row = fovea_session_step(session, i);
        if (row.calls == 0) continue;
        fprintf(file, "%-20s %-10s %-15s %9.2f %9.2f %5.1f %%", row.node, row.op,
                cli_step_pass(&row), 1e6 * row.seconds / (double)row.calls, 1e6 * row.fastest,
                100 * row.seconds / all);
        double rate = cli_step_rate(&row);
        if (rate > 0) fprintf(file, " %8.1f %5.1f %%", rate, 100 * rate / peak);
        fputc('\n', file);
    }
}

void cli_print_memory(FILE *file, const fovea_memory_use *memory) {
    fprintf(
        file,
        "memory: %.2f MB: values %.2f, gradients of parameters %.2f, workspace %.2f, parameters "
        "%.2f, optimizer %.2f\n",
        1e-6 * (double)memory->total, 1e-6 * (double)memory->values,
        1e-6 * (double)memory->gradients, 1e-6 * (double)memory->workspace,
        1e-6 * (double)memory->parameters, 1e-6 * (double)memory->optimizer);
}
