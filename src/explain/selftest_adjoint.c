// SPDX-License-Identifier: MIT
// Linear operators and their gradients, with the net's own weights.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/random.h"
#include "explain/selftest_parts.h"
#include "graph/dependents.h"

enum { EPOCH = 5 };

typedef struct {
    fovea__testing *t;
    const fovea__node *node;
    uint32_t index;
    fovea_session *session;
    fovea_tensor *x, *y;                      // random
    fovea_tensor *at_zero, *at_x, *gradient;  // op(0), op(x), opT(y)
} linear;

static void fill(const linear *l, uint32_t epoch, fovea_tensor *tensor) {
    fovea_view view = fovea_tensor_view(tensor);
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        fovea__view_set(&view, i,
                        2 * fovea__random_double(l->t->options.seed, FOVEA__RANDOM_NOISE, epoch,
                                                 l->index, (uint64_t)i) -
                            1);
}

static fovea_status forward(linear *l, fovea_value out, fovea_tensor **result, fovea_error *error) {
    fovea_view x = fovea_tensor_view(l->x);
    FOVEA__TRY(fovea_session_forward(l->session, &x, 1, error));
    return fovea_session_value(l->session, out, result, error);
}

static double dot(const fovea_view *a, const fovea_view *b, const fovea_view *less,
                  double *length) {
    double sum = 0, square = 0;
    for (int64_t i = 0; i < fovea_shape_count(&a->shape); i++) {
        double number = fovea__view_number(a, i) - (less ? fovea__view_number(less, i) : 0);
        sum += number * fovea__view_number(b, i);
        square += number * number;
    }
    *length = sqrt(square);
    return sum;
}

// Both products add up `n` numbers of random signs: their size is |op(x)| |y| / sqrt n.
static void measure(const linear *l, fovea_identity *found) {
    fovea_view x = fovea_tensor_view(l->x), y = fovea_tensor_view(l->y);
    fovea_view a = fovea_tensor_view(l->at_x), zero = fovea_tensor_view(l->at_zero);
    fovea_view g = fovea_tensor_view(l->gradient);
    double length, unused, n = (double)fovea_shape_count(&y.shape);
    double forwards = dot(&a, &y, &zero, &length), backwards = dot(&x, &g, NULL, &unused);
    double scale = length * sqrt(n / 3) / sqrt(n);
    fovea__found(found, fovea__relative(forwards, backwards, scale), l->t->own.tolerance,
                 l->node->name);
}

static fovea_status run(linear *l, const fovea_graph *cut, fovea_error *error) {
    fovea_session_options how;
    fovea_session_options_default(&how);
    how.gradients = how.fixed_parameters = 1;
    fovea_value in = l->node->in[0], out = l->node->out[0];
    fovea__signature of_x = fovea__at_batch(&cut->value[in], 1);
    fovea__signature of_y = fovea__at_batch(&cut->value[out], 1);
    FOVEA__TRY(fovea_tensor_create(cut->context, of_x.type, &of_x.shape, &l->x, error));
    FOVEA__TRY(fovea_tensor_create(cut->context, of_y.type, &of_y.shape, &l->y, error));
    FOVEA__TRY(fovea_session_create(cut, &how, &l->session, error));
    FOVEA__TRY(forward(l, out, &l->at_zero, error));
    fill(l, EPOCH, l->x);
    fill(l, EPOCH + 1, l->y);
    FOVEA__TRY(forward(l, out, &l->at_x, error));
    fovea_view y = fovea_tensor_view(l->y);
    FOVEA__TRY(fovea_session_backward(l->session, out, &y, error));
    return fovea_session_gradient(l->session, in, &l->gradient, error);
}

static void close_linear(linear *l) {
    fovea_session_free(l->session);
    fovea_tensor *const tensors[] = {l->x, l->y, l->at_zero, l->at_x, l->gradient};
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++) fovea_tensor_free(tensors[i]);
}

static fovea_status check_node(fovea__testing *t, size_t n, fovea_identity *found,
                               fovea_error *error) {
    const fovea_graph *graph = t->own.explainer->graph;
    const fovea__node *node = &graph->node[n];
    linear l = {.t = t, .node = node, .index = (uint32_t)n};
    fovea_graph *cut;
    FOVEA__TRY(fovea__graph_cut(graph, &node->in[0], 1, &node->out[0], 1, &cut, error));
    fovea_status status = run(&l, cut, error);
    if (status == FOVEA_OK) measure(&l, found);
    close_linear(&l);
    fovea__graph_cut_free(cut);
    return status;
}

static bool is_weighted(const fovea__node *node) {
    static const char *const names[] = {"Conv", "ConvTranspose", "Gemm", NULL};
    return fovea__is_one_of(node, names);
}

// Linear in its first input, all others being numbers of the net.
static bool is_linear(const fovea_graph *graph, const fovea__node *node) {
    if (!(node->op->traits & FOVEA__LINEAR) || !node->op->vjp || node->in[0] < 0) return false;
    if (!fovea__is_float(graph->value[node->in[0]].signature.type)) return false;
    for (int32_t i = 1; i < node->in_count; i++)
        if (node->in[i] >= 0 && !graph->value[node->in[i]].data) return false;
    return !graph->value[node->in[0]].data;
}

static fovea_status check_kind(fovea__testing *t, bool weighted, fovea_identity *found,
                               fovea_error *error) {
    const fovea_graph *graph = t->own.explainer->graph;
    int64_t count = 0, index = 0;
    for (size_t n = 0; n < graph->node_count; n++)
        count += is_linear(graph, &graph->node[n]) && is_weighted(&graph->node[n]) == weighted;
    for (size_t n = 0; n < graph->node_count; n++) {
        if (!is_linear(graph, &graph->node[n]) || is_weighted(&graph->node[n]) != weighted)
            continue;
        if (fovea__is_tried(t, index++, count, 32)) FOVEA__TRY(check_node(t, n, found, error));
    }
    return FOVEA_OK;
}

static fovea_status check_weighted(fovea__testing *t, const fovea__identity *identity,
                                   fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_kind(t, true, found, error);
}

static fovea_status check_others(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_kind(t, false, found, error);
}

const fovea__identity fovea__identities_adjoint[] = {
    {.name = "adjoint-convolution",
     .formula = "<conv(x) - conv(0), y> = <x, convT(y)> for random x, y; / their usual size",
     .check = check_weighted},
    {.name = "adjoint-linear",
     .formula = "the same for pooling by means, padding and other linear operators",
     .check = check_others},
    {.name = NULL}};
