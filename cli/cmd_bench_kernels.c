// SPDX-License-Identifier: MIT
// fovea bench kernels: layers alone, from files of shapes.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "clock.h"
#include "command.h"
#include "json_output.h"
#include "shape_lines.h"
#include "step_table.h"

static const cli_option options[] = {
    {"seconds", 0, "S", "0.3", "how long to measure each shape, 0.01 to 60"},
    {"forward", 0, NULL, NULL, "no gradients"},
    CLI_END};

enum { MOST_ROUNDS = 100000 };

// What one step of the plan took, over the rounds.
typedef struct {
    double fastest, sum, multiply_adds;
} step_times;

typedef struct {
    const cli_call *cli;
    cli_json json;
    fovea_peak peak;
    double seconds;
    bool backward;
    shape_line line;
    fovea_model *model;
    fovea_session *session;
    fovea_tensor *input, *d_output;
    step_times *step;
    int64_t rounds;
} bench;

// Numbers between -1 and 1 without pattern, not zero: no kernel may gain by sparse data.
static void fill(const fovea_view *view) {
    uint32_t state = 1;
    float *to = view->data;
    for (int64_t i = 0; i < fovea_shape_count(&view->shape); i++) {
        state = state * 1664525 + 1013904223;
        to[i] = (float)(int32_t)(state | 1) / 2147483648.0f;
    }
}

static fovea_status make_tensor(bench *b, fovea_value value, fovea_tensor **tensor,
                                fovea_error *error) {
    fovea_shape shape = fovea_graph_value(fovea_model_graph(b->model), value).shape;
    shape.dim[0] = b->line.batch;
    CLI_TRY(fovea_tensor_create(b->cli->context, FOVEA_F32, &shape, tensor, error));
    fovea_view view = fovea_tensor_view(*tensor);
    fill(&view);
    return FOVEA_OK;
}

static fovea_status make(bench *b, fovea_error *error) {
    fovea_model_options model;
    fovea_model_options_default(&model);
    model.input = b->line.sample;
    CLI_TRY(fovea_model_from_text(b->cli->context, b->line.net, &model, &b->model, error));
    fovea_session_options session;
    fovea_session_options_default(&session);
    session.samples = b->line.batch;
    session.gradients = b->backward;
    session.training = 1;
    fovea_graph *graph = fovea_model_graph(b->model);
    CLI_TRY(fovea_session_create(graph, &session, &b->session, error));
    CLI_TRY(make_tensor(b, fovea_graph_input(graph, 0), &b->input, error));
    CLI_TRY(make_tensor(b, fovea_graph_output(graph, 0), &b->d_output, error));
    size_t steps = (size_t)fovea_session_step_count(b->session);
    b->step = calloc(steps ? steps : 1, sizeof *b->step);
    return b->step ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the times");
}

static fovea_status run_round(bench *b, fovea_error *error) {
    fovea_view input = fovea_tensor_view(b->input), d_output = fovea_tensor_view(b->d_output);
    fovea_value output = fovea_graph_output(fovea_model_graph(b->model), 0);
    CLI_TRY(fovea_session_profile(b->session, error));
    CLI_TRY(fovea_session_forward(b->session, &input, 1, error));
    if (!b->backward) return FOVEA_OK;
    return fovea_session_backward(b->session, output, &d_output, error);
}

static void add_round(bench *b) {
    for (int32_t i = 0; i < fovea_session_step_count(b->session); i++) {
        fovea_step_time row = fovea_session_step(b->session, i);
        step_times *step = &b->step[i];
        if (b->rounds == 0 || row.longest < step->fastest) step->fastest = row.longest;
        step->sum += row.longest;
        step->multiply_adds = row.multiply_adds;
    }
    b->rounds++;
}

static fovea_status measure(bench *b, fovea_error *error) {
    for (int i = 0; i < 2; i++) CLI_TRY(run_round(b, error));
    b->rounds = 0;
    double start = cli_seconds();
    while (b->rounds < 3 || (cli_seconds() - start < b->seconds && b->rounds < MOST_ROUNDS)) {
        CLI_TRY(run_round(b, error));
        add_round(b);
    }
    return FOVEA_OK;
}

static void print_row(bench *b, const fovea_step_time *row, const step_times *step) {
    double mean = step->sum / (double)b->rounds, peak = b->peak.all_threads;
    double rate = step->fastest > 0 ? 2e-9 * step->multiply_adds / step->fastest : 0;
    if (b->cli->json) {
        cli_json_object(&b->json, NULL);
        cli_json_text(&b->json, "shape", b->line.words);
        cli_json_text(&b->json, "op", row->op);
        cli_json_text(&b->json, "pass", cli_step_pass(row));
        cli_json_real(&b->json, "seconds", step->fastest);
        cli_json_real(&b->json, "seconds_mean", mean);
        cli_json_real(&b->json, "gflops", rate);
        cli_json_real(&b->json, "share_of_peak", rate / peak);
        cli_json_close(&b->json);
        return;
    }
    printf("%-44s %-10s %-15s %10.2f %10.2f", b->line.words, row->op, cli_step_pass(row),
           1e6 * step->fastest, 1e6 * mean);
    if (rate > 0) printf(" %8.1f %5.1f %%", rate, 100 * rate / peak);
    putchar('\n');
}

// Packing of the input and steps that had nothing to do are not what the line asks for.
static void print_steps(bench *b) {
    for (int32_t i = 0; i < fovea_session_step_count(b->session); i++) {
        fovea_step_time row = fovea_session_step(b->session, i);
        bool packs = strncmp(row.what, "pack", 4) == 0;
        bool idle = row.multiply_adds == 0 && strcmp(row.what, "weight gradient") == 0;
        if (row.calls > 0 && row.node[0] && !packs && !idle) print_row(b, &row, &b->step[i]);
    }
}

static void forget(bench *b) {
    free(b->step);
    fovea_tensor_free(b->input);
    fovea_tensor_free(b->d_output);
    fovea_session_free(b->session);
    fovea_model_free(b->model);
    b->step = NULL;
    b->input = b->d_output = NULL;
    b->session = NULL;
    b->model = NULL;
}

static fovea_status measure_line(bench *b, const char *path, fovea_error *error) {
    fovea_status status = make(b, error);
    if (status == FOVEA_OK) status = measure(b, error);
    if (status == FOVEA_OK) print_steps(b);
    forget(b);
    char shown[128], why[256];
    if (status == FOVEA_INVALID_ARGUMENT || status == FOVEA_SHAPE_MISMATCH) {
        snprintf(why, sizeof why, "%.255s", error->text);
        return cli_fail(error, FOVEA_BAD_FILE, "%s: line %d: %s",
                        cli_clean(shown, sizeof shown, path), b->line.number, why);
    }
    return status;
}

static fovea_status measure_file(bench *b, const char *path, fovea_error *error) {
    char shown[128];
    FILE *file = fopen(path, "r");
    if (!file)
        return cli_fail(error, FOVEA_BAD_FILE, "%s: %s", cli_clean(shown, sizeof shown, path),
                        strerror(errno));
    fovea_status status = FOVEA_OK;
    b->line.number = 0;
    for (int found = 1; found && status == FOVEA_OK;) {
        status = shape_line_read(file, path, &b->line, &found, error);
        if (status == FOVEA_OK && found) status = measure_line(b, path, error);
    }
    fclose(file);
    return status;
}

static void begin_output(bench *b) {
    if (!b->cli->json) {
        printf("%s, %s kernels, %d threads that can do %.1f GFLOP/s\n",
               fovea_context_cpu_name(b->cli->context), fovea_context_cpu(b->cli->context),
               b->peak.threads, b->peak.all_threads);
        printf("%-44s %-10s %-15s %10s %10s %8s %7s\n", "batch, sample, layer", "operator", "step",
               "fastest us", "mean us", "GFLOP/s", "of peak");
        return;
    }
    cli_json_start(&b->json, stdout, "bench kernels");
    cli_json_text(&b->json, "cpu", fovea_context_cpu_name(b->cli->context));
    cli_json_text(&b->json, "kernels", fovea_context_cpu(b->cli->context));
    cli_json_integer(&b->json, "threads", b->peak.threads);
    cli_json_real(&b->json, "gflops_all_threads", b->peak.all_threads);
    cli_json_real(&b->json, "spread", b->peak.spread);
    cli_json_array(&b->json, "rows");
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    bench b = {.cli = cli, .backward = !cli_flag(cli, "forward")};
    CLI_TRY(cli_real(cli, "seconds", 0.01, 60, &b.seconds, error));
    CLI_TRY(fovea_measure_multiply_adds(cli->context, 0.2, &b.peak, error));
    begin_output(&b);
    for (int i = 0; i < cli->operands; i++) CLI_TRY(measure_file(&b, cli->operand[i], error));
    if (cli->json) {
        cli_json_close(&b.json);
        cli_json_end(&b.json);
    }
    return FOVEA_OK;
}

const cli_command cli_bench_kernels = {
    "bench kernels",
    CLI_ABOUT,
    "FILE...",
    1,
    -1,
    "how fast single layers are, from files of shapes",
    "A line of a FILE is a batch, the shape of one sample and a layer (or several) as "
    "architecture\n"
    "text: 16 3x32x32 conv 16 3 pad=1. Every step of the plan is timed: forward, input gradient,\n"
    "weight gradient; the fastest of many rounds on the same data counts, and its share of the\n"
    "multiply-adds the threads can do. A batch of 16 is one group of the batch-in-lanes plan.",
    "fovea bench kernels bench/shapes/training.txt --threads 1\n",
    options,
    run};
