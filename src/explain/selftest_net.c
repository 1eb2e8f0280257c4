// SPDX-License-Identifier: MIT
// The net itself: what is explained is what the model computes, from the picture or from any layer on.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/selftest_parts.h"

// The model's own output for x, from its whole graph. Yours.
static fovea_status whole_output(const fovea__subject *s, fovea_tensor **output,
                                 fovea_error *error) {
    const fovea_graph *graph = s->explainer->model->graph;
    fovea_session_options how;
    fovea_session *session;
    fovea_session_options_default(&how);
    how.outputs_only = 1;
    FOVEA__TRY(fovea_session_create(graph, &how, &session, error));
    fovea_status status = fovea_session_forward(session, &s->x, 1, error);
    if (status == FOVEA_OK)
        status = fovea_session_value(session, graph->output[s->explainer->options.output], output,
                                     error);
    fovea_session_free(session);
    return status;
}

static fovea_status logits_of(const fovea__subject *s, double **logits, fovea_error *error) {
    fovea_context *context = s->explainer->context;
    *logits = fovea__new(context, (size_t)s->explainer->outputs, sizeof **logits, error);
    if (!*logits) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea_explainer_logits(s->explainer, &s->x, *logits, error);
    if (status != FOVEA_OK) fovea__free(context, *logits);
    return status;
}

static fovea_status check_output(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    double *logits, differ = 0;
    fovea_tensor *output = NULL;
    if (t->own.explainer->peeled) {
        fovea__not_applied(found, "the net ends in a %s", t->own.explainer->peeled);
        return FOVEA_OK;
    }
    FOVEA__TRY(logits_of(&t->own, &logits, error));
    fovea_status status = whole_output(&t->own, &output, error);
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(output);
        for (int64_t k = 0; k < t->own.explainer->outputs; k++)
            differ += logits[k] != fovea__view_number(&view, k);
        fovea__found(found, differ, 0, "logits");
    }
    fovea_tensor_free(output);
    fovea__free(t->context, logits);
    return status;
}

// Softmax of the logits, in double, against the model's output.
static void compare_softmax(fovea__testing *t, const double *logits, const fovea_view *output,
                            fovea_identity *found) {
    int64_t count = t->exact.explainer->outputs;
    double largest = -INFINITY, sum = 0;
    for (int64_t k = 0; k < count; k++) largest = fmax(largest, logits[k]);
    for (int64_t k = 0; k < count; k++) sum += exp(logits[k] - largest);
    bool logarithm = strcmp(t->exact.explainer->peeled, "LogSoftmax") == 0;
    for (int64_t k = 0; k < count; k++) {
        double number = fovea__view_number(output, k);
        double p = exp(logits[k] - largest) / sum, is = logarithm ? exp(number) : number;
        fovea__found(found, fabs(p - is), t->exact.tolerance, "probabilities");
    }
}

static fovea_status check_softmax(fovea__testing *t, const fovea__identity *identity,
                                  fovea_identity *found, fovea_error *error) {
    (void)identity;
    const fovea_explainer *explainer = t->exact.explainer;
    const fovea_shape *shape = &explainer->graph->value[explainer->logits].signature.shape;
    double *logits;
    fovea_tensor *output = NULL;
    if (!explainer->peeled) {
        fovea__not_applied(found, "the net does not end in a softmax");
        return FOVEA_OK;
    }
    if (shape->rank < 2 || explainer->outputs != shape->dim[1]) {
        fovea__not_applied(found, "the net's softmax is over more than one place");
        return FOVEA_OK;
    }
    FOVEA__TRY(logits_of(&t->exact, &logits, error));
    fovea_status status = whole_output(&t->exact, &output, error);
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(output);
        compare_softmax(t, logits, &view, found);
    }
    fovea_tensor_free(output);
    fovea__free(t->context, logits);
    return status;
}

static fovea_status resume_at(fovea__testing *t, const fovea__passes *whole, fovea_value layer,
                              fovea_identity *found, fovea_error *error) {
    fovea_graph *tail = NULL;
    fovea_tensor *value = NULL;
    fovea__passes rest = {.graph = NULL};
    fovea_status status = fovea__explainer_tail(t->own.explainer, layer, &tail, error);
    if (status != FOVEA_OK) return status;
    fovea__passes_options options = {
        .graph = tail, .samples = 1, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__GO(fovea__passes_value(whole, layer, &value, error));
    FOVEA__GO(fovea__passes_open(t->own.explainer, &options, &rest, error));
    const fovea_view inputs[] = {fovea_tensor_view(value), t->own.x};
    FOVEA__GO(fovea__passes_run(&rest, inputs, (int32_t)tail->input_count, error));
    fovea_view a = fovea_tensor_view(whole->logits), b = fovea_tensor_view(rest.logits);
    fovea__found_bits(found, &a, &b, t->own.explainer->graph->value[layer].name);
done:
    fovea__passes_close(&rest);
    fovea_tensor_free(value);
    fovea__graph_cut_free(tail);
    return status;
}

static bool is_layer(const fovea_explainer *explainer, fovea_value v) {
    const fovea__value *value = &explainer->graph->value[v];
    return v != explainer->logits && fovea__is_float(value->signature.type);
}

static fovea_status check_resume(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    const fovea_explainer *explainer = t->own.explainer;
    const fovea_graph *graph = explainer->graph;
    fovea__passes whole;
    fovea__passes_options options = {.samples = 1, .leaf = FOVEA_NO_VALUE};
    FOVEA__TRY(fovea__passes_open(t->own.explainer, &options, &whole, error));
    fovea_status status = fovea__passes_run(&whole, &t->own.x, 1, error);
    for (size_t n = 0; n < graph->node_count && status == FOVEA_OK; n++)
        if (is_layer(explainer, graph->node[n].out[0]) &&
            fovea__is_tried(t, (int64_t)n, (int64_t)graph->node_count, 8))
            status = resume_at(t, &whole, graph->node[n].out[0], found, error);
    fovea__passes_close(&whole);
    return status;
}

static double largest_of(const double *numbers, int64_t count) {
    double largest = 0;
    for (int64_t k = 0; k < count; k++) largest = fmax(largest, fabs(numbers[k]));
    return largest;
}

static void compare_logits(const double *a, const double *b, int64_t count, double tolerance,
                           fovea_identity *found) {
    double scale = largest_of(a, count);
    for (int64_t k = 0; k < count; k++)
        fovea__found(found, fovea__relative(a[k], b[k], scale), tolerance, "logits");
}

static bool has_node(const fovea_graph *graph, const char *op) {
    for (size_t n = 0; n < graph->node_count; n++)
        if (strcmp(graph->node[n].op->name, op) == 0) return true;
    return false;
}

static fovea_status compare_subjects(fovea__testing *t, const fovea__subject *a,
                                     const fovea__subject *b, double tolerance,
                                     fovea_identity *found, fovea_error *error) {
    double *of_a, *of_b = NULL;
    FOVEA__TRY(logits_of(a, &of_a, error));
    fovea_status status = logits_of(b, &of_b, error);
    if (status == FOVEA_OK) {
        compare_logits(of_a, of_b, a->explainer->outputs, tolerance, found);
        fovea__free(t->context, of_b);
    }
    fovea__free(t->context, of_a);
    return status;
}

static fovea_status check_fold(fovea__testing *t, const fovea__identity *identity,
                               fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea__subject folded = t->exact;
    if (!has_node(t->exact.explainer->graph, "BatchNormalization")) {
        fovea__not_applied(found, "the net has no batch normalisation");
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea__explainer_folded(t->exact.explainer, &folded.explainer, error));
    return compare_subjects(t, &t->exact, &folded, t->exact.tolerance, found, error);
}

static fovea_status check_double(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    if (t->exact.explainer == t->own.explainer) {
        fovea__not_applied(found, t->in_double ? "the net is in double precision itself"
                                               : "there is no copy in double precision");
        return FOVEA_OK;
    }
    return compare_subjects(t, &t->exact, &t->own, identity->tolerance, found, error);
}

const fovea__identity fovea__identities_net[] = {
    {.name = "output",
     .formula = "the logits that are explained = the model's output, in bits",
     .check = check_output},
    {.name = "softmax-peeled",
     .formula = "the model's output = softmax(logits), |difference|",
     .check = check_softmax},
    {.name = "resume",
     .formula = "f of the net from a layer on, given the layer's values = f(x), in bits",
     .check = check_resume},
    {.name = "batchnorm-folded",
     .formula = "logits with batch normalisation folded into weights = logits; / max |logit|",
     .check = check_fold},
    {.name = "single-precision",
     .formula = "logits in F32 = logits in F64; / max |logit|",
     .check = check_double,
     .tolerance = 1e-4},
    {.name = NULL}};
