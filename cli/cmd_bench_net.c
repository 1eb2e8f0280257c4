// SPDX-License-Identifier: MIT
// fovea bench net: how fast a net trains and answers, on random pictures.
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "step_table.h"

static const cli_option options[] = {{"batch", 0, "N", "64", "samples of a batch"},
                                     {"optimizer", 0, "NAME", "sgd", "sgd, adam or adamw"},
                                     {"seconds", 0, "S", "2", "how long to measure, 0.05 to 600"},
                                     {"forward", 0, NULL, NULL, "forward passes, no training"},
                                     {"steps", 0, NULL, NULL, "the time of every step of the plan"},
                                     CLI_MODEL_OPTIONS,
                                     CLI_END};

typedef struct {
    fovea_model *model;
    fovea_trainer *trainer;  // NULL: forward passes of `session`
    fovea_session *session;
    fovea_tensor *input;
    uint8_t *pixels;
    const uint8_t **picture;
    int32_t *label;
    int64_t batch, count;
    double *times;         // of each training step, `count` of them
    double multiply_adds;  // of one training step
    fovea_peak peak;
    fovea_memory_use memory;
} bench;

static fovea_status make_batch(bench *b, fovea_error *error) {
    fovea_shape shape = fovea_model_input(b->model);
    fovea_value_info first = fovea_graph_value(fovea_model_graph(b->model),
                                               fovea_graph_input(fovea_model_graph(b->model), 0));
    if (shape.rank == 0 || first.shape.dim[0] != FOVEA_DYNAMIC)
        return cli_fail(error, FOVEA_SHAPE_MISMATCH, "the net takes no batch of samples to time");
    int64_t size = fovea_shape_count(&shape);
    b->pixels = malloc((size_t)(size * b->batch));
    b->picture = malloc((size_t)b->batch * sizeof *b->picture);
    b->label = malloc((size_t)b->batch * sizeof *b->label);
    if (!b->pixels || !b->picture || !b->label)
        return cli_fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the batch");
    uint32_t state = 1;
    for (int64_t i = 0; i < size * b->batch; i++)
        b->pixels[i] = (uint8_t)((state = state * 1664525 + 1013904223) >> 24);
    fovea_graph *graph = fovea_model_graph(b->model);
    fovea_value_info out = fovea_graph_value(graph, fovea_graph_output(graph, 0));
    for (int64_t i = 0; i < b->batch; i++) {
        b->picture[i] = b->pixels + i * size;
        b->label[i] = out.shape.rank > 1 ? (int32_t)(i % out.shape.dim[1]) : 0;
    }
    return FOVEA_OK;
}

static fovea_status make_trainer(bench *b, const cli_call *cli, fovea_error *error) {
    fovea_train_options settings;
    fovea_train_options_default(&settings);
    CLI_TRY(fovea_optimizer_find(cli_text(cli, "optimizer"), &settings.optimizer, error));
    settings.batch = b->batch;
    // The one batch must not be learnt by heart: gradients would become denormal, which is slow.
    settings.learning_rate = 1e-7;
    CLI_TRY(fovea_trainer_create(b->model, NULL, NULL, NULL, &settings, &b->trainer, error));
    b->session = fovea_trainer_session(b->trainer);
    return FOVEA_OK;
}

static fovea_status make_session(bench *b, const cli_call *cli, fovea_error *error) {
    fovea_graph *graph = fovea_model_graph(b->model);
    fovea_shape shape = fovea_graph_value(graph, fovea_graph_input(graph, 0)).shape;
    shape.dim[0] = b->batch;
    CLI_TRY(fovea_tensor_create(cli->context, FOVEA_F32, &shape, &b->input, error));
    float *to = fovea_tensor_view(b->input).data;
    for (int64_t i = 0, count = fovea_shape_count(&shape); i < count; i++)
        to[i] = (float)b->pixels[i] / 128 - 1;
    fovea_session_options settings;
    fovea_session_options_default(&settings);
    settings.samples = b->batch;
    settings.outputs_only = 1;
    return fovea_session_create(graph, &settings, &b->session, error);
}

static fovea_status step(bench *b, fovea_error *error) {
    if (!b->trainer) {
        fovea_view input = fovea_tensor_view(b->input);
        return fovea_session_forward(b->session, &input, 1, error);
    }
    double loss;
    return fovea_trainer_step(b->trainer, b->picture, b->label, b->batch, &loss, error);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static fovea_status measure(bench *b, double seconds, fovea_error *error) {
    enum { MOST = 1 << 20 };
    for (int i = 0; i < 3; i++) CLI_TRY(step(b, error));
    b->times = malloc(MOST * sizeof *b->times);
    if (!b->times) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the times");
    double start = cli_seconds();
    while (b->count < 3 || (cli_seconds() - start < seconds && b->count < MOST)) {
        double begin = cli_seconds();
        CLI_TRY(step(b, error));
        b->times[b->count++] = cli_seconds() - begin;
    }
    qsort(b->times, (size_t)b->count, sizeof *b->times, by_value);
    return FOVEA_OK;
}

// More steps, with the clock read around each of the plan's: they do not count above.
static fovea_status profile(const cli_call *cli, bench *b, fovea_error *error) {
    fovea_session *session = b->session;
    CLI_TRY(fovea_session_profile(session, error));
    int64_t steps = 0;
    for (double start = cli_seconds(); steps < 3 || cli_seconds() - start < 0.5; steps++)
        CLI_TRY(step(b, error));
    for (int32_t i = 0; i < fovea_session_step_count(session); i++)
        b->multiply_adds += fovea_session_step(session, i).multiply_adds / (double)steps;
    return fovea_measure_multiply_adds(cli->context, 0.2, &b->peak, error);
}

static void print_result(const cli_call *cli, const bench *b) {
    double median = b->times[b->count / 2], rate = 2e-9 * b->multiply_adds / median;
    if (cli->json) {
        cli_json json;
        cli_json_start(&json, stdout, "bench net");
        cli_json_text(&json, "net", cli->operand[0]);
        cli_json_integer(&json, "batch", b->batch);
        cli_json_text(&json, "optimizer", b->trainer ? cli_text(cli, "optimizer") : NULL);
        cli_json_integer(&json, "threads", fovea_context_threads(cli->context));
        cli_json_text(&json, "kernels", fovea_context_cpu(cli->context));
        cli_json_integer(&json, "steps", b->count);
        cli_json_real(&json, "seconds_median", median);
        cli_json_real(&json, "seconds_fastest", b->times[0]);
        cli_json_real(&json, "images_per_second", (double)b->batch / median);
        cli_json_real(&json, "gflops", rate);
        cli_json_real(&json, "share_of_peak", rate / b->peak.all_threads);
        cli_json_real(&json, "peak_one_thread", b->peak.one_thread);
        cli_json_integer(&json, "memory_bytes", (int64_t)b->memory.total);
        if (cli_flag(cli, "steps")) cli_json_steps(&json, b->session);
        cli_json_end(&json);
        return;
    }
    printf(
        "%s, batch %lld, %s, %d threads, %s: %.0f images/s (a step: median %.3f ms, fastest "
        "%.3f ms, %lld steps)\n",
        cli->operand[0], (long long)b->batch, b->trainer ? cli_text(cli, "optimizer") : "forward",
        fovea_context_threads(cli->context), fovea_context_cpu(cli->context),
        (double)b->batch / median, 1e3 * median, 1e3 * b->times[0], (long long)b->count);
    printf("%.1f GFLOP/s, %.1f %% of the %.1f GFLOP/s that %d threads can do\n", rate,
           100 * rate / b->peak.all_threads, b->peak.all_threads, b->peak.threads);
    cli_print_memory(stdout, &b->memory);
    if (cli_flag(cli, "steps") || cli_explains())
        cli_print_steps(stdout, b->session, b->peak.one_thread);
}

static fovea_status look(cli_call *cli, bench *b, fovea_error *error) {
    double seconds;
    CLI_TRY(cli_integer(cli, "batch", 1, 1 << 20, &b->batch, error));
    CLI_TRY(cli_real(cli, "seconds", 0.05, 600, &seconds, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &b->model, error));
    CLI_TRY(make_batch(b, error));
    CLI_TRY(cli_flag(cli, "forward") ? make_session(b, cli, error) : make_trainer(b, cli, error));
    CLI_TRY(measure(b, seconds, error));
    CLI_TRY(profile(cli, b, error));
    b->memory = b->trainer ? fovea_trainer_memory(b->trainer) : fovea_session_memory(b->session);
    print_result(cli, b);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    bench b = {0};
    fovea_status status = look(cli, &b, error);
    free(b.times);
    free(b.pixels);
    free(b.picture);
    free(b.label);
    if (!b.trainer) fovea_session_free(b.session);
    fovea_trainer_free(b.trainer);
    fovea_tensor_free(b.input);
    fovea_model_free(b.model);
    return status;
}

const cli_command cli_bench_net = {
    "bench net",
    CLI_ABOUT,
    "MODEL",
    1,
    1,
    "how fast a net trains or answers, on random pictures",
    "Training steps on one random batch that stays in memory: "
    "forward, backward, update; with\n--forward the net's answers alone. "
    "With --steps the plan's own steps, their time\nand their share of "
    "the peak.",
    "fovea bench net tutorial-cifar --batch 64 --steps\n",
    options,
    run};
