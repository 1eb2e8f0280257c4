// SPDX-License-Identifier: MIT
// What adapters ask about the inputs of a node.
#include <string.h>

#include "base/fail.h"
#include "model/onnx_importer.h"
#include "tensor/convert.h"

int64_t fovea__onnx_opset_of(const fovea__onnx_importer *importer) {
    return importer->model->opset;
}

int64_t fovea__onnx_declared_batch(const fovea__onnx_importer *importer) {
    return importer->open ? importer->declared_batch : 0;
}

fovea_type fovea__onnx_element_type(const fovea__onnx_importer *importer, int64_t code) {
    static const fovea_type types[17] = {
        [1] = FOVEA_F32,  [2] = FOVEA_U8,   [3] = FOVEA_I8,   [4] = FOVEA_U16,  [5] = FOVEA_I16,
        [6] = FOVEA_I32,  [7] = FOVEA_I64,  [9] = FOVEA_BOOL, [10] = FOVEA_F32, [11] = FOVEA_F64,
        [12] = FOVEA_U32, [13] = FOVEA_U64, [16] = FOVEA_F32,
    };
    fovea_type type = code >= 0 && code < 17 ? types[code] : FOVEA_TYPE_NONE;
    bool real = type == FOVEA_F32 || type == FOVEA_F64;
    return real && importer->options->type != FOVEA_TYPE_NONE ? importer->options->type : type;
}

bool fovea__onnx_output_wanted(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               size_t index) {
    return index < node->output_count && node->output[index][0] &&
           fovea__name_find(&importer->order->used, node->output[index]) >= 0;
}

bool fovea__onnx_has_input(const fovea__onnx_node *node, size_t index) {
    return index < node->input_count && node->input[index][0];
}

static fovea_value slot_of(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                           size_t index) {
    if (!fovea__onnx_has_input(node, index)) return FOVEA_NO_VALUE;
    return fovea__name_find(&importer->names, node->input[index]);
}

fovea_type fovea__onnx_type(const fovea__onnx_importer *importer, fovea_value value) {
    if (value == FOVEA_NO_VALUE) return FOVEA_TYPE_NONE;
    const fovea__onnx_slot *slot = &importer->slot[value];
    if (slot->view.data) return slot->view.type;
    return fovea_graph_value(importer->graph, slot->value).type;
}

fovea_shape fovea__onnx_shape(const fovea__onnx_importer *importer, fovea_value value) {
    if (value == FOVEA_NO_VALUE) return (fovea_shape){0};
    const fovea__onnx_slot *slot = &importer->slot[value];
    if (slot->view.data) return slot->view.shape;
    return fovea_graph_value(importer->graph, slot->value).shape;
}

fovea_view fovea__onnx_numbers(const fovea__onnx_importer *importer, fovea_value value) {
    return value == FOVEA_NO_VALUE ? (fovea_view){0} : importer->slot[value].view;
}

fovea_type fovea__onnx_input_type(const fovea__onnx_importer *importer,
                                  const fovea__onnx_node *node, size_t index) {
    return fovea__onnx_type(importer, slot_of(importer, node, index));
}

fovea_shape fovea__onnx_input_shape(const fovea__onnx_importer *importer,
                                    const fovea__onnx_node *node, size_t index) {
    return fovea__onnx_shape(importer, slot_of(importer, node, index));
}

bool fovea__onnx_is_constant(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             size_t index) {
    fovea_value slot = slot_of(importer, node, index);
    return slot != FOVEA_NO_VALUE && importer->slot[slot].view.data;
}

fovea_status fovea__onnx_value_of(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, bool trained, int64_t fan_in, fovea_value *value,
                                  fovea_error *error) {
    (void)error;
    *value = slot_of(importer, node, index);
    if (*value == FOVEA_NO_VALUE || !trained) return FOVEA_OK;
    importer->slot[*value].trained = true;
    importer->slot[*value].fan_in = fan_in;
    return FOVEA_OK;
}

// A given input becomes a constant in the next attempt.
static bool make_constant(fovea__onnx_importer *importer, const char *name) {
    size_t index;
    if (fovea__onnx_maker_of(importer->model, importer->order, name, &index) != FOVEA__ONNX_INPUT ||
        !fovea__onnx_given_for(importer, name))
        return false;
    importer->constant_input[index] = true;
    importer->again = true;
    return true;
}

static fovea_status constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             size_t index, const char *what, bool batch, fovea_view *view,
                             fovea_error *error) {
    fovea_value slot = slot_of(importer, node, index);
    if (slot == FOVEA_NO_VALUE)
        return fovea__onnx_bad(node, error, "input %zu ('%s') of %s is missing", index, what,
                               node->op);
    if (!importer->slot[slot].view.data) {
        make_constant(importer, node->input[index]);
        return fovea__onnx_unsupported(
            node, error, "input %zu ('%s') of %s is computed while running", index, what, node->op);
    }
    if (importer->slot[slot].marked && !batch)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "input %zu ('%s') of %s depends on the size of the batch", index, what,
                           node->op);
    *view = importer->slot[slot].view;
    return FOVEA_OK;
}

fovea_status fovea__onnx_constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, const char *what, fovea_view *view,
                                  fovea_error *error) {
    return constant(importer, node, index, what, false, view, error);
}

static fovea_status read_ints(const fovea__onnx_node *node, size_t index, const char *what,
                              const fovea_view *view, int64_t *values, int32_t most, int32_t *count,
                              fovea_error *error) {
    int64_t numbers = fovea_shape_count(&view->shape);
    bool wide = view->type == FOVEA_I64;
    if ((!wide && view->type != FOVEA_I32) || view->shape.rank > 1)
        return fovea__onnx_bad(node, error, "input %zu ('%s') of %s is no list of integers", index,
                               what, node->op);
    if (numbers > most)
        return fovea__onnx_unsupported(node, error,
                                       "input %zu ('%s') of %s has %lld numbers; %d are the most",
                                       index, what, node->op, (long long)numbers, most);
    for (int64_t i = 0; i < numbers; i++)
        values[i] = wide ? ((const int64_t *)view->data)[i] : ((const int32_t *)view->data)[i];
    *count = (int32_t)numbers;
    return FOVEA_OK;
}

fovea_status fovea__onnx_constant_ints(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       size_t index, const char *what, int64_t *values,
                                       int32_t most, int32_t *count, fovea_error *error) {
    fovea_view view;
    FOVEA__TRY(constant(importer, node, index, what, false, &view, error));
    return read_ints(node, index, what, &view, values, most, count, error);
}

fovea_status fovea__onnx_constant_shape(fovea__onnx_importer *importer,
                                        const fovea__onnx_node *node, size_t index,
                                        const char *what, int64_t *values, int32_t most,
                                        int32_t *count, fovea_error *error) {
    fovea_view view;
    FOVEA__TRY(constant(importer, node, index, what, true, &view, error));
    return read_ints(node, index, what, &view, values, most, count, error);
}

fovea_status fovea__onnx_constant_real(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       size_t index, const char *what, double *value,
                                       fovea_error *error) {
    fovea_view view;
    FOVEA__TRY(constant(importer, node, index, what, false, &view, error));
    if (fovea_shape_count(&view.shape) != 1)
        return fovea__onnx_bad(node, error, "input %zu ('%s') of %s is not one number", index, what,
                               node->op);
    if (view.type == FOVEA_F32) {
        *value = fovea__onnx_meant(*(const float *)view.data);
        return FOVEA_OK;
    }
    return fovea__convert(view.type, view.data, FOVEA_F64, value, 1, error);
}
