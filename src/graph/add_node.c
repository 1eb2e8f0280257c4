// SPDX-License-Identifier: MIT
// Adding a node: operator and attributes are checked, shapes inferred, and only then is anything
// changed.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/graph.h"

static fovea_status unknown_op(const char *name, fovea_error *error) {
    size_t count;
    const fovea__op *const *table = fovea__op_table(&count);
    const char *names[256];
    size_t used = count < 256 ? count : 256;
    for (size_t i = 0; i < used; i++) names[i] = table[i]->name;
    const char *near = fovea__nearest(name, names, used);
    return fovea__fail(error, FOVEA_UNSUPPORTED, "operator '%.80s' is not supported%s%s%s", name,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

// A real may be given as an integer, and so may reals: leaky_relu's alpha 0 from a file.
static fovea_status read_numbers(const fovea_attribute *given, fovea__parameter_kind kind,
                                 fovea__attribute *value, fovea_error *error) {
    bool whole = kind != FOVEA__REAL && kind != FOVEA__REALS;
    if (whole && given->reals)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s takes integers", given->name);
    *value = (fovea__attribute){.count = given->count, .f = given->real};
    for (int32_t i = 0; i < given->count; i++)
        if (whole)
            value->i[i] = given->integers[i];
        else
            value->r[i] = given->reals ? given->reals[i] : (double)given->integers[i];
    if (kind == FOVEA__REAL && given->count <= 1) {
        if (given->count) value->f = value->r[0];
        value->count = 1;
    }
    return FOVEA_OK;
}

static fovea_status set_attributes(const fovea__op *op, const fovea_attribute *attributes,
                                   int32_t count, fovea__attributes *result, fovea_error *error) {
    fovea__attributes_default(op, result);
    bool seen[FOVEA__MAX_PARAMETERS] = {false};
    for (int32_t a = 0; a < count; a++) {
        const fovea_attribute *given = &attributes[a];
        int index = fovea__op_parameter(op, given->name);
        if (index < 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s takes no attribute '%.80s'",
                               op->name, given->name);
        if (seen[index])
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "attribute '%.80s' is given twice",
                               given->name);
        seen[index] = true;
        if (given->count < 0 || given->count > FOVEA__MAX_INTS)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "attribute '%s' has %d numbers; at most %d are allowed", given->name,
                               given->count, FOVEA__MAX_INTS);
        FOVEA__TRY(read_numbers(given, op->parameter[index].kind, &result->value[index], error));
        FOVEA__TRY(fovea__attribute_check(op, index, &result->value[index], error));
    }
    for (int p = 0; p < FOVEA__MAX_PARAMETERS && op->parameter[p].name; p++)
        if (op->parameter[p].required && !seen[p])
            return fovea__fail(
                error, FOVEA_INVALID_ARGUMENT, "%s needs '%s' (%s)", op->text,
                op->parameter[p].text ? op->parameter[p].text : op->parameter[p].name,
                op->parameter[p].help);
    return FOVEA_OK;
}

static fovea_status gather_inputs(const fovea_graph *graph, const fovea__op *op,
                                  const fovea_value *inputs, int32_t count,
                                  fovea__signature *signature, fovea_error *error) {
    if (count < op->inputs_required || count > op->inputs_maximum || count > FOVEA__MAX_INPUTS)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s takes %d to %d inputs, not %d",
                           op->text, op->inputs_required, op->inputs_maximum, count);
    for (int32_t i = 0; i < count; i++) {
        signature[i] = (fovea__signature){FOVEA_TYPE_NONE, {0}};
        if (inputs[i] == FOVEA_NO_VALUE && i >= op->inputs_required) continue;
        if (inputs[i] < 0 || (size_t)inputs[i] >= graph->value_count)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "input %d of %s does not exist", i,
                               op->text);
        signature[i] = graph->value[inputs[i]].signature;
    }
    return FOVEA_OK;
}

// "conv2d" and "Conv2d" for operators that slide over space or normalise channels.
static void name_with_rank(fovea__node *node, const fovea__signature *in) {
    const fovea__op *op = node->op;
    bool ranked = fovea__op_parameter(op, "kernel_shape") >= 0 ||
                  fovea__op_parameter(op, "output_size") >= 0 || (op->traits & FOVEA__BATCH_STATS);
    int rank = in->shape.rank > 2 ? in->shape.rank - 2 : 1;
    snprintf(node->text, sizeof node->text, ranked ? "%.16s%dd" : "%.16s", op->text, rank);
    snprintf(node->label, sizeof node->label, ranked ? "%.24s%dd" : "%.24s", op->label, rank);
}

static fovea_status check_outputs(const fovea__op *op, const fovea__signature *out,
                                  fovea_error *error) {
    for (int32_t i = 0; i < op->outputs; i++) {
        fovea_shape one = out[i].shape;
        if (one.rank > 0 && one.dim[0] == FOVEA_DYNAMIC) one.dim[0] = 1;
        int64_t count = fovea_shape_count(&one);
        if (count < 1 || count > FOVEA__MAX_PARAMETER_COUNT)
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "the result would have no elements or more than 2^40 of them");
    }
    return FOVEA_OK;
}

// Everything that can fail for lack of memory, before the graph changes.
static fovea_status reserve(fovea_graph *graph, const char *name, const fovea_value *inputs,
                            int32_t input_count, fovea__node *node, fovea_error *error) {
    fovea__node *nodes =
        fovea__grow(graph->context, graph->node, graph->node_count, &graph->node_capacity,
                    graph->node_count + 1, sizeof *nodes, error);
    if (!nodes) return FOVEA_OUT_OF_MEMORY;
    graph->node = nodes;
    FOVEA__TRY(fovea__name_reserve(graph->context, &graph->node_names, error));
    node->in = fovea__new(graph->context, (size_t)input_count, sizeof *node->in, error);
    if (!node->in) return FOVEA_OUT_OF_MEMORY;
    memcpy(node->in, inputs, (size_t)input_count * sizeof *inputs);
    node->in_count = input_count;
    node->name = fovea__copy_text(graph->context, name, error);
    return node->name ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static void drop_last_value(fovea_graph *graph) {
    // The name table cannot forget, so the freed value's entry is pointed at a name nobody can ask
    // for.
    fovea__value *last = &graph->value[--graph->value_count];
    for (size_t i = 0; i < graph->value_names.capacity; i++)
        if (graph->value_names.entry[i].name == last->name)
            graph->value_names.entry[i] = (struct fovea__name_entry){"\x01", -1};
    fovea__free(graph->context, last->name);
}

static fovea_status add_outputs(fovea_graph *graph, const fovea__signature *out,
                                const char *const *names, fovea__node *node, fovea_error *error) {
    for (; node->out_count < node->op->outputs; node->out_count++) {
        char standard[FOVEA__MAX_NAME + 32];
        int32_t i = node->out_count;
        snprintf(standard, sizeof standard, i ? "%s.output%d" : "%s", node->name, i);
        FOVEA__TRY(fovea__add_value(graph, names && names[i] ? names[i] : standard,
                                    FOVEA_VALUE_COMPUTED, &out[i], (int32_t)graph->node_count,
                                    &node->out[i], error));
    }
    return FOVEA_OK;
}

fovea_status fovea_graph_add_node(fovea_graph *graph, const char *op, const char *name,
                                  const fovea_value *inputs, int32_t input_count,
                                  const fovea_attribute *attributes, int32_t attribute_count,
                                  fovea_value *outputs, fovea_error *error) {
    return fovea_graph_add_node_named(graph, op, name, inputs, input_count, attributes,
                                      attribute_count, NULL, outputs, error);
}

fovea_status fovea_graph_add_node_named(fovea_graph *graph, const char *op_name, const char *name,
                                        const fovea_value *inputs, int32_t input_count,
                                        const fovea_attribute *attributes, int32_t attribute_count,
                                        const char *const *output_names, fovea_value *outputs,
                                        fovea_error *error) {
    fovea__node node = {.op = fovea__op_find(op_name)};
    if (!node.op) return unknown_op(op_name, error);
    FOVEA__TRY(fovea__check_name(&graph->node_names, name, "node", error));
    if (graph->node_count >= FOVEA__MAX_NODES)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "more than %d nodes", FOVEA__MAX_NODES);
    fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS] = {{0}};
    fovea_status status = gather_inputs(graph, node.op, inputs, input_count, in, error);
    if (status == FOVEA_OK)
        status = set_attributes(node.op, attributes, attribute_count, &node.attributes, error);
    if (status == FOVEA_OK) status = node.op->shape(&node.attributes, in, input_count, out, error);
    if (status == FOVEA_OK) status = check_outputs(node.op, out, error);
    if (status != FOVEA_OK) return fovea__fail_in(error, status, name);

    name_with_rank(&node, in);
    status = reserve(graph, name, inputs, input_count, &node, error);
    if (status == FOVEA_OK) status = add_outputs(graph, out, output_names, &node, error);
    if (status != FOVEA_OK) {
        for (; node.out_count > 0; node.out_count--) drop_last_value(graph);
        fovea__free(graph->context, node.in);
        fovea__free(graph->context, node.name);
        return status;
    }
    for (int32_t i = 0; i < node.out_count; i++) outputs[i] = node.out[i];
    fovea__name_add(&graph->node_names, node.name, (int32_t)graph->node_count);
    graph->node[graph->node_count++] = node;
    return FOVEA_OK;
}
