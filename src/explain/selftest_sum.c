// SPDX-License-Identifier: MIT
// Nets that are linear piece by piece: the logit is what the pixels and the biases contribute.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/selftest_parts.h"
#include "graph/dependents.h"

typedef struct {
    const fovea_graph *graph;
    fovea__passes passes;
    uint8_t *depends;             // values that depend on x
    double share, size;           // of all biases; sum of the layers' magnitudes
    const fovea__node *obstacle;  // a node whose pieces are not linear
} account;

// f(s x) = s f(x) for s >= 0, whatever else goes in.
static bool is_homogeneous(const fovea__node *node) {
    static const char *const names[] = {"Relu",          "LeakyRelu",
                                        "PRelu",         "MaxPool",
                                        "AveragePool",   "GlobalAveragePool",
                                        "GlobalMaxPool", "AdaptiveAveragePool",
                                        "Flatten",       "Reshape",
                                        "Transpose",     "Concat",
                                        "Identity",      "Dropout",
                                        "Slice",         "Squeeze",
                                        "Unsqueeze",     "Expand",
                                        "Tile",          "Gather",
                                        "DepthToSpace",  "SpaceToDepth",
                                        "Resize",        "ReduceMean",
                                        "ReduceSum",     "ReduceMax",
                                        "ReduceMin",     "ReduceL1",
                                        "ReduceL2",      "Abs",
                                        "Neg",           "Mean",
                                        "Cast",          NULL};
    return fovea__is_one_of(node, names);
}

static int32_t data_inputs(const account *a, const fovea__node *node) {
    int32_t first;
    return fovea__marked_inputs(node, a->depends, &first);
}

static fovea_status read_both(const account *a, fovea_value v, fovea_tensor **value,
                              fovea_tensor **gradient, fovea_error *error) {
    *gradient = NULL;
    FOVEA__TRY(fovea__passes_value(&a->passes, v, value, error));
    return fovea__passes_gradient(&a->passes, v, gradient, error);
}

// sum over the cells of gradient * shift[channel].
static double by_channel(const fovea_view *gradient, const double *shift) {
    int64_t count = fovea_shape_count(&gradient->shape), channels = gradient->shape.dim[1];
    int64_t cells = count / gradient->shape.dim[0] / channels;
    double sum = 0;
    for (int64_t i = 0; i < count; i++)
        sum += shift[i / cells % channels] * fovea__view_number(gradient, i);
    return sum;
}

static double number_of(const account *a, fovea_value v, int64_t i) {
    const fovea__value *value = &a->graph->value[v];
    fovea_view view = {value->signature.type, value->signature.shape, value->data};
    return fovea__view_number(&view, i);
}

// What a layer adds to channel c: its bias, or of a normalisation shift - mean scale / deviation.
static double shift_of(const account *a, const fovea__node *node, int64_t c) {
    enum { SCALE = 1, SHIFT, MEAN, VARIANCE, BIAS = 2 };
    if (strcmp(node->op->name, "BatchNormalization") != 0) return number_of(a, node->in[BIAS], c);
    double epsilon = fovea__node_attribute(node, "epsilon")->f;
    double deviation = sqrt(number_of(a, node->in[VARIANCE], c) + epsilon);
    return number_of(a, node->in[SHIFT], c) -
           number_of(a, node->in[MEAN], c) * number_of(a, node->in[SCALE], c) / deviation;
}

static fovea_status add_channels(account *a, const fovea__node *node, fovea_error *error) {
    fovea_tensor *gradient;
    FOVEA__TRY(fovea__passes_gradient(&a->passes, node->out[0], &gradient, error));
    fovea_view view = fovea_tensor_view(gradient);
    int64_t channels = view.shape.dim[1];
    double *shift = fovea__new(a->graph->context, (size_t)channels, sizeof *shift, error);
    for (int64_t c = 0; shift && c < channels; c++) shift[c] = shift_of(a, node, c);
    double share = shift ? by_channel(&view, shift) : 0;
    a->share += share;
    a->size += fabs(share);
    fovea_tensor_free(gradient);
    fovea__free(a->graph->context, shift);
    return shift ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

// <out - sign in, gradient of out>: the constant that was added, or, of a Clip, its ends.
static fovea_status add_difference(account *a, const fovea__node *node, fovea_value in, double sign,
                                   fovea_error *error) {
    fovea_tensor *value = NULL, *gradient = NULL, *input = NULL;
    fovea_status status = read_both(a, node->out[0], &value, &gradient, error);
    if (status == FOVEA_OK) status = fovea__passes_value(&a->passes, in, &input, error);
    if (status == FOVEA_OK) {
        fovea_view out = fovea_tensor_view(value), g = fovea_tensor_view(gradient);
        fovea_view x = fovea_tensor_view(input);
        bool clip = strcmp(node->op->name, "Clip") == 0;
        double share = 0;
        for (int64_t i = 0; i < fovea_shape_count(&out.shape); i++) {
            double from = fovea__view_number(&x, i), to = fovea__view_number(&out, i);
            double constant = clip ? (from == to ? 0 : to) : to - sign * from;
            share += constant * fovea__view_number(&g, i);
        }
        // Beyond a Clip's ends no slope comes through: what they give is part of no later product.
        a->share += share;
        a->size += fabs(share);
    }
    fovea_tensor_free(value);
    fovea_tensor_free(gradient);
    fovea_tensor_free(input);
    return status;
}

static bool same_shape(const account *a, fovea_value x, fovea_value y) {
    return fovea_shape_equal(&a->graph->value[x].signature.shape,
                             &a->graph->value[y].signature.shape);
}

static fovea_status add_constant(account *a, const fovea__node *node, fovea_error *error) {
    int32_t i = a->depends[node->in[0]] ? 0 : 1;
    bool minus = i == 1 && strcmp(node->op->name, "Sub") == 0;
    if (!same_shape(a, node->in[i], node->out[0])) {
        a->obstacle = node;
        return FOVEA_OK;
    }
    return add_difference(a, node, node->in[i], minus ? -1 : 1, error);
}

static fovea_status add_node(account *a, const fovea__node *node, fovea_error *error) {
    static const char *const weighted[] = {"Conv", "ConvTranspose", "Gemm", NULL};
    static const char *const added[] = {"Add", "Sub", "Sum", NULL};
    static const char *const products[] = {"Mul", "Div", "MatMul", "GeneralGemm", NULL};
    int32_t data = data_inputs(a, node);
    if (data == 0 || is_homogeneous(node)) return FOVEA_OK;
    if (fovea__is_one_of(node, weighted) && data == 1)
        return node->in_count > 2 && node->in[2] >= 0 ? add_channels(a, node, error) : FOVEA_OK;
    if (strcmp(node->op->name, "BatchNormalization") == 0 && data == 1)
        return add_channels(a, node, error);
    if (fovea__is_one_of(node, added) && data == node->in_count) return FOVEA_OK;
    if (fovea__is_one_of(node, added) && node->in_count == 2) return add_constant(a, node, error);
    if (fovea__is_one_of(node, products) && data == 1 && a->depends[node->in[0]] &&
        node->in_count == 2)
        return FOVEA_OK;
    if (strcmp(node->op->name, "Clip") == 0) return add_difference(a, node, node->in[0], 1, error);
    if (strcmp(node->op->name, "Pad") == 0 && node->in_count == 1 &&
        fovea__node_attribute(node, "value")->f == 0)
        return FOVEA_OK;
    a->obstacle = node;
    return FOVEA_OK;
}

static fovea_status add_all(account *a, fovea__testing *t, double *pixels, fovea_error *error) {
    fovea_tensor *gradient;
    FOVEA__TRY(fovea__passes_run(&a->passes, &t->exact.x, 1, error));
    FOVEA__TRY(fovea__passes_back(&a->passes, t->target, error));
    FOVEA__TRY(fovea__passes_gradient(&a->passes, a->graph->input[0], &gradient, error));
    fovea_view view = fovea_tensor_view(gradient);
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        *pixels += fovea__view_number(&view, i) * fovea__view_number(&t->exact.x, i);
    fovea_tensor_free(gradient);
    for (size_t n = 0; n < a->graph->node_count && !a->obstacle; n++)
        FOVEA__TRY(add_node(a, &a->graph->node[n], error));
    return FOVEA_OK;
}

static fovea_status make_account(fovea__testing *t, account *a, double *pixels,
                                 fovea_error *error) {
    fovea__passes_options options = {.samples = 1, .gradients = true, .leaf = FOVEA_NO_VALUE};
    a->graph = t->exact.explainer->graph;
    a->depends = fovea__new(t->context, a->graph->value_count, 1, error);
    if (!a->depends) return FOVEA_OUT_OF_MEMORY;
    fovea__mark_dependents(a->graph, a->graph->input[0], a->depends);
    fovea_status status = fovea__passes_open(t->exact.explainer, &options, &a->passes, error);
    if (status == FOVEA_OK) status = add_all(a, t, pixels, error);
    fovea__passes_close(&a->passes);
    fovea__free(t->context, a->depends);
    return status;
}

static fovea_status check_sum(fovea__testing *t, bool biased, fovea_identity *found,
                              fovea_error *error) {
    account a = {.share = 0};
    double pixels = 0, f = t->exact.logit;
    FOVEA__TRY(make_account(t, &a, &pixels, error));
    if (a.obstacle)
        fovea__not_applied(found, "'%.80s' (%s) is not linear piece by piece", a.obstacle->name,
                           a.obstacle->op->name);
    else if (!biased && a.size > 0)
        fovea__not_applied(found, "the net has biases: they give %.6g of the logit", a.share);
    else
        fovea__found(found,
                     fovea__relative(pixels + a.share, f, fmax(fabs(f), fabs(pixels) + a.size)),
                     t->exact.tolerance, "sum");
    return FOVEA_OK;
}

static fovea_status check_euler(fovea__testing *t, const fovea__identity *identity,
                                fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_sum(t, false, found, error);
}

static fovea_status check_full(fovea__testing *t, const fovea__identity *identity,
                               fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_sum(t, true, found, error);
}

const fovea__identity fovea__identities_sum[] = {
    {.name = "euler",
     .formula = "sum x df/dx = f where there are no biases; / |f|",
     .check = check_euler},
    {.name = "pixels-and-biases",
     .formula = "sum x df/dx + sum b df/db = f; / sum of the layers' magnitudes",
     .check = check_full},
    {.name = NULL}};
