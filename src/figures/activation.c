// SPDX-License-Identifier: MIT
// The activations that have formulas here, and their values and derivatives as the operators compute them.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/activation.h"
#include "fovea/model.h"
#include "fovea/run.h"
#include "layers/op.h"

typedef struct formula {
    const char *name, *value, *derivative;
} formula;

static const formula formulas[] = {
    {"relu", "max(0, x)", "1 for x > 0, else 0"},
    {"leaky_relu", "x for x > 0, else alpha x", "1 for x > 0, else alpha"},
    {"tanh", "(exp(x) − exp(−x)) / (exp(x) + exp(−x))", "1 − f(x)^2"},
    {"sigmoid", "1 / (1 + exp(−x))", "f(x) (1 − f(x))"},
    {"gelu", "x P(x), P(x) = (1 + erf(x / sqrt(2))) / 2", "P(x) + x exp(−x^2 / 2) / sqrt(2 pi)"},
    {"silu", "x s(x), s(x) = 1 / (1 + exp(−x))", "s(x) (1 + x (1 − s(x)))"},
    {"elu", "x for x > 0, else alpha (exp(x) − 1)", "1 for x > 0, else alpha exp(x)"},
    {"selu", "1.0507 x for x > 0, else 1.7581 (exp(x) − 1)",
     "1.0507 for x > 0, else 1.7581 exp(x)"},
    {"celu", "x for x > 0, else alpha (exp(x / alpha) − 1)", "1 for x > 0, else exp(x / alpha)"},
    {"hardsigmoid", "min(max(x / 6 + 1/2, 0), 1)", "1/6 for −3 < x < 3, else 0"},
    {"hardswish", "x min(max(x / 6 + 1/2, 0), 1)", "0 for x ≤ −3, 1 for x ≥ 3, else x / 3 + 1/2"},
    {"softplus", "log(1 + exp(x))", "1 / (1 + exp(−x))"},
    {"softsign", "x / (1 + |x|)", "1 / (1 + |x|)^2"},
    {"mish", "x t(x), t(x) = tanh(log(1 + exp(x)))", "t(x) + x (1 − t(x)^2) / (1 + exp(−x))"},
    {"thresholded_relu", "x for x > alpha, else 0", "1 for x > alpha, else 0"},
};

static const formula *formula_of(const fovea__op *op) {
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (strcmp(formulas[i].name, op->text) == 0) return &formulas[i];
    return NULL;
}

static const fovea__op *find(int32_t index) {
    size_t count;
    const fovea__op *const *table = fovea__op_table(&count);
    for (size_t i = 0; i < count && index >= 0; i++)
        if (formula_of(table[i]) && index-- == 0) return table[i];
    return NULL;
}

int32_t fovea_activation_count(void) {
    int32_t count = 0;
    while (find(count)) count++;
    return count;
}

const char *fovea_activation_name(int32_t index) {
    const fovea__op *op = find(index);
    return op ? op->text : NULL;
}

fovea_status fovea_activation_formula(int32_t index, const char **value, const char **derivative,
                                      fovea_error *error) {
    const fovea__op *op = find(index);
    if (!op)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no activation %d", (int)index);
    if (value) *value = formula_of(op)->value;
    if (derivative) *derivative = formula_of(op)->derivative;
    return FOVEA_OK;
}

int32_t fovea__activation_index(const char *text) {
    size_t length = strcspn(text, " \t=");
    for (int32_t i = 0; find(i); i++)
        if (strlen(find(i)->text) == length && strncmp(find(i)->text, text, length) == 0) return i;
    return -1;
}

static fovea_status check_name(const char *activation, fovea_error *error) {
    char list[512] = "";
    const char *names[32];
    size_t count = 0, used = 0;
    if (fovea__activation_index(activation) >= 0) return FOVEA_OK;
    for (; find((int32_t)count) && count < 32; count++) {
        names[count] = find((int32_t)count)->text;
        used += (size_t)snprintf(list + used, used < sizeof list ? sizeof list - used : 0, "%s%s",
                                 count ? ", " : "", names[count]);
        if (used >= sizeof list) used = sizeof list - 1;
    }
    const char *near = fovea__nearest(activation, names, count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no activation '%.80s'%s%s%s; there are %s", activation,
                       near ? ", did you mean " : "", near ? near : "", near ? "?" : "", list);
}

static void take(const fovea_tensor *tensor, int64_t count, double *numbers) {
    if (numbers) memcpy(numbers, fovea_tensor_view(tensor).data, (size_t)count * sizeof *numbers);
}

static fovea_status read_results(const fovea_session *session, const fovea_graph *graph,
                                 int64_t count, double *value, double *derivative,
                                 fovea_error *error) {
    fovea_tensor *tensor;
    FOVEA__TRY(fovea_session_value(session, fovea_graph_output(graph, 0), &tensor, error));
    take(tensor, count, value);
    fovea_tensor_free(tensor);
    FOVEA__TRY(fovea_session_gradient(session, fovea_graph_input(graph, 0), &tensor, error));
    take(tensor, count, derivative);
    fovea_tensor_free(tensor);
    return FOVEA_OK;
}

// A net of this one layer over 1×1×count: forward, then backward of ones.
static fovea_status run(const fovea_graph *graph, const double *x, const double *ones,
                        int64_t count, double *value, double *derivative, fovea_error *error) {
    fovea_session_options options;
    fovea_session *session;
    fovea_session_options_default(&options);
    options.gradients = 1;
    FOVEA__TRY(fovea_session_create(graph, &options, &session, error));
    fovea_view input = {.type = FOVEA_F64, .shape = {4, {1, 1, 1, count}}, .data = (void *)x};
    fovea_view d_output = input;
    d_output.data = (void *)ones;
    fovea_status status = fovea_session_forward(session, &input, 1, error);
    if (status == FOVEA_OK)
        status = fovea_session_backward(session, fovea_graph_output(graph, 0), &d_output, error);
    if (status == FOVEA_OK) status = read_results(session, graph, count, value, derivative, error);
    fovea_session_free(session);
    return status;
}

fovea_status fovea_activation_at(fovea_context *context, const char *activation, const double *x,
                                 int64_t count, double *value, double *derivative,
                                 fovea_error *error) {
    fovea_model_options options;
    fovea_model *model;
    if (count < 1 || count > 1000000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "an activation is computed at 1 to 1000000 places, not %lld",
                           (long long)count);
    FOVEA__TRY(check_name(activation, error));
    if (strchr(activation, ','))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "'%.80s' is more than one activation",
                           activation);
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {1, 1, count}};
    options.precision = "f64";
    FOVEA__TRY(fovea_model_from_text(context, activation, &options, &model, error));
    double *ones = fovea__new(context, (size_t)count, sizeof *ones, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (ones) {
        for (int64_t i = 0; i < count; i++) ones[i] = 1;
        status = run(fovea_model_graph(model), x, ones, count, value, derivative, error);
    }
    fovea__free(context, ones);
    fovea_model_free(model);
    return status;
}
