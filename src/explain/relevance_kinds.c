// SPDX-License-Identifier: MIT
// Which rule a node has, by what its operator means and which of its inputs depend on the picture.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/relevance.h"
#include "graph/dependents.h"
#include "layers/unary_operator.h"

static bool is_weighted(const fovea__node *node) {
    static const char *const names[] = {"Conv",   "ConvTranspose", "Gemm",
                                        "MatMul", "GeneralGemm",   NULL};
    return fovea__is_one_of(node, names);
}

// Those whose gradient hands R to the winners, or as it is.
static bool moves(const fovea__node *node) {
    static const char *const names[] = {
        "MaxPool", "MaxPoolIndices", "GlobalMaxPool", "ReduceMax", "ReduceMin", "Max",
        "Min",     "Where",          "Dropout",       NULL};
    return node->op->traits & FOVEA__SHAPE_ONLY || fovea__is_one_of(node, names);
}

// Linear in all inputs together.
static bool is_sum(const fovea__node *node) {
    static const char *const names[] = {"Add", "Sub", "Sum", "Mean", NULL};
    return fovea__is_one_of(node, names);
}

// A node whose other inputs than `x` are constants.
static fovea__relevance_kind kind_of_one(const fovea__node *node, int32_t x) {
    fovea__unary unary;
    bool linear = node->op->traits & FOVEA__LINEAR && node->op->vjp;
    if (is_weighted(node))
        return x == 0 || strcmp(node->op->name, "MatMul") == 0 ? FOVEA__RELEVANCE_WEIGHTED
                                                               : FOVEA__RELEVANCE_NONE;
    if (fovea__unary_of(node->op, &node->attributes, &unary)) return FOVEA__RELEVANCE_PASS;
    if (strcmp(node->op->name, "PRelu") == 0 && x == 0) return FOVEA__RELEVANCE_PASS;
    bool either = strcmp(node->op->name, "Mul") == 0;
    return linear && (x == 0 || either) ? FOVEA__RELEVANCE_SHARE : FOVEA__RELEVANCE_NONE;
}

static fovea__relevance_kind kind_of(const fovea__node *node, const uint8_t *depends) {
    int32_t x = 0, count = fovea__marked_inputs(node, depends, &x);
    if (moves(node)) return node->op->vjp ? FOVEA__RELEVANCE_MOVE : FOVEA__RELEVANCE_NONE;
    if (is_sum(node)) return FOVEA__RELEVANCE_SHARE;
    return count == 1 ? kind_of_one(node, x) : FOVEA__RELEVANCE_NONE;
}

static bool all_in(const fovea__node *node, const uint8_t *depends, const uint8_t *marks) {
    for (int32_t i = 0; i < node->in_count; i++)
        if (node->in[i] >= 0 && depends[node->in[i]] && !marks[node->in[i]]) return false;
    return true;
}

// The kinds, and which values are still pixels: moved, shifted, scaled.
static void find_kinds(const fovea_graph *graph, const uint8_t *depends, uint8_t *pixels,
                       uint8_t *kinds) {
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        int32_t first, inputs = fovea__marked_inputs(node, depends, &first);
        if (inputs == 0 || !fovea__is_float(graph->value[node->out[0]].signature.type)) continue;
        kinds[n] = (uint8_t)kind_of(node, depends);
        bool raw = all_in(node, depends, pixels);
        if (raw && kinds[n] == FOVEA__RELEVANCE_WEIGHTED) kinds[n] = FOVEA__RELEVANCE_FIRST;
        bool keeps = kinds[n] == FOVEA__RELEVANCE_MOVE ||
                     (kinds[n] == FOVEA__RELEVANCE_SHARE && inputs == 1);
        pixels[node->out[0]] = raw && keeps;
    }
}

// Relevance reaches a node from the logits by nodes that hand it on.
static fovea_status check(const fovea_graph *graph, const uint8_t *depends, uint8_t *kinds,
                          uint8_t *reaches, fovea_error *error) {
    reaches[graph->output[0]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        fovea_value out = node->out[0];
        if (!reaches[out] || !depends[out] || !fovea__is_float(graph->value[out].signature.type)) {
            kinds[n] = FOVEA__RELEVANCE_NONE;
            continue;
        }
        if (kinds[n] == FOVEA__RELEVANCE_NONE)
            return fovea__fail_at(error, FOVEA_UNSUPPORTED, node->name, -1,
                                  "is a %s, which has no rule for relevance here; gradients, "
                                  "integrated-gradients and the class activation maps need none",
                                  node->op->name);
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) reaches[node->in[i]] = 1;
    }
    return FOVEA_OK;
}

fovea_status fovea__relevance_kinds(const fovea_graph *graph, fovea_value input, uint8_t *kinds,
                                    fovea_error *error) {
    uint8_t *marks = fovea__new(graph->context, 3 * graph->value_count, 1, error);
    if (!marks) return FOVEA_OUT_OF_MEMORY;
    uint8_t *depends = marks, *pixels = marks + graph->value_count;
    fovea__mark_dependents(graph, input, depends);
    pixels[input] = 1;
    find_kinds(graph, depends, pixels, kinds);
    fovea_status status = check(graph, depends, kinds, pixels + graph->value_count, error);
    fovea__free(graph->context, marks);
    return status;
}
