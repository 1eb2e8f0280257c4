// SPDX-License-Identifier: MIT
#include "explain/constant_terms.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/dependents.h"

bool fovea__has_gradient(const fovea__passes *passes, fovea_value v) {
    if (v < 0) return false;
    fovea_value_kind kind = passes->graph->value[v].kind;
    bool flows = kind == FOVEA_VALUE_INPUT || kind == FOVEA_VALUE_COMPUTED;
    return flows && passes->session->plan->has_gradient[v];
}

static int32_t operands(const fovea__passes *passes, const fovea__node *node) {
    int32_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++) count += fovea__has_gradient(passes, node->in[i]);
    return count;
}

// Twice the input gives twice the output, whatever the input: out = J in.
static bool is_homogeneous(const fovea__passes *passes, const fovea__node *node) {
    static const char *const bends[] = {"Relu", "LeakyRelu",     "MaxPool",
                                        "Abs",  "GlobalMaxPool", NULL};
    static const char *const adds[] = {"Add", "Sub", "Sum", "Mean", "Concat", "Max", "Min", NULL};
    static const char *const may_add[] = {"Pad",           "GeneralGemm",        "Conv", "Gemm",
                                          "ConvTranspose", "BatchNormalization", NULL};
    const char *name = node->op->name;
    int32_t count = operands(passes, node);
    if (fovea__is_one_of(node, adds)) return count == node->in_count;
    if (fovea__is_one_of(node, bends)) return true;
    if (strcmp(name, "PRelu") == 0) return count == 1 && fovea__has_gradient(passes, node->in[0]);
    return node->op->traits & FOVEA__LINEAR && count == 1 &&
           fovea__has_gradient(passes, node->in[0]) && !fovea__is_one_of(node, may_add);
}

static double constant_number(const fovea_graph *graph, fovea_value v, int64_t i) {
    fovea_view view = fovea__graph_parameter(graph, v);
    return fovea__view_number(&view, i);
}

static bool is_own(const fovea_graph *graph, fovea_value v) {
    return v >= 0 && (graph->value[v].kind == FOVEA_VALUE_PARAMETER ||
                      graph->value[v].kind == FOVEA_VALUE_BUFFER);
}

// What is added to channel c, of nodes that add one number a channel.
static bool adds_by_channel(const fovea_graph *graph, const fovea__node *node) {
    static const char *const layers[] = {"Conv", "ConvTranspose", "Gemm", NULL};
    if (fovea__is_one_of(node, layers))
        return node->in_count < 3 || node->in[2] < 0 || is_own(graph, node->in[2]);
    if (strcmp(node->op->name, "BatchNormalization") != 0) return false;
    for (int32_t i = 1; i < 5; i++)
        if (!is_own(graph, node->in[i])) return false;
    return true;
}

static double channel_constant(const fovea_graph *graph, const fovea__node *node, int64_t c) {
    if (strcmp(node->op->name, "BatchNormalization") != 0)
        return node->in_count > 2 && node->in[2] >= 0 ? constant_number(graph, node->in[2], c) : 0;
    double scale = constant_number(graph, node->in[1], c);
    double shift = constant_number(graph, node->in[2], c);
    double mean = constant_number(graph, node->in[3], c);
    double variance = constant_number(graph, node->in[4], c);
    double epsilon = fovea__node_attribute(node, "epsilon")->f;
    return shift - mean * scale / sqrt(variance + epsilon);
}

// The views and gradients of a node, copies.
typedef struct {
    fovea_tensor *in[FOVEA__MAX_INPUTS], *out[FOVEA__MAX_OUTPUTS];
    fovea_tensor *d_in[FOVEA__MAX_INPUTS], *d_out;
} numbers;

static void free_numbers(numbers *all) {
    for (int32_t i = 0; i < FOVEA__MAX_INPUTS; i++) {
        fovea_tensor_free(all->in[i]);
        fovea_tensor_free(all->d_in[i]);
    }
    for (int32_t i = 0; i < FOVEA__MAX_OUTPUTS; i++) fovea_tensor_free(all->out[i]);
    fovea_tensor_free(all->d_out);
}

static fovea_status copy_numbers(const fovea__passes *passes, const fovea__node *node, numbers *all,
                                 fovea_error *error) {
    FOVEA__TRY(fovea__passes_gradient(passes, node->out[0], &all->d_out, error));
    for (int32_t o = 0; o < node->out_count; o++)
        FOVEA__TRY(fovea__passes_value(passes, node->out[o], &all->out[o], error));
    for (int32_t i = 0; i < node->in_count; i++) {
        if (node->in[i] < 0) continue;
        FOVEA__TRY(fovea__passes_value(passes, node->in[i], &all->in[i], error));
        if (!fovea__has_gradient(passes, node->in[i])) continue;
        fovea_view view = fovea_tensor_view(all->in[i]);
        FOVEA__TRY(fovea_tensor_create(passes->explainer->context, view.type, &view.shape,
                                       &all->d_in[i], error));
    }
    return FOVEA_OK;
}

// J^T df/dout, of this node alone.
static fovea_status go_back(const fovea__passes *passes, const fovea__node *node,
                            const numbers *all, fovea_error *error) {
    fovea_view in[FOVEA__MAX_INPUTS] = {0}, out[FOVEA__MAX_OUTPUTS] = {0};
    fovea_view d_in[FOVEA__MAX_INPUTS] = {0}, d_out[FOVEA__MAX_OUTPUTS] = {0};
    static const uint32_t sample[16];
    fovea__call call = {.attributes = &node->attributes,
                        .cpu = fovea__context_cpu(passes->explainer->context),
                        .random = {.sample = sample},
                        .in = in,
                        .in_count = node->in_count,
                        .out = out,
                        .out_count = node->out_count};
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!all->in[i]) continue;
        d_in[i] = in[i] = fovea_tensor_view(all->in[i]);
        d_in[i].data = all->d_in[i] ? fovea_tensor_view(all->d_in[i]).data : NULL;
    }
    for (int32_t o = 0; o < node->out_count; o++) out[o] = fovea_tensor_view(all->out[o]);
    d_out[0] = fovea_tensor_view(all->d_out);
    fovea_status status = node->op->vjp(&call, d_out, d_in, error);
    return status == FOVEA_OK ? status : fovea__fail_in(error, status, node->name);
}

// Parts df/dout out - in J^T df/dout where all operands have the output's shape, else only their sum.
static fovea_status measure(const fovea__passes *passes, const numbers *all,
                            fovea__constant_terms *terms, fovea_error *error) {
    fovea_view out = fovea_tensor_view(all->out[0]), d_out = fovea_tensor_view(all->d_out);
    int64_t count = fovea_shape_count(&out.shape);
    bool by_cells = true;
    double *part = fovea__new(passes->explainer->context, (size_t)count, sizeof *part, error);
    if (!part) return FOVEA_OUT_OF_MEMORY;
    for (int64_t k = 0; k < count; k++)
        part[k] = fovea__view_number(&d_out, k) * fovea__view_number(&out, k);
    for (int64_t k = 0; k < count; k++) terms->total += part[k];
    for (int32_t i = 0; i < FOVEA__MAX_INPUTS; i++) {
        if (!all->d_in[i]) continue;
        fovea_view in = fovea_tensor_view(all->in[i]), d_in = fovea_tensor_view(all->d_in[i]);
        bool same = fovea_shape_equal(&in.shape, &out.shape);
        by_cells = by_cells && same;
        double sum = 0;
        for (int64_t k = 0; k < fovea_shape_count(&in.shape); k++) {
            double product = fovea__view_number(&d_in, k) * fovea__view_number(&in, k);
            sum += product;
            if (same) part[k] -= product;
        }
        terms->total -= sum;
    }
    if (by_cells)
        terms->part = part;
    else
        fovea__free(passes->explainer->context, part);
    return FOVEA_OK;
}

static fovea_status find_by_channel(const fovea__passes *passes, const fovea__node *node,
                                    fovea__constant_terms *terms, fovea_error *error) {
    fovea_tensor *gradient = NULL;
    FOVEA__TRY(fovea__passes_gradient(passes, node->out[0], &gradient, error));
    fovea_view view = fovea_tensor_view(gradient);
    int64_t count = fovea_shape_count(&view.shape), channels = view.shape.dim[1];
    int64_t cells = count / channels;
    terms->part = fovea__new(passes->explainer->context, (size_t)count, sizeof *terms->part, error);
    if (terms->part)
        for (int64_t c = 0; c < channels; c++) {
            double constant = channel_constant(passes->graph, node, c);
            for (int64_t k = c * cells; k < (c + 1) * cells; k++)
                terms->total += terms->part[k] = fovea__view_number(&view, k) * constant;
        }
    fovea_tensor_free(gradient);
    return terms->part ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__find_constant_terms(const fovea__passes *passes, size_t n,
                                        fovea__constant_terms *terms, fovea_error *error) {
    const fovea__node *node = &passes->graph->node[n];
    *terms = (fovea__constant_terms){0};
    bool one = operands(passes, node) == 1 && fovea__has_gradient(passes, node->in[0]);
    if (is_homogeneous(passes, node)) return FOVEA_OK;
    // A single sample is all that stands in dimension 0.
    if (one && adds_by_channel(passes->graph, node) &&
        fovea__at_batch(&passes->graph->value[node->out[0]], 1).shape.dim[0] == 1)
        return find_by_channel(passes, node, terms, error);
    numbers all = {0};
    fovea_status status = copy_numbers(passes, node, &all, error);
    if (status == FOVEA_OK) status = go_back(passes, node, &all, error);
    if (status == FOVEA_OK) status = measure(passes, &all, terms, error);
    free_numbers(&all);
    return status;
}

fovea_status fovea__gradient_times_value(const fovea__passes *passes, fovea_value v, double *sum,
                                         fovea_error *error) {
    fovea_tensor *value = NULL, *gradient = NULL;
    FOVEA__TRY(fovea__passes_value(passes, v, &value, error));
    fovea_status status = fovea__passes_gradient(passes, v, &gradient, error);
    *sum = 0;
    if (status == FOVEA_OK) {
        fovea_view a = fovea_tensor_view(value), b = fovea_tensor_view(gradient);
        for (int64_t i = 0; i < fovea_shape_count(&a.shape); i++)
            *sum += fovea__view_number(&a, i) * fovea__view_number(&b, i);
    }
    fovea_tensor_free(value);
    fovea_tensor_free(gradient);
    return status;
}
