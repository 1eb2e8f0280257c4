// SPDX-License-Identifier: MIT
// Counting parameters, multiply-adds and bytes, by torchinfo's definitions.
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/products.h"
#include "graph/receptive.h"

typedef struct {
    fovea_summary summary;
    fovea_context *context;
    fovea_summary_row row[];
} summary_block;

// Sums and products of what may be as large as anyone likes: INT64_MAX stands for more.
static int64_t times(int64_t a, int64_t b) {
    int64_t product;
    return fovea__mul_i64(a, b, &product) ? product : INT64_MAX;
}
static void add(int64_t *sum, int64_t more) {
    if (!fovea__add_i64(*sum, more, sum)) *sum = INT64_MAX;
}

static int64_t count_numbers(const fovea__value *value) {
    return fovea_shape_count(&value->signature.shape);
}

// Trained numbers of the node's inputs not counted before; `seen` marks them.
static int64_t count_parameters(const fovea_graph *graph, const fovea__node *node, uint8_t *seen) {
    int64_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++) {
        fovea_value v = node->in[i];
        if (v < 0 || seen[v] || graph->value[v].kind != FOVEA_VALUE_PARAMETER) continue;
        seen[v] = 1;
        count += count_numbers(&graph->value[v]);
    }
    return count;
}

static void count_multiply_adds(const fovea_graph *graph, const fovea__node *node, int64_t samples,
                                fovea_summary_row *row) {
    fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS];
    for (int32_t i = 0; i < node->in_count; i++)
        in[i] = node->in[i] < 0 ? (fovea__signature){FOVEA_TYPE_NONE, {0}}
                                : fovea__at_batch(&graph->value[node->in[i]], samples);
    for (int32_t i = 0; i < node->out_count; i++)
        out[i] = fovea__at_batch(&graph->value[node->out[i]], samples);
    if (node->op->multiply_adds)
        row->multiply_adds = node->op->multiply_adds(&node->attributes, in, out);
    row->multiply_adds_torchvision = fovea__count_products(node, in, out);
}

static void fill_row(const fovea_graph *graph, int32_t index, int64_t samples, uint8_t *seen,
                     const fovea__receptive *field, fovea_summary_row *row) {
    const fovea__node *node = &graph->node[index];
    row->node = index;
    row->shape = fovea__at_batch(&graph->value[node->out[0]], samples).shape;
    row->parameters = count_parameters(graph, node, seen);
    count_multiply_adds(graph, node, samples, row);
    const fovea__receptive *f = &field[node->out[0]];
    for (int d = 0; d < row->shape.rank - 2 && d < FOVEA__MAX_SPATIAL && f->local; d++) {
        row->receptive_field[d] = f->size[d];
        row->stride[d] = f->stride[d];
        row->offset[d] = f->offset[d];
    }
    int kernel = fovea__op_parameter(node->op, "kernel_shape");
    if (kernel >= 0)
        row->kernel = fovea_shape_make(node->attributes.value[kernel].count,
                                       node->attributes.value[kernel].i);
}

static int64_t batch_bytes(const fovea__value *value, int64_t samples) {
    int64_t numbers = times(fovea__value_size(value), fovea__is_batched(value) ? samples : 1);
    return times(numbers, (int64_t)fovea_type_size(value->signature.type));
}

static void count_totals(const fovea_graph *graph, int64_t samples, fovea_summary *summary) {
    for (size_t v = 0; v < graph->value_count; v++) {
        const fovea__value *value = &graph->value[v];
        int64_t bytes = count_numbers(value) * (int64_t)fovea_type_size(value->signature.type);
        if (value->kind == FOVEA_VALUE_PARAMETER) {
            summary->parameters += count_numbers(value);
            summary->parameter_bytes += bytes;
        } else if (value->kind == FOVEA_VALUE_INPUT) {
            add(&summary->input_bytes, batch_bytes(value, samples));
        }
    }
    summary->trainable = summary->parameters;
    for (int32_t r = 0; r < summary->rows; r++) {
        const fovea_summary_row *row = &summary->row[r];
        add(&summary->multiply_adds, row->multiply_adds);
        add(&summary->multiply_adds_torchvision, row->multiply_adds_torchvision);
        if (row->parameters > 0)
            add(&summary->forward_backward_bytes,
                times(2, batch_bytes(&graph->value[graph->node[r].out[0]], samples)));
    }
}

fovea_status fovea_graph_summary(const fovea_graph *graph, int64_t samples, fovea_summary **summary,
                                 fovea_error *error) {
    fovea_context *context = graph->context;
    if (samples < 1 || samples > (1 << 24))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a batch of %lld; 1 to 2^24 are allowed",
                           (long long)samples);
    size_t rows = graph->node_count;
    summary_block *block =
        fovea__new(context, 1, sizeof *block + rows * sizeof block->row[0], error);
    uint8_t *seen = fovea__new(context, graph->value_count, 1, error);
    fovea__receptive *field = fovea__new(context, graph->value_count, sizeof *field, error);
    if (block && seen && field) {
        block->context = context;
        block->summary.rows = (int32_t)rows;
        block->summary.row = block->row;
        fovea__receptive_fields(graph, field);
        for (size_t n = 0; n < rows; n++)
            fill_row(graph, (int32_t)n, samples, seen, field, &block->row[n]);
        count_totals(graph, samples, &block->summary);
        *summary = &block->summary;
    }
    bool ok = block && seen && field;
    fovea__free(context, seen);
    fovea__free(context, field);
    if (!ok) fovea__free(context, block);
    return ok ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

void fovea_summary_free(fovea_summary *summary) {
    if (!summary) return;
    summary_block *block = (summary_block *)summary;
    fovea__free(block->context, block);
}
