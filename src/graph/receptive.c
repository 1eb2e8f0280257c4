// SPDX-License-Identifier: MIT
#include "graph/receptive.h"

#include <string.h>

#include "base/checked.h"

// A field too large to be told counts as the whole input.
static void add_product(fovea__receptive *field, int64_t *sum, int64_t a, int64_t b) {
    int64_t product;
    if (!fovea__mul_i64(a, b, &product) || !fovea__add_i64(*sum, product, sum))
        field->local = false;
}
static void widen(fovea__receptive *field, int64_t *stride, int64_t by) {
    if (!fovea__mul_i64(*stride, by, stride)) field->local = false;
}

// Convolution and pooling: r += d(k-1) S, P += p S, S *= s along each spatial dimension.
static void slide(const fovea__node *node, int32_t spatial, fovea__receptive *field) {
    for (int32_t d = 0; d < spatial && d < FOVEA__MAX_SPATIAL; d++) {
        int64_t k = fovea__node_integer(node, "kernel_shape", d, 1), jump = field->stride[d];
        int64_t reach = fovea__node_integer(node, "dilations", d, 1) * (k - 1);
        add_product(field, &field->size[d], reach, jump);
        add_product(field, &field->offset[d], fovea__node_integer(node, "pads", d, 0), jump);
        widen(field, &field->stride[d], fovea__node_integer(node, "strides", d, 1));
    }
}

static void cut(const fovea__node *node, int32_t rank, fovea__receptive *field) {
    const fovea__attribute *axes = fovea__node_attribute(node, "axes");
    for (int32_t i = 0; axes && i < axes->count; i++) {
        int64_t axis = axes->i[i] < 0 ? axes->i[i] + rank : axes->i[i];
        int64_t d = axis - 2;
        if (d < 0 || d >= FOVEA__MAX_SPATIAL) continue;
        int64_t start = fovea__node_integer(node, "starts", i, 0);
        int64_t step = fovea__node_integer(node, "steps", i, 1);
        if (start < 0 || step < 0) {
            field->local = false;
            return;
        }
        add_product(field, &field->offset[d], -start, field->stride[d]);
        widen(field, &field->stride[d], step);
    }
}

static void enlarge(const fovea__node *node, int32_t rank, fovea__receptive *field) {
    for (int32_t d = 0; d < rank - 2 && d < FOVEA__MAX_SPATIAL; d++)
        add_product(field, &field->offset[d], fovea__node_integer(node, "pads", 2 + d, 0),
                    field->stride[d]);
}

// The box that holds both: earliest begin, latest end.
static void join(fovea__receptive *field, const fovea__receptive *other) {
    field->local = field->local && other->local;
    for (int d = 0; d < FOVEA__MAX_SPATIAL; d++) {
        if (field->stride[d] != other->stride[d]) field->local = false;
        int64_t end, end2;
        if (!fovea__sub_i64(field->size[d], field->offset[d], &end) ||
            !fovea__sub_i64(other->size[d], other->offset[d], &end2)) {
            field->local = false;
            return;
        }
        if (other->offset[d] > field->offset[d]) field->offset[d] = other->offset[d];
        field->size[d] = end > end2 ? end : end2;
        add_product(field, &field->size[d], field->offset[d], 1);
    }
}

// Whether numbers come from the input rather than from the graph's own memory.
static bool flows(const fovea_graph *graph, fovea_value v) {
    if (v < 0) return false;
    fovea_value_kind kind = graph->value[v].kind;
    return kind == FOVEA_VALUE_INPUT || kind == FOVEA_VALUE_COMPUTED;
}

static fovea__receptive node_field(const fovea_graph *graph, const fovea__node *node,
                                   const fovea__receptive *field) {
    if (node->in_count < 1 || node->in[0] < 0) return (fovea__receptive){.local = false};
    bool joins = node->op->traits & FOVEA__ELEMENTWISE || strcmp(node->op->name, "Concat") == 0;
    int32_t first = 0;
    while (joins && first < node->in_count - 1 && !flows(graph, node->in[first])) first++;
    fovea__receptive result = field[node->in[first]];
    int32_t rank = graph->value[node->in[0]].signature.shape.rank;
    const fovea__op *op = node->op;
    if (!result.local) return result;
    if (fovea__node_attribute(node, "kernel_shape")) {
        slide(node, rank - 2, &result);
    } else if (strcmp(op->name, "Slice") == 0) {
        cut(node, rank, &result);
    } else if (strcmp(op->name, "Pad") == 0) {
        enlarge(node, rank, &result);
    } else if (joins) {
        for (int32_t i = first + 1; i < node->in_count; i++)
            if (flows(graph, node->in[i])) join(&result, &field[node->in[i]]);
    } else if (!(op->traits & FOVEA__BATCH_STATS)) {
        result.local = false;
    }
    return result;
}

void fovea__receptive_fields(const fovea_graph *graph, fovea__receptive *field) {
    for (size_t v = 0; v < graph->value_count; v++)
        field[v] = (fovea__receptive){
            graph->value[v].kind == FOVEA_VALUE_INPUT && graph->value[v].signature.shape.rank >= 3,
            {1, 1, 1},
            {1, 1, 1},
            {0, 0, 0}};
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        fovea__receptive result = node_field(graph, node, field);
        for (int32_t i = 0; i < node->out_count; i++) field[node->out[i]] = result;
    }
}
