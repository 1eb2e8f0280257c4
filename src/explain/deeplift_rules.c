// SPDX-License-Identifier: MIT
#include "explain/deeplift_rules.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/numbers.h"
#include "graph/dependents.h"

static bool is_linear(const fovea__node *node, const uint8_t *depends, int32_t count,
                      int32_t first) {
    static const char *const together[] = {"Add", "Sub", "Sum", "Mean", NULL};
    static const char *const either[] = {"Mul", "MatMul", NULL};
    static const char *const same[] = {"Dropout", "Cast", NULL};
    static const char *const choice[] = {"Where", NULL};
    if (node->op->traits & FOVEA__SHAPE_ONLY || fovea__is_one_of(node, together)) return true;
    if (fovea__is_one_of(node, choice)) return !depends[node->in[0]];
    if (count != 1) return false;
    if (fovea__is_one_of(node, either) || fovea__is_one_of(node, same)) return true;
    return first == 0 && node->op->traits & FOVEA__LINEAR;
}

static fovea__lift_kind kind_of(const fovea_graph *graph, const fovea__node *node,
                                const uint8_t *depends) {
    static const char *const maxima[] = {"MaxPool", "MaxPoolIndices", "GlobalMaxPool", "ReduceMax",
                                         NULL};
    int32_t first = 0, count = fovea__marked_inputs(node, depends, &first);
    if (!node->op->vjp) return FOVEA__LIFT_NONE;
    if (is_linear(node, depends, count, first)) return FOVEA__LIFT_SLOPE;
    if (fovea__is_one_of(node, maxima)) return FOVEA__LIFT_MAXIMUM;
    const fovea__signature *in = &graph->value[node->in[first]].signature;
    const fovea__signature *out = &graph->value[node->out[0]].signature;
    bool alone = count == 1 && node->op->traits & FOVEA__ELEMENTWISE;
    return alone && fovea_shape_equal(&in->shape, &out->shape) ? FOVEA__LIFT_RESCALE
                                                               : FOVEA__LIFT_NONE;
}

static fovea_status find_kinds(const fovea_graph *graph, const uint8_t *depends, uint8_t *reaches,
                               uint8_t *kinds, fovea_error *error) {
    reaches[graph->output[0]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        fovea_value out = node->out[0];
        kinds[n] = FOVEA__LIFT_SLOPE;
        if (!reaches[out] || !depends[out] || !fovea__is_float(graph->value[out].signature.type))
            continue;
        kinds[n] = (uint8_t)kind_of(graph, node, depends);
        if (kinds[n] == FOVEA__LIFT_NONE)
            return fovea__fail_at(error, FOVEA_UNSUPPORTED, node->name, -1,
                                  "is a %s, which has no rescale rule here; integrated-gradients "
                                  "answers the same question for any net",
                                  node->op->name);
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) reaches[node->in[i]] = 1;
    }
    return FOVEA_OK;
}

fovea_status fovea__lift_kinds(const fovea_graph *graph, fovea_value input, uint8_t *kinds,
                               fovea_error *error) {
    uint8_t *marks = fovea__new(graph->context, 2 * graph->value_count, 1, error);
    if (!marks) return FOVEA_OUT_OF_MEMORY;
    fovea__mark_dependents(graph, input, marks);
    fovea_status status = find_kinds(graph, marks, marks + graph->value_count, kinds, error);
    fovea__free(graph->context, marks);
    return status;
}

static bool is_small(double difference) {
    return fabs(difference) < 1e-10;
}

// One node, its numbers for x in `call` and those for x'.
typedef struct {
    const fovea__node *node;
    const fovea__call *call;
    fovea__call reference;  // the same node
    fovea_view in, out;     // of the reference
    int32_t x;
    const fovea_view *m;  // multipliers of the output
    fovea_view *d_in;
} lifted;

// In d_in[x] is the slope times m.
static void rescale(const lifted *l) {
    const fovea_view *in = &l->call->in[l->x], *out = &l->call->out[0], *d = &l->d_in[l->x];
    int64_t count = fovea_shape_count(&in->shape);
    for (int64_t i = 0; i < count; i++) {
        double delta = fovea__view_number(in, i) - fovea__view_number(&l->in, i);
        if (is_small(delta)) continue;
        double made = fovea__view_number(out, i) - fovea__view_number(&l->out, i);
        fovea__view_set(d, i, fovea__view_number(l->m, i) * (made / delta));
    }
}

// share = J^T (m max(sign (out - out'), 0) sign) of `call`, J being 1 at the winners.
static fovea_status to_winners(const lifted *l, const fovea__call *call, double sign,
                               const fovea_view *part, const fovea_view *share,
                               fovea_error *error) {
    const fovea_view *out = &l->call->out[0];
    fovea_view d_in[FOVEA__MAX_INPUTS] = {{0}};
    int64_t count = fovea_shape_count(&out->shape);
    for (int64_t i = 0; i < count; i++) {
        double made = fovea__view_number(out, i) - fovea__view_number(&l->out, i);
        fovea__view_set(part, i, sign * made > 0 ? fovea__view_number(l->m, i) * made : 0);
    }
    for (int32_t i = 0; i < l->node->in_count; i++) {
        d_in[i] = call->in[i];
        d_in[i].data = i == l->x ? share->data : NULL;
    }
    return l->node->op->vjp(call, part, d_in, error);
}

static void set_multipliers(const lifted *l, const fovea_view *rises, const fovea_view *falls) {
    const fovea_view *in = &l->call->in[l->x], *d = &l->d_in[l->x];
    int64_t count = fovea_shape_count(&in->shape);
    for (int64_t i = 0; i < count; i++) {
        double delta = fovea__view_number(in, i) - fovea__view_number(&l->in, i);
        if (!is_small(delta))
            fovea__view_set(d, i,
                            (fovea__view_number(rises, i) + fovea__view_number(falls, i)) / delta);
    }
}

static fovea_status maximum(const fovea__lift *lift, const lifted *l, fovea_error *error) {
    fovea_context *context = lift->explainer->context;
    fovea_view part = fovea__scratch(context, &l->out, error);
    fovea_view rises = fovea__scratch(context, &l->in, error);
    fovea_view falls = fovea__scratch(context, &l->in, error);
    fovea_status status = part.data && rises.data && falls.data ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = to_winners(l, l->call, 1, &part, &rises, error);
    if (status == FOVEA_OK) status = to_winners(l, &l->reference, -1, &part, &falls, error);
    if (status == FOVEA_OK) set_multipliers(l, &rises, &falls);
    fovea__free(context, part.data);
    fovea__free(context, rises.data);
    fovea__free(context, falls.data);
    return status;
}

static fovea_status run_node(const fovea__lift *lift, size_t n, const lifted *l,
                             fovea_error *error) {
    FOVEA__TRY(l->node->op->vjp(l->call, l->m, l->d_in, error));
    if (lift->kind[n] == FOVEA__LIFT_MAXIMUM) return maximum(lift, l, error);
    rescale(l);
    return FOVEA_OK;
}

static bool applies(void *user, const fovea_graph *graph, const fovea__node *node) {
    const fovea__lift *lift = user;
    return lift->kind[node - graph->node] != FOVEA__LIFT_SLOPE;
}

static fovea_status backward(void *user, const fovea_graph *graph, const fovea__node *node,
                             const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    const fovea__lift *lift = user;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea_tensor *a = NULL, *z = NULL;
    lifted l = {.node = node, .call = call, .reference = *call, .m = &d_out[0], .d_in = d_in};
    while (!d_in[l.x].data) l.x++;
    fovea_status status = fovea__passes_value(lift->reference, node->in[l.x], &a, error);
    if (status == FOVEA_OK) status = fovea__passes_value(lift->reference, node->out[0], &z, error);
    if (status == FOVEA_OK) {
        for (int32_t i = 0; i < call->in_count; i++) in[i] = call->in[i];
        for (int32_t i = 0; i < call->out_count; i++) out[i] = call->out[i];
        in[l.x] = l.in = fovea_tensor_view(a);
        out[0] = l.out = fovea_tensor_view(z);
        l.reference.in = in;
        l.reference.out = out;
        status = run_node(lift, (size_t)(node - graph->node), &l, error);
    }
    fovea_tensor_free(a);
    fovea_tensor_free(z);
    return status;
}

fovea__rules fovea__lift_rules(fovea__lift *lift) {
    return (fovea__rules){.applies = applies, .backward = backward, .user = lift};
}
