// SPDX-License-Identifier: MIT
// The pass: every node's relevance goes to its inputs, and what goes where is written down.
#include "explain/relevance.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/relevance_loops.h"
#include "graph/dependents.h"

// Constants that are added take their share as a bias does.
static bool adds_constants(const fovea__node *node, const fovea_view *d_in) {
    if (strcmp(node->op->name, "BatchNormalization") == 0) return true;
    if (strcmp(node->op->name, "Mul") == 0 || strcmp(node->op->name, "Div") == 0) return false;
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] >= 0 && !d_in[i].data) return true;
    return false;
}

static bool is_additive(const fovea__node *node) {
    static const char *const names[] = {"Add", "Sub", "Sum", "Mean", "BatchNormalization", NULL};
    return fovea__is_one_of(node, names);
}

static fovea_status share(const fovea__relevance *relevance, const fovea__node *node,
                          const fovea__call *call, const fovea_view *r, fovea_view *d_in,
                          double *bias, fovea_error *error) {
    fovea_view s = fovea__scratch(relevance->explainer->context, &call->out[0], error);
    if (!s.data) return FOVEA_OUT_OF_MEMORY;
    fovea__division division = {.where = 0};
    double given = fovea__total(r), passed = 0;
    fovea__divide(&division, r, &call->out[0], &call->out[0], &s);
    fovea_status status = node->op->vjp(call, &s, d_in, error);
    fovea__free(relevance->explainer->context, s.data);
    if (status != FOVEA_OK) return status;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!d_in[i].data) continue;
        fovea__product(&d_in[i], &call->in[i], &d_in[i]);
        passed += fovea__total(&d_in[i]);
    }
    *bias = is_additive(node) && adds_constants(node, d_in) ? given - passed : division.lost;
    return FOVEA_OK;
}

static int32_t wanted_input(const fovea__node *node, const fovea_view *d_in) {
    for (int32_t i = 0; i < node->in_count; i++)
        if (d_in[i].data) return i;
    return 0;
}

static fovea_status hand_down(const fovea__relevance *relevance, const fovea_graph *graph,
                              const fovea__node *node, const fovea__call *call, const fovea_view *r,
                              fovea_view *d_in, double *bias, fovea_error *error) {
    int32_t x = wanted_input(node, d_in);
    switch ((fovea__relevance_kind)relevance->kind[node - graph->node]) {
        case FOVEA__RELEVANCE_PASS:
            memcpy(d_in[x].data, r->data,
                   (size_t)fovea_shape_count(&r->shape) * fovea_type_size(r->type));
            return FOVEA_OK;
        case FOVEA__RELEVANCE_SHARE:
            return share(relevance, node, call, r, d_in, bias, error);
        case FOVEA__RELEVANCE_WEIGHTED:
        case FOVEA__RELEVANCE_FIRST:
            return fovea__relevance_weighted(relevance, graph, node, call, x, r, &d_in[x], bias,
                                             error);
        case FOVEA__RELEVANCE_MOVE:
        case FOVEA__RELEVANCE_NONE:
            break;
    }
    return node->op->vjp(call, r, d_in, error);
}

static bool applies(void *user, const fovea_graph *graph, const fovea__node *node) {
    const fovea__relevance *relevance = user;
    return relevance->kind[node - graph->node] != FOVEA__RELEVANCE_NONE;
}

static fovea_status backward(void *user, const fovea_graph *graph, const fovea__node *node,
                             const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    fovea__relevance *relevance = user;
    size_t n = (size_t)(node - graph->node);
    double given = fovea__total(&d_out[0]), passed = 0, bias = 0;
    FOVEA__TRY(hand_down(relevance, graph, node, call, &d_out[0], d_in, &bias, error));
    for (int32_t i = 0; i < node->in_count; i++)
        if (d_in[i].data) passed += fovea__total(&d_in[i]);
    // Of what is moved, cells that are none of the net's (padding, constants) take theirs.
    if (relevance->kind[n] == FOVEA__RELEVANCE_MOVE && fabs(given - passed) > 1e-5 * fabs(given))
        bias = given - passed;
    relevance->account[n].given = given;
    relevance->account[n].passed = passed;
    relevance->account[n].bias = bias;
    return FOVEA_OK;
}

// The layers from the logits down, in logits: R was made of a logit of 1.
static fovea_status write_layers(const fovea__relevance *relevance, double f, fovea_error *error) {
    const fovea_graph *graph = relevance->explainer->graph;
    fovea_attribution *result = relevance->job->result;
    result->layers =
        fovea__new(result->context, graph->node_count + 1, sizeof *result->layers, error);
    if (!result->layers) return FOVEA_OUT_OF_MEMORY;
    result->law = "conservation";
    result->expected = f;
    for (size_t n = graph->node_count; n-- > 0;) {
        if (relevance->kind[n] == FOVEA__RELEVANCE_NONE) continue;
        double given = relevance->account[n].given, passed = relevance->account[n].passed;
        double bias = relevance->account[n].bias;
        result->layers[result->layer_count++] =
            (fovea_layer_sum){.name = graph->node[n].name,
                              .sum = f * passed,
                              .bias = f * bias,
                              .residual = fabs(given - passed - bias)};
        result->expected -= f * bias;
    }
    return FOVEA_OK;
}

static fovea_status write_map(fovea__job *job, const fovea_tensor *r, double f,
                              fovea_error *error) {
    fovea_shape shape = fovea__sample_shape(&job->x);
    FOVEA__TRY(fovea__new_map(job, &shape, &job->result->map, error));
    fovea_view from = fovea_tensor_view(r), to = fovea_tensor_view(job->result->map);
    int64_t count = fovea_shape_count(&shape);
    for (int64_t i = 0; i < count; i++) fovea__view_set(&to, i, f * fovea__view_number(&from, i));
    return FOVEA_OK;
}

static fovea_status run_passes(fovea__job *job, fovea__relevance *relevance, fovea__passes *passes,
                               fovea_error *error) {
    fovea_tensor *r = NULL;
    FOVEA__TRY(fovea__passes_run(passes, &job->x, 1, error));
    FOVEA__TRY(fovea__passes_back(passes, job->target, error));
    job->result->forward_passes += passes->forward_passes;
    job->result->backward_passes += passes->backward_passes;
    double f = fovea__passes_logit(passes, 0, job->target);
    FOVEA__TRY(fovea__passes_gradient(passes, relevance->explainer->input, &r, error));
    fovea_status status = write_map(job, r, f, error);
    fovea_tensor_free(r);
    return status == FOVEA_OK ? write_layers(relevance, f, error) : status;
}

static fovea_status propagate(fovea__job *job, fovea__relevance *relevance, fovea_error *error) {
    const fovea_explainer *explainer = relevance->explainer;
    size_t nodes = explainer->graph->node_count;
    relevance->kind = fovea__new(explainer->context, nodes + 1, 1, error);
    relevance->account =
        fovea__new(explainer->context, nodes + 1, sizeof *relevance->account, error);
    if (!relevance->kind || !relevance->account) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__relevance_kinds(explainer->graph, explainer->input, relevance->kind, error));
    fovea__rules rules = {.applies = applies, .backward = backward, .user = relevance};
    fovea__passes_options options = {
        .samples = 1, .gradients = true, .leaf = explainer->input, .rules = &rules};
    fovea__passes passes;
    FOVEA__TRY(fovea__passes_open(relevance->explainer, &options, &passes, error));
    fovea_status status = run_passes(job, relevance, &passes, error);
    fovea__passes_close(&passes);
    return status;
}

static bool has_batch_normalization(const fovea_graph *graph) {
    for (size_t n = 0; n < graph->node_count; n++)
        if (strcmp(graph->node[n].op->name, "BatchNormalization") == 0) return true;
    return false;
}

fovea_status fovea__explain_relevance(fovea__job *job, const fovea__composite *composite,
                                      fovea_error *error) {
    fovea__relevance relevance = {.explainer = job->explainer, .job = job, .composite = composite};
    if (has_batch_normalization(job->explainer->graph))
        FOVEA__TRY(fovea__explainer_folded(job->explainer, &relevance.explainer, error));
    fovea_status status = propagate(job, &relevance, error);
    fovea__free(job->explainer->context, relevance.kind);
    fovea__free(job->explainer->context, relevance.account);
    return status;
}
