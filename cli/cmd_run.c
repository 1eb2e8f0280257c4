// SPDX-License-Identifier: MIT
// fovea run: a net on arrays or pictures, and every number it computes on the way.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "open_inputs.h"
#include "run_inputs.h"
#include "run_outputs.h"
#include "value_range.h"

static const cli_option options[] = {
    {"input", 0, "NAME=FILE", NULL,
     "what goes in: x.npy, x.npz (arrays by name), a picture or SET#N; without NAME= for the net's "
     "next input; may be given repeatedly"},
    {"all", 0, "FILE", NULL, "write every value to FILE.npz while it is made, under its own name"},
    {"parameters", 0, NULL, NULL, "weights and constants into the file of --all, too"},
    {"output", 'o', "FILE", NULL, "write the outputs to FILE.npz, or the only one to FILE.npy"},
    {"sample", 0, "CxHxW", NULL,
     "what architecture text or open sizes of a file are built for (default: what the array of "
     "--input is made of)"},
    CLI_WEIGHTS_OPTION,
    CLI_PREPROCESSING_OPTIONS,
    CLI_DATA_OPTIONS,
    CLI_END};

// One value that was seen, of the graph.
typedef struct {
    fovea_value value;
    cli_value_range range;
} seen;

typedef struct {
    const cli_call *cli;
    fovea_model *model;
    cli_run_inputs inputs;
    fovea_npz *all;  // NULL: not asked for
    seen *list;      // all values made, in order
    size_t count, capacity;
    fovea_status status;  // of the file, which a probe cannot return
    fovea_error error;
} job;

// Sizes that the file leaves open are those of the array. On failure `error` stays the first one.
static fovea_status open_for_array(job *j, fovea_error *error) {
    fovea_error second = {0};
    fovea_shape sample = cli_run_inputs_sample(&j->inputs);
    if (sample.rank == 0) return error->status;
    fovea_status status = cli_open_model(j->cli, j->cli->operand[0], &sample, &j->model, &second);
    return status == FOVEA_OK ? status : error->status;
}

static fovea_status open_model(job *j, fovea_error *error) {
    const cli_call *cli = j->cli;
    const char *name = cli->operand[0], *typed = cli_text(cli, "sample");
    fovea_shape sample = {.rank = 0};
    if (typed)
        CLI_TRY(cli_parse_sample("--sample", typed, &sample, error));
    else if (access(name, F_OK) != 0)
        sample = cli_run_inputs_sample(&j->inputs);
    if (j->inputs.count == 0 && access(name, F_OK) != 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "nothing goes in: --input x.npy");
    fovea_status status = cli_open_model(cli, name, &sample, &j->model, error);
    if (status == FOVEA_INVALID_ARGUMENT && sample.rank == 0) status = open_for_array(j, error);
    CLI_TRY(status);
    return cli_set_preprocessing(cli, j->model, error);
}

// Samples of another size than the model's own go into a model built for them.
static fovea_status fit_model(job *j, fovea_error *error) {
    fovea_shape own = fovea_model_input(j->model), given = j->inputs.view[0].shape;
    if (own.rank == 0 || given.rank != own.rank + 1) return FOVEA_OK;
    fovea_shape sample = fovea_shape_make(own.rank, given.dim + 1);
    if (fovea_shape_equal(&sample, &own)) return FOVEA_OK;
    fovea_model *resized;
    CLI_TRY(fovea_model_resized(j->model, &sample, &resized, error));
    fovea_model_free(j->model);
    j->model = resized;
    return FOVEA_OK;
}

static fovea_status add(job *j, const char *name, const fovea_view *view) {
    if (j->all && j->status == FOVEA_OK) j->status = fovea_npz_add(j->all, name, view, &j->error);
    return j->status;
}

static void note(job *j, fovea_value value, const fovea_view *view) {
    if (j->count == j->capacity) {
        size_t room = j->capacity ? 2 * j->capacity : 64;
        seen *larger = realloc(j->list, room * sizeof *larger);
        if (!larger) {
            if (j->status == FOVEA_OK)
                j->status = cli_fail(&j->error, FOVEA_OUT_OF_MEMORY, "out of memory");
            return;
        }
        j->list = larger;
        j->capacity = room;
    }
    j->list[j->count++] = (seen){value, cli_value_range_of(view)};
}

static void see(void *user, const fovea_graph *graph, fovea_value value, const fovea_view *view) {
    job *j = user;
    note(j, value, view);
    add(j, fovea_graph_value(graph, value).name, view);
}

static fovea_status add_inputs(job *j) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++)
        add(j, fovea_graph_value(graph, fovea_graph_input(graph, i)).name, &j->inputs.view[i]);
    return j->status;
}

static fovea_status add_parameters(job *j) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_view view = fovea_graph_parameter(graph, v);
        if (view.data) add(j, fovea_graph_value(graph, v).name, &view);
    }
    return j->status;
}

static int64_t batch_of(const job *j) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        fovea_shape shape = fovea_graph_value(graph, fovea_graph_input(graph, i)).shape;
        if (shape.rank > 0 && shape.dim[0] == FOVEA_DYNAMIC) return j->inputs.view[i].shape.dim[0];
    }
    return 1;
}

static fovea_status take_failure(const job *j, fovea_status status, fovea_error *error) {
    if (status != FOVEA_OK || j->status == FOVEA_OK) return status;
    *error = j->error;
    return j->status;
}

static fovea_status compute(job *j, fovea_session **session, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    fovea_session_options settings;
    fovea_session_options_default(&settings);
    settings.samples = batch_of(j);
    settings.passing = 1;
    CLI_TRY(fovea_session_create(graph, &settings, session, error));
    if (j->all || j->cli->json)
        CLI_TRY(fovea_session_add_probe(*session, FOVEA_NO_VALUE, see, j, error));
    CLI_TRY(take_failure(j, add_inputs(j), error));
    fovea_status status =
        fovea_session_forward(*session, j->inputs.view, fovea_graph_input_count(graph), error);
    return take_failure(j, status, error);
}

static fovea_status finish_all(job *j, fovea_error *error) {
    if (!j->all) return FOVEA_OK;
    if (cli_flag(j->cli, "parameters")) CLI_TRY(take_failure(j, add_parameters(j), error));
    fovea_npz *all = j->all;
    j->all = NULL;
    char shown[256];
    CLI_TRY(fovea_npz_finish(all, error));
    cli_note(j->cli, "wrote %s", cli_clean(shown, sizeof shown, cli_text(j->cli, "all")));
    return FOVEA_OK;
}

// The range of output o, which session keeps.
static fovea_status range_of(const fovea_session *session, fovea_value value,
                             cli_value_range *range, fovea_error *error) {
    fovea_tensor *tensor;
    CLI_TRY(fovea_session_value(session, value, &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    *range = cli_value_range_of(&view);
    fovea_tensor_free(tensor);
    return FOVEA_OK;
}

static fovea_status print_table(const job *j, const fovea_session *session, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    cli_value_range range;
    cli_value_range_title();
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        range = cli_value_range_of(&j->inputs.view[i]);
        cli_value_range_print(fovea_graph_value(graph, fovea_graph_input(graph, i)).name, &range);
    }
    for (size_t v = 0; v < j->count; v++)
        cli_value_range_print(fovea_graph_value(graph, j->list[v].value).name, &j->list[v].range);
    for (int32_t o = 0; o < fovea_graph_output_count(graph) && !j->count; o++) {
        fovea_value value = fovea_graph_output(graph, o);
        CLI_TRY(range_of(session, value, &range, error));
        cli_value_range_print(fovea_graph_value(graph, value).name, &range);
    }
    return FOVEA_OK;
}

static fovea_status print_json(const job *j, const fovea_session *session, fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(j->model);
    cli_json json;
    cli_value_range range;
    cli_json_start(&json, stdout, "run");
    cli_json_array(&json, "inputs");
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        range = cli_value_range_of(&j->inputs.view[i]);
        cli_value_range_json(&json, fovea_graph_value(graph, fovea_graph_input(graph, i)).name,
                             &range);
    }
    cli_json_close(&json);
    cli_json_array(&json, "values");
    for (size_t v = 0; v < j->count; v++)
        cli_value_range_json(&json, fovea_graph_value(graph, j->list[v].value).name,
                             &j->list[v].range);
    cli_json_close(&json);
    cli_json_array(&json, "outputs");
    for (int32_t o = 0; o < fovea_graph_output_count(graph); o++) {
        fovea_value value = fovea_graph_output(graph, o);
        CLI_TRY(range_of(session, value, &range, error));
        cli_value_range_json(&json, fovea_graph_value(graph, value).name, &range);
    }
    cli_json_close(&json);
    cli_json_end(&json);
    return FOVEA_OK;
}

static fovea_status work(job *j, fovea_session **session, fovea_error *error) {
    const cli_call *cli = j->cli;
    CLI_TRY(cli_run_inputs_read(cli, &j->inputs, error));
    CLI_TRY(open_model(j, error));
    CLI_TRY(cli_run_inputs_fit(cli, j->model, &j->inputs, error));
    CLI_TRY(fit_model(j, error));
    if (cli_text(cli, "all"))
        CLI_TRY(fovea_npz_create(cli->context, cli_text(cli, "all"), &j->all, error));
    CLI_TRY(compute(j, session, error));
    CLI_TRY(finish_all(j, error));
    CLI_TRY(cli_run_outputs_write(cli, fovea_model_graph(j->model), *session, error));
    return cli->json ? print_json(j, *session, error) : print_table(j, *session, error);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    job j = {.cli = cli};
    fovea_session *session = NULL;
    CLI_TRY(cli_run_files_check(cli, error));
    fovea_status status = work(&j, &session, error);
    fovea_npz_discard(j.all);
    fovea_session_free(session);
    cli_run_inputs_free(&j.inputs);
    fovea_model_free(j.model);
    free(j.list);
    return status;
}

const cli_command cli_run_model = {
    "run",
    CLI_NETS,
    "MODEL",
    1,
    1,
    "put arrays or pictures into a net, get its outputs and every value between",
    "Prints names, types, shapes and ranges of what goes in and comes out. --all keeps every "
    "intermediate value: they are written while the net runs, so that memory is needed for a few "
    "at a time only. Pictures are prepared as the model says; arrays go in as they are, a missing "
    "batch of one is added.",
    "fovea run runs/mnist --input digit.png --all values.npz\n"
    "fovea run net.onnx --input x=x.npy --input mask=mask.npy -o y.npz\n",
    options,
    run};
