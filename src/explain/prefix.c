// SPDX-License-Identifier: MIT
#include "explain/prefix.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

static bool is_constant(const fovea_graph *graph, fovea_value v) {
    return v < 0 || graph->value[v].kind == FOVEA_VALUE_PARAMETER ||
           graph->value[v].kind == FOVEA_VALUE_BUFFER;
}

// Affine in `v`, its only operand that is not constant.
static bool is_affine_in(const fovea_graph *graph, const fovea__node *node, fovea_value v) {
    static const char *const either[] = {"Add", "Sub", "Mul", "Sum", "Concat"};
    if (!(node->op->traits & FOVEA__LINEAR) || !node->op->vjp) return false;
    bool any = false;
    for (size_t k = 0; k < sizeof either / sizeof either[0]; k++)
        any |= strcmp(node->op->name, either[k]) == 0;
    int32_t operands = 0;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (node->in[i] == v && (i == 0 || any))
            operands++;
        else if (!is_constant(graph, node->in[i]))
            return false;
    }
    return operands == 1;
}

// The one node that reads v; NULL where there is none or several.
static const fovea__node *only_reader(const fovea_graph *graph, fovea_value v) {
    const fovea__node *reader = NULL;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            if (graph->node[n].in[i] != v) continue;
            if (reader) return NULL;
            reader = &graph->node[n];
        }
    return reader;
}

static bool outputs_are_alone(const fovea_graph *graph, const fovea__node *node) {
    for (int32_t o = 1; o < node->out_count; o++)
        if (only_reader(graph, node->out[o])) return false;
    return true;
}

static fovea_value find_end(const fovea_explainer *explainer) {
    const fovea_graph *graph = explainer->graph;
    fovea_value end = explainer->input;
    for (;;) {
        const fovea__node *node = only_reader(graph, end);
        if (!node || !is_affine_in(graph, node, end) || !outputs_are_alone(graph, node)) return end;
        fovea_value next = node->out[0];
        if (next == explainer->logits) return end;
        if (graph->value[next].signature.type != explainer->type ||
            fovea__is_batched(&graph->value[next]) != (explainer->most > 1))
            return end;
        end = next;
    }
}

fovea_status fovea__prefix_open(fovea_explainer *explainer, fovea__prefix *prefix,
                                fovea_error *error) {
    *prefix = (fovea__prefix){.explainer = explainer, .end = find_end(explainer)};
    if (prefix->end == explainer->input) return FOVEA_OK;
    const fovea_graph *graph = explainer->graph;
    fovea_status status =
        fovea__graph_cut(graph, &explainer->input, 1, &prefix->end, 1, &prefix->head, error);
    if (status == FOVEA_OK)
        status =
            fovea__graph_cut(graph, &prefix->end, 1, &explainer->logits, 1, &prefix->tail, error);
    if (status != FOVEA_OK) fovea__prefix_close(prefix);
    return status;
}

void fovea__prefix_close(fovea__prefix *prefix) {
    fovea_session_free(prefix->session);
    fovea__graph_cut_free(prefix->head);
    fovea__graph_cut_free(prefix->tail);
    prefix->session = NULL;
    prefix->head = prefix->tail = NULL;
}

fovea_status fovea__prefix_begin(fovea__prefix *prefix, int64_t samples, fovea_error *error) {
    prefix->samples = samples;
    if (!prefix->head) return FOVEA_OK;
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = samples;
    options.gradients = 1;
    fovea__session_needs needs = {.input_gradient = true, .outputs_only = true};
    return fovea__session_create(prefix->head, &options, needs, &prefix->session, error);
}

static fovea_status copy_of(const fovea__prefix *prefix, const fovea_view *x, fovea_tensor **tensor,
                            fovea_error *error) {
    FOVEA__TRY(fovea_tensor_create(prefix->explainer->context, x->type, &x->shape, tensor, error));
    memcpy(fovea_tensor_view(*tensor).data, x->data,
           (size_t)fovea_shape_count(&x->shape) * fovea_type_size(x->type));
    return FOVEA_OK;
}

fovea_status fovea__prefix_forward(fovea__prefix *prefix, const fovea_view *x, fovea_tensor **z1,
                                   fovea_error *error) {
    if (!prefix->head) return copy_of(prefix, x, z1, error);
    FOVEA__TRY(fovea_session_forward(prefix->session, x, 1, error));
    return fovea_session_value(prefix->session, prefix->end, z1, error);
}

int64_t fovea__prefix_size(const fovea__prefix *prefix) {
    return fovea__sample_size(&prefix->explainer->graph->value[prefix->end]);
}

fovea_status fovea__prefix_back(fovea__prefix *prefix, const double *d_z1, fovea_tensor **d_x,
                                fovea_error *error) {
    fovea_explainer *explainer = prefix->explainer;
    int64_t n = prefix->head ? prefix->session->bound.split.samples : 1;
    fovea__signature at = fovea__at_batch(&explainer->graph->value[prefix->end], n);
    fovea_tensor *seed = NULL;
    FOVEA__TRY(fovea_tensor_create(explainer->context, at.type, &at.shape, &seed, error));
    fovea_view view = fovea_tensor_view(seed);
    for (int64_t i = 0; i < fovea__prefix_size(prefix); i++) fovea__view_set(&view, i, d_z1[i]);
    if (!prefix->head) {
        *d_x = seed;
        return FOVEA_OK;
    }
    fovea_status status = fovea_session_backward(prefix->session, prefix->end, &view, error);
    fovea_tensor_free(seed);
    if (status != FOVEA_OK) return status;
    return fovea_session_gradient(prefix->session, explainer->input, d_x, error);
}
