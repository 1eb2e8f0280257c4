// SPDX-License-Identifier: MIT
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "run/session.h"

typedef struct {
    fovea_graph *graph;
    fovea_session *session, *analytic;  // differences without gradients, gradients
    const fovea_view *inputs;
    int32_t count;
    const fovea_gradient_check_options *options;
    fovea_gradient_report *report;
} check;

void fovea_gradient_check_options_default(fovea_gradient_check_options *options) {
    *options = (fovea_gradient_check_options){
        .size = sizeof *options, .epsilon = 1e-6, .absolute = 1e-5, .relative = 1e-3};
}

// r: the fixed weights of the outputs, in [-1, 1).
static double weight_of(int64_t element, uint32_t output) {
    return 2 * fovea__random_double(1, FOVEA__RANDOM_TEST, 0, output, (uint64_t)element) - 1;
}

static fovea_status evaluate(const check *c, double *sum, fovea_error *error) {
    FOVEA__TRY(fovea_session_forward(c->session, c->inputs, c->count, error));
    *sum = 0;
    for (size_t o = 0; o < c->graph->output_count; o++) {
        fovea_tensor *out;
        FOVEA__TRY(fovea_session_value(c->session, c->graph->output[o], &out, error));
        fovea_view view = fovea_tensor_view(out);
        int64_t size = view.type == FOVEA_F64 ? fovea_shape_count(&view.shape) : 0;
        for (int64_t i = 0; i < size; i++)
            *sum += weight_of(i, (uint32_t)o) * ((double *)view.data)[i];
        fovea_tensor_free(out);
    }
    return FOVEA_OK;
}

// All gradients by one backward: every output is seeded with its weights.
static fovea_status analyse(const check *c, fovea_error *error) {
    fovea_session *session = c->analytic;
    FOVEA__TRY(fovea_session_forward(session, c->inputs, c->count, error));
    fovea__session_clear_seeds(session);
    for (size_t o = 0; o < c->graph->output_count; o++) {
        fovea_value v = c->graph->output[o];
        fovea__signature at = fovea__at_batch(&c->graph->value[v], session->bound.split.samples);
        double *seed = session->gradient[v];
        int64_t size = fovea_shape_count(&at.shape);
        for (int64_t i = 0; seed && i < size; i++) seed[i] += weight_of(i, (uint32_t)o);
    }
    return fovea__session_backward_seeded(session, error);
}

static void record(const check *c, fovea_value v, int64_t element, double a, double n) {
    double apart = fabs(a - n), allowed = c->options->absolute + c->options->relative * fabs(n);
    double ratio = apart > 0 || isnan(apart) ? apart / allowed : 0;
    c->report->checked++;
    if (!(ratio <= 1)) c->report->failed++;
    // A ratio that is not a number is worse than any other; the first stays.
    if (ratio <= c->report->worst || isnan(c->report->worst)) return;
    c->report->worst = ratio;
    c->report->worst_value = v;
    c->report->worst_element = element;
    c->report->analytic = a;
    c->report->numeric = n;
}

static fovea_status check_value(const check *c, fovea_value v, double *memory, fovea_error *error) {
    fovea_tensor *gradient;
    double up, down;
    fovea_status status = fovea_session_gradient(c->analytic, v, &gradient, error);
    if (status != FOVEA_OK) return status;
    fovea_view view = fovea_tensor_view(gradient);
    int64_t size = fovea_shape_count(&view.shape);
    int64_t most = c->options->most, step = most > 0 && size > most ? (size - 1) / most + 1 : 1;
    for (int64_t i = 0; i < size && status == FOVEA_OK; i += step) {
        double kept = memory[i];
        memory[i] = kept + c->options->epsilon;
        status = evaluate(c, &up, error);
        memory[i] = kept - c->options->epsilon;
        if (status == FOVEA_OK) status = evaluate(c, &down, error);
        memory[i] = kept;
        if (status == FOVEA_OK)
            record(c, v, i, ((double *)view.data)[i], (up - down) / (2 * c->options->epsilon));
    }
    fovea_tensor_free(gradient);
    return status;
}

static fovea_status check_all(const check *c, fovea_error *error) {
    for (fovea_value v = 0; v < (fovea_value)c->graph->value_count; v++) {
        const fovea__value *value = &c->graph->value[v];
        if (value->kind == FOVEA_VALUE_PARAMETER && c->analytic->gradient[v])
            FOVEA__TRY(check_value(c, v, value->data, error));
    }
    for (int32_t i = 0; i < c->count; i++)
        if (c->analytic->gradient[c->graph->input[i]])
            FOVEA__TRY(check_value(c, c->graph->input[i], c->inputs[i].data, error));
    return FOVEA_OK;
}

static fovea_status make_session(const check *c, int gradients, fovea_session **session,
                                 fovea_error *error) {
    fovea_session_options options;
    fovea_session_options_default(&options);
    for (int32_t i = 0; i < c->count; i++)
        if (fovea__is_batched(&c->graph->value[c->graph->input[i]]) && c->inputs[i].shape.rank > 0)
            options.samples = c->inputs[i].shape.dim[0];
    options.gradients = gradients;
    options.training = c->options->training;
    options.plan = "plain";
    FOVEA__TRY(fovea_session_create(c->graph, &options, session, error));
    fovea_session_set_random(*session, c->options->seed, 0, NULL, 0);
    return FOVEA_OK;
}

fovea_status fovea_gradient_check(fovea_graph *graph, const fovea_view *inputs, int32_t count,
                                  const fovea_gradient_check_options *options,
                                  fovea_gradient_report *report, fovea_error *error) {
    fovea_gradient_check_options standard;
    fovea_gradient_check_options_default(&standard);
    if (!options) options = &standard;
    *report = (fovea_gradient_report){.worst_value = FOVEA_NO_VALUE};
    for (size_t v = 0; v < graph->value_count; v++)
        if (graph->value[v].signature.type == FOVEA_F32)
            return fovea__fail(error, FOVEA_UNSUPPORTED, "the gradient check wants an F64 graph");
    if (count < 0 || (size_t)count != graph->input_count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d inputs; the graph takes %zu", count,
                           graph->input_count);
    if (!(options->epsilon > 0))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "epsilon is %g; it must be above 0",
                           options->epsilon);
    check c = {
        .graph = graph, .inputs = inputs, .count = count, .options = options, .report = report};
    fovea_status status = make_session(&c, 0, &c.session, error);
    if (status == FOVEA_OK) status = make_session(&c, 1, &c.analytic, error);
    if (status == FOVEA_OK) status = analyse(&c, error);
    if (status == FOVEA_OK) status = check_all(&c, error);
    fovea_session_free(c.session);
    fovea_session_free(c.analytic);
    return status;
}
