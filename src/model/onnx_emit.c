// SPDX-License-Identifier: MIT
// From a node's meaning to a node of the graph, or to constants where nothing has to run.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "kernels/copy/transpose.h"
#include "model/onnx_importer.h"

static size_t op_index(const fovea__op *op) {
    size_t count, i = 0;
    const fovea__op *const *table = fovea__op_table(&count);
    while (i < count && table[i] != op) i++;
    return i;
}

// "conv1", "conv2" … for nodes without a name.
static void counted_name(fovea__onnx_importer *importer, const fovea__op *op,
                         fovea__onnx_name name) {
    int32_t *count = &importer->called[op_index(op)];
    do {
        fovea__format(name, sizeof(fovea__onnx_name), "%.32s%d", op->text ? op->text : op->name,
                      ++*count);
    } while (fovea__name_find(&importer->graph->node_names, name) >= 0 ||
             fovea__name_find(&importer->order->node_names, name) >= 0);
}

// The name all of this node's parts begin with.
static const char *base_name(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             const fovea__op *op) {
    if (importer->current != node) {
        importer->current = node;
        if (node->name[0])
            fovea__onnx_node_name(importer, node->name, true, importer->current_name);
        else
            counted_name(importer, op, importer->current_name);
    }
    return importer->current_name;
}

static fovea_status take_all(fovea__onnx_importer *importer, const fovea_value *inputs,
                             int32_t count, fovea_value *values, fovea_error *error) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = FOVEA_NO_VALUE;
        if (inputs[i] != FOVEA_NO_VALUE)
            FOVEA__TRY(fovea__onnx_take_slot(importer, inputs[i], &values[i], error));
    }
    return FOVEA_OK;
}

static fovea_status add_node(fovea__onnx_importer *importer, const fovea__op *op, const char *name,
                             const fovea_value *inputs, int32_t count,
                             const fovea__onnx_list *attributes, const char *const *names,
                             fovea_value *slots, fovea_error *error) {
    fovea_value values[FOVEA__MAX_INPUTS], outputs[FOVEA__MAX_OUTPUTS];
    fovea__onnx_name own[FOVEA__MAX_OUTPUTS];
    const char *called[FOVEA__MAX_OUTPUTS];
    FOVEA__TRY(take_all(importer, inputs, count, values, error));
    for (int32_t i = 0; i < op->outputs; i++) {
        fovea__onnx_value_name(importer, names[i],
                               fovea__name_find(&importer->order->made, names[i]) >= 0 &&
                                   !fovea__onnx_slot_named(importer, names[i]),
                               own[i]);
        called[i] = own[i];
    }
    FOVEA__TRY(fovea_graph_add_node_named(
        importer->graph, op->name, name, values, count, attributes ? attributes->item : NULL,
        attributes ? attributes->count : 0, called, outputs, error));
    for (int32_t i = 0; i < op->outputs; i++) {
        FOVEA__TRY(fovea__onnx_add_slot(importer, names[i], &slots[i], error));
        importer->slot[slots[i]].value = outputs[i];
    }
    return FOVEA_OK;
}

static bool all_constant(const fovea__onnx_importer *importer, const fovea_value *inputs,
                         int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (inputs[i] != FOVEA_NO_VALUE && !importer->slot[inputs[i]].view.data) return false;
    return true;
}

static fovea_status emit(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                         const char *op_name, const char *name, const fovea_value *inputs,
                         int32_t count, const fovea__onnx_list *attributes,
                         const char *const *names, fovea_value *slots, fovea_error *error) {
    const fovea__op *op = fovea__op_find(op_name);
    bool computed = false;
    if (!op) return fovea__onnx_unsupported(node, error, "operator '%s' is not supported", op_name);
    if (attributes && attributes->failed)
        return fovea__onnx_unsupported(node, error, "%s with more than %d numbers in a list",
                                       op_name, FOVEA__MAX_INTS);
    if (count > FOVEA__MAX_INPUTS)
        return fovea__onnx_unsupported(node, error, "%s with %d inputs; %d are the most", op_name,
                                       count, FOVEA__MAX_INPUTS);
    if (all_constant(importer, inputs, count))
        FOVEA__TRY(fovea__onnx_fold(importer, op->name, inputs, count, attributes, names, slots,
                                    &computed, error));
    if (computed) return FOVEA_OK;
    return add_node(importer, op, name, inputs, count, attributes, names, slots, error);
}

// Memory for a name that outlives the node: the slot's own.
static fovea_status own_name(fovea__onnx_importer *importer, fovea_value slot, const char *name,
                             fovea_error *error) {
    fovea__onnx_slot *s = &importer->slot[slot];
    s->name = s->own_name = fovea__copy_text(importer->context, name, error);
    if (s->own_name) return FOVEA_OK;
    s->name = "";
    return FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__onnx_emit(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              const char *op_name, const fovea_value *inputs, int32_t input_count,
                              const fovea__onnx_list *attributes, fovea_error *error) {
    const fovea__op *op = fovea__op_find(op_name);
    fovea__onnx_name own[FOVEA__MAX_OUTPUTS];
    const char *names[FOVEA__MAX_OUTPUTS];
    fovea_value slots[FOVEA__MAX_OUTPUTS];
    const char *base = op ? base_name(importer, node, op) : "";
    for (int32_t i = 0; i < FOVEA__MAX_OUTPUTS; i++) {
        bool named = (size_t)i < node->output_count && node->output[i][0];
        fovea__format(own[i], sizeof own[i], i ? "%.230s.output%d" : "%.230s", base, i);
        names[i] = named ? node->output[i] : own[i];
    }
    FOVEA__TRY(
        emit(importer, node, op_name, base, inputs, input_count, attributes, names, slots, error));
    for (int32_t i = 0; i < op->outputs; i++) {
        if (names[i] == own[i])
            FOVEA__TRY(own_name(importer, slots[i], own[i], error));
        else
            FOVEA__TRY(fovea__onnx_bind(importer, names[i], slots[i], error));
    }
    return FOVEA_OK;
}

fovea_status fovea__onnx_emit_part(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   const char *op_name, const char *suffix,
                                   const fovea_value *inputs, int32_t input_count,
                                   const fovea__onnx_list *attributes, const char *output,
                                   fovea_value *value, fovea_error *error) {
    const fovea__op *op = fovea__op_find(op_name);
    fovea__onnx_name wanted, name, own[FOVEA__MAX_OUTPUTS];
    const char *names[FOVEA__MAX_OUTPUTS];
    fovea_value slots[FOVEA__MAX_OUTPUTS];
    const char *base = op ? base_name(importer, node, op) : "";
    fovea__format(wanted, sizeof wanted, "%.200s.%.32s", base, suffix);
    fovea__onnx_node_name(importer, wanted, false, name);
    for (int32_t i = 0; i < FOVEA__MAX_OUTPUTS; i++) {
        fovea__format(own[i], sizeof own[i], i ? "%.230s.output%d" : "%.230s", name, i);
        names[i] = own[i];
    }
    if (output) names[0] = output;
    FOVEA__TRY(
        emit(importer, node, op_name, name, inputs, input_count, attributes, names, slots, error));
    for (int32_t i = 0; i < op->outputs; i++)
        FOVEA__TRY(own_name(importer, slots[i], names[i], error));
    *value = slots[0];
    return FOVEA_OK;
}

fovea_status fovea__onnx_emit_same(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   const char *op, const fovea__onnx_list *attributes,
                                   fovea_error *error) {
    fovea_value inputs[FOVEA__MAX_INPUTS];
    if (node->input_count > FOVEA__MAX_INPUTS)
        return fovea__onnx_unsupported(node, error, "%s with %zu inputs; %d are the most", node->op,
                                       node->input_count, FOVEA__MAX_INPUTS);
    for (size_t i = 0; i < node->input_count; i++)
        FOVEA__TRY(fovea__onnx_value_of(importer, node, i, false, 0, &inputs[i], error));
    return fovea__onnx_emit(importer, node, op, inputs, (int32_t)node->input_count, attributes,
                            error);
}

fovea_status fovea__onnx_new_constant(fovea__onnx_importer *importer, const char *name,
                                      const fovea_view *view, bool trained, int64_t fan_in,
                                      fovea_value *value, fovea_error *error) {
    size_t size = (size_t)fovea_shape_count(&view->shape) * fovea_type_size(view->type);
    void *data = fovea__copy(importer->context, view->data, size, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__onnx_own_slot(importer, name, view->type, &view->shape, data, value, error));
    importer->slot[*value].trained = trained;
    importer->slot[*value].fan_in = fan_in;
    return own_name(importer, *value, name, error);
}

fovea_status fovea__onnx_transposed(fovea__onnx_importer *importer, fovea_value matrix,
                                    bool trained, int64_t fan_in, fovea_value *value,
                                    fovea_error *error) {
    fovea_view from = importer->slot[matrix].view;
    fovea_shape shape = {2, {from.shape.dim[1], from.shape.dim[0]}};
    size_t element = fovea_type_size(from.type);
    void *to = fovea__new(importer->context, (size_t)fovea_shape_count(&shape), element, error);
    if (!to) return FOVEA_OUT_OF_MEMORY;
    fovea__transpose turn = {2, {from.shape.dim[0], from.shape.dim[1]}, {1, 0}};
    fovea__transpose_forward(&turn, element, from.data, to);
    FOVEA__TRY(fovea__onnx_own_slot(importer, importer->slot[matrix].name, from.type, &shape, to,
                                    value, error));
    importer->slot[*value].trained = trained;
    importer->slot[*value].fan_in = fan_in;
    return own_name(importer, *value, importer->slot[*value].name, error);
}

static bool has_output(const fovea__onnx_node *node, size_t index) {
    return index < node->output_count && node->output[index][0];
}

fovea_status fovea__onnx_set_value(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   size_t index, fovea_value value, fovea_error *error) {
    if (!has_output(node, index)) return FOVEA_OK;
    return fovea__onnx_bind(importer, node->output[index], value, error);
}

fovea_status fovea__onnx_set_constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                      size_t index, const fovea_view *view, fovea_error *error) {
    fovea_value value;
    if (!has_output(node, index)) return FOVEA_OK;
    FOVEA__TRY(
        fovea__onnx_new_constant(importer, node->output[index], view, false, 0, &value, error));
    return fovea__onnx_bind(importer, node->output[index], value, error);
}

fovea_status fovea__onnx_set_same(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, size_t input, fovea_error *error) {
    fovea_value value;
    FOVEA__TRY(fovea__onnx_value_of(importer, node, input, false, 0, &value, error));
    if (value == FOVEA_NO_VALUE)
        return fovea__onnx_bad(node, error, "input %zu of %s is missing", input, node->op);
    return fovea__onnx_set_value(importer, node, index, value, error);
}
