// SPDX-License-Identifier: MIT
// Where parameters and multiply-adds come from.
#include <string.h>

#include "graph/explain.h"

static const fovea_shape *input_shape(const fovea__explainer *e, int32_t input) {
    return &e->graph->value[e->graph->node[e->node].in[input]].signature.shape;
}

static bool has_input(const fovea__explainer *e, int32_t input) {
    const fovea__node *node = &e->graph->node[e->node];
    return input < node->in_count && node->in[input] != FOVEA_NO_VALUE;
}

// Trained numbers among the inputs, each input counted.
static int64_t trained_inputs(const fovea__explainer *e) {
    const fovea__node *node = &e->graph->node[e->node];
    int64_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++)
        if (has_input(e, i) && e->graph->value[node->in[i]].kind == FOVEA_VALUE_PARAMETER)
            count += fovea_shape_count(input_shape(e, i));
    return count;
}

// "16 filters × (3 channels × 3 × 3 weights + 1 bias) = 16 × 28 = 448"
static void conv_parameters(fovea__explainer *e, int64_t total) {
    const fovea_shape *weight = input_shape(e, 1);
    int64_t groups = fovea__node_integer(&e->graph->node[e->node], "group", 0, 1);
    bool bias = has_input(e, 2);
    fovea__explain_add(e, "# filter", weight->dim[0]);
    fovea__explain_add(e, weight->dim[0] == 1 ? " × " : "s × ");
    if (bias) fovea__explain_add(e, "(");
    if (groups > 1)
        fovea__explain_add(e, "#/# channels", weight->dim[1] * groups, groups);
    else
        fovea__explain_add(e, weight->dim[1] == 1 ? "# channel" : "# channels", weight->dim[1]);
    fovea__explain_add(e, " × ");
    fovea__explain_join(e, " × ", weight->dim + 2, weight->rank - 2);
    fovea__explain_add(e, bias ? " weights + 1 bias)" : " weights");
    fovea__explain_add(e, " = # × # = #", weight->dim[0], total / weight->dim[0], total);
}

static void linear_parameters(fovea__explainer *e, int64_t total) {
    const fovea_shape *weight = input_shape(e, 1);
    int64_t outputs = weight->dim[0], inputs = weight->dim[1];
    fovea__explain_add(e, "# outputs × # inputs", outputs, inputs);
    if (has_input(e, 2))
        fovea__explain_add(e, " + # biases = # + #", outputs, outputs * inputs, outputs);
    fovea__explain_add(e, " = #", total);
}

static void other_parameters(fovea__explainer *e, int64_t total) {
    const fovea__node *node = &e->graph->node[e->node];
    bool first = true;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!has_input(e, i) || e->graph->value[node->in[i]].kind != FOVEA_VALUE_PARAMETER)
            continue;
        const fovea_shape *shape = input_shape(e, i);
        if (!first) fovea__explain_add(e, " + ");
        fovea__explain_join(e, " × ", shape->dim, shape->rank);
        if (shape->rank == 0) fovea__explain_add(e, "1");
        first = false;
    }
    fovea__explain_add(e, " = #", total);
}

void fovea__explain_parameters(fovea__explainer *e) {
    const char *op = e->graph->node[e->node].op->name;
    int64_t total = e->summary->row[e->node].parameters, inputs = trained_inputs(e);
    if (inputs == 0) return;
    fovea__explain(e, "parameters");
    bool all = !has_input(e, 1) ||
               total == fovea_shape_count(input_shape(e, 1)) +
                            (has_input(e, 2) ? fovea_shape_count(input_shape(e, 2)) : 0);
    if (total != inputs)
        fovea__explain_add(e, "# here; the others are shared and counted above", total);
    else if (strcmp(op, "Conv") == 0 && all)
        conv_parameters(e, total);
    else if (strcmp(op, "Gemm") == 0 && all)
        linear_parameters(e, total);
    else if (strcmp(op, "BatchNormalization") == 0 && all)
        fovea__explain_add(e, "# channels × (1 weight + 1 bias) = # × 2 = #", total / 2, total / 2,
                           total);
    else
        other_parameters(e, total);
}

// torchvision's count, where it is another one: " × # positions" once a weight.
static void explain_products(fovea__explainer *e) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea_summary_row *row = &e->summary->row[e->node];
    int64_t products = row->multiply_adds_torchvision;
    bool conv = strcmp(node->op->name, "Conv") == 0, gemm = strcmp(node->op->name, "Gemm") == 0;
    if (products == 0 || products == row->multiply_adds || products == INT64_MAX) return;
    fovea__explain(e, "without biases");
    if ((!conv && !gemm) || !has_input(e, 1)) {
        fovea__explain_add(e, "#", products);
        return;
    }
    fovea__explain_add(e, "# weights", fovea_shape_count(input_shape(e, 1)));
    if (conv && row->shape.rank > 2) {
        fovea__explain_add(e, " × ");
        fovea__explain_join(e, " × ", row->shape.dim + 2, row->shape.rank - 2);
        fovea__explain_add(e, " positions");
    }
    fovea__explain_samples(e);
    fovea__explain_add(e, " = #", products);
}

// Every number of the result is a sum of as many products.
static void matrix_products(fovea__explainer *e, const fovea_summary_row *row) {
    int64_t outputs = fovea_shape_count(&row->shape);
    if (row->multiply_adds == INT64_MAX)
        fovea__explain_add(e, "more than 9 × 10^18");
    else
        fovea__explain_add(e, "# outputs × # products = #", outputs, row->multiply_adds / outputs,
                           row->multiply_adds);
}

// Every weight once per pixel that comes in, every bias once per pixel that goes out.
static void transposed_products(fovea__explainer *e, const fovea_summary_row *row) {
    const fovea_shape *x = input_shape(e, 0), *y = &row->shape;
    fovea__explain_add(e, "(# weights × ", fovea_shape_count(input_shape(e, 1)));
    fovea__explain_join(e, " × ", x->dim + 2, x->rank - 2);
    fovea__explain_add(e, " positions");
    if (has_input(e, 2)) {
        fovea__explain_add(e, " + # biases × ", fovea_shape_count(input_shape(e, 2)));
        fovea__explain_join(e, " × ", y->dim + 2, y->rank - 2);
        fovea__explain_add(e, " outputs");
    }
    fovea__explain_add(e, ")");
    fovea__explain_samples(e);
    if (row->multiply_adds == INT64_MAX)
        fovea__explain_add(e, ": more than 9 × 10^18");
    else
        fovea__explain_add(e, " = #", row->multiply_adds);
}

// torchinfo's counts: a convolution takes every weight and bias once a position, the others once a
// sample.
void fovea__explain_multiply_adds(fovea__explainer *e) {
    const fovea__node *node = &e->graph->node[e->node];
    const fovea_summary_row *row = &e->summary->row[e->node];
    if (row->multiply_adds == 0 || !has_input(e, 1)) return;
    fovea__explain(e, "multiply-adds");
    if (strcmp(node->op->name, "MatMul") == 0 || strcmp(node->op->name, "GeneralGemm") == 0) {
        matrix_products(e, row);
        return;
    }
    if (strcmp(node->op->name, "ConvTranspose") == 0) {
        transposed_products(e, row);
        return;
    }
    int64_t weights = fovea_shape_count(input_shape(e, 1));
    if (has_input(e, 2))
        fovea__explain_add(e, "(# weights + # biases)", weights,
                           fovea_shape_count(input_shape(e, 2)));
    else
        fovea__explain_add(e, "# weights", weights);
    if (strcmp(node->op->name, "Conv") == 0 && row->shape.rank > 2) {
        fovea__explain_add(e, " × ");
        fovea__explain_join(e, " × ", row->shape.dim + 2, row->shape.rank - 2);
        fovea__explain_add(e, " positions");
    }
    fovea__explain_samples(e);
    if (row->multiply_adds == INT64_MAX)
        fovea__explain_add(e, ": more than 9 × 10^18");
    else
        fovea__explain_add(e, " = #", row->multiply_adds);
    explain_products(e);
}
