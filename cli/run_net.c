// SPDX-License-Identifier: MIT
#include "run_net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "step_table.h"

// The numbers of a value of the net, all but one dimension of which are 1.
static fovea_status take_numbers(const fovea_session *session, fovea_value value, double **numbers,
                                 int *count, fovea_error *error) {
    fovea_tensor *tensor;
    CLI_TRY(fovea_session_value(session, value, &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    int64_t all = fovea_shape_count(&view.shape), longest = 0;
    for (int32_t d = 0; d < view.shape.rank; d++)
        if (view.shape.dim[d] > longest) longest = view.shape.dim[d];
    bool real = view.type == FOVEA_F32 || view.type == FOVEA_F64;
    if (!real || view.shape.rank < 2 || all < 1 || all != longest || all > 1 << 24) {
        char shape[96];
        fovea_shape_format(&view.shape, shape, sizeof shape);
        fovea_tensor_free(tensor);
        return cli_fail(error, FOVEA_SHAPE_MISMATCH,
                        "the net's output is %s, not one number a class", shape);
    }
    *numbers = calloc((size_t)all, sizeof **numbers);
    for (int64_t i = 0; *numbers && i < all; i++)
        (*numbers)[i] = view.type == FOVEA_F64 ? ((const double *)view.data)[i]
                                               : (double)((const float *)view.data)[i];
    *count = (int)all;
    fovea_tensor_free(tensor);
    return *numbers ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
}

// exp(logit) / sum over all, the largest taken off first.
static void softmax(const double *logits, int count, double *probability) {
    double highest = -INFINITY, sum = 0;
    for (int k = 0; k < count; k++) highest = fmax(highest, logits[k]);
    for (int k = 0; k < count; k++) sum += probability[k] = exp(logits[k] - highest);
    for (int k = 0; k < count; k++) probability[k] /= sum;
}

static fovea_status take_answers(const fovea_graph *graph, const fovea_session *session,
                                 cli_answers *answers, fovea_error *error) {
    const char *op;
    int count;
    fovea_value output = fovea_graph_output(graph, 0);
    fovea_value logits = fovea_graph_logits(graph, output, &op);
    CLI_TRY(take_numbers(session, logits, &answers->logit, &answers->count, error));
    if (op) CLI_TRY(take_numbers(session, output, &answers->probability, &count, error));
    for (int k = 0; op && strcmp(op, "LogSoftmax") == 0 && k < count; k++)
        answers->probability[k] = exp(answers->probability[k]);
    if (op) return FOVEA_OK;
    answers->probability = calloc((size_t)answers->count, sizeof *answers->probability);
    if (!answers->probability) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    softmax(answers->logit, answers->count, answers->probability);
    return FOVEA_OK;
}

static fovea_status run_graph(const fovea_graph *graph, const fovea_tensor *batch,
                              cli_answers *answers, fovea_error *error) {
    fovea_session_options options;
    fovea_session *session = NULL;
    fovea_session_options_default(&options);
    options.samples = 1;
    if (fovea_graph_input_count(graph) != 1 || fovea_graph_output_count(graph) < 1)
        return cli_fail(error, FOVEA_UNSUPPORTED,
                        "the net has %d inputs and %d outputs, one of each is needed",
                        (int)fovea_graph_input_count(graph), (int)fovea_graph_output_count(graph));
    CLI_TRY(fovea_session_create(graph, &options, &session, error));
    fovea_view input = fovea_tensor_view(batch);
    fovea_status status = cli_explains() ? fovea_session_profile(session, error) : FOVEA_OK;
    if (status == FOVEA_OK) status = fovea_session_forward(session, &input, 1, error);
    if (status == FOVEA_OK && cli_explains())
        status = cli_explain_times(session, fovea_graph_context(graph), error);
    if (status == FOVEA_OK) status = take_answers(graph, session, answers, error);
    fovea_session_free(session);
    return status;
}

fovea_status cli_run_net(const fovea_model *model, const fovea_tensor *batch, cli_answers *answers,
                         fovea_error *error) {
    fovea_shape own = fovea_model_input(model), batched = fovea_tensor_view(batch).shape;
    fovea_shape given = fovea_shape_make(batched.rank - 1, batched.dim + 1);
    *answers = (cli_answers){.count = 0};
    if (fovea_shape_equal(&given, &own))
        return run_graph(fovea_model_graph(model), batch, answers, error);
    fovea_model *resized;
    CLI_TRY(fovea_model_resized(model, &given, &resized, error));
    fovea_status status = run_graph(fovea_model_graph(resized), batch, answers, error);
    fovea_model_free(resized);
    return status;
}

void cli_answers_free(cli_answers *answers) {
    free(answers->logit);
    free(answers->probability);
    *answers = (cli_answers){.count = 0};
}
