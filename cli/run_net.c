// SPDX-License-Identifier: MIT
#include "run_net.h"

#include <math.h>
#include <stdlib.h>

static fovea_status take_logits(const fovea_tensor *output, double **logits, int *count,
                                fovea_error *error) {
    fovea_view view = fovea_tensor_view(output);
    int64_t numbers = fovea_shape_count(&view.shape);
    if (view.shape.rank != 2 || numbers < 1 || numbers > 1 << 24) {
        char shape[96];
        fovea_shape_format(&view.shape, shape, sizeof shape);
        return cli_fail(error, FOVEA_SHAPE_MISMATCH,
                        "the net's output is %s, not one number a class", shape);
    }
    *logits = calloc((size_t)numbers, sizeof **logits);
    if (!*logits) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int64_t i = 0; i < numbers; i++)
        (*logits)[i] = view.type == FOVEA_F64 ? ((const double *)view.data)[i]
                                              : (double)((const float *)view.data)[i];
    *count = (int)numbers;
    return FOVEA_OK;
}

static fovea_status run_graph(const fovea_graph *graph, const fovea_tensor *batch, double **logits,
                              int *count, fovea_error *error) {
    fovea_session_options options;
    fovea_session *session = NULL;
    fovea_tensor *output = NULL;
    fovea_session_options_default(&options);
    options.samples = 1;
    if (fovea_graph_input_count(graph) != 1 || fovea_graph_output_count(graph) != 1)
        return cli_fail(error, FOVEA_UNSUPPORTED,
                        "the net has %d inputs and %d outputs, one of each is needed",
                        (int)fovea_graph_input_count(graph), (int)fovea_graph_output_count(graph));
    CLI_TRY(fovea_session_create(graph, &options, &session, error));
    fovea_view input = fovea_tensor_view(batch);
    fovea_status status = fovea_session_forward(session, &input, 1, error);
    if (status == FOVEA_OK)
        status = fovea_session_value(session, fovea_graph_output(graph, 0), &output, error);
    if (status == FOVEA_OK) status = take_logits(output, logits, count, error);
    fovea_tensor_free(output);
    fovea_session_free(session);
    return status;
}

fovea_status cli_run_net(const fovea_model *model, const fovea_tensor *batch, double **logits,
                         int *count, fovea_error *error) {
    fovea_shape own = fovea_model_input(model), batched = fovea_tensor_view(batch).shape;
    fovea_shape given = fovea_shape_make(batched.rank - 1, batched.dim + 1);
    *logits = NULL;
    if (fovea_shape_equal(&given, &own))
        return run_graph(fovea_model_graph(model), batch, logits, count, error);
    fovea_model *resized;
    CLI_TRY(fovea_model_resized(model, &given, &resized, error));
    fovea_status status = run_graph(fovea_model_graph(resized), batch, logits, count, error);
    fovea_model_free(resized);
    return status;
}

void cli_softmax(const double *logits, int count, double *probability) {
    double highest = -INFINITY, sum = 0;
    for (int k = 0; k < count; k++) highest = fmax(highest, logits[k]);
    for (int k = 0; k < count; k++) sum += probability[k] = exp(logits[k] - highest);
    for (int k = 0; k < count; k++) probability[k] /= sum;
}
