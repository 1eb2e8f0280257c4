// SPDX-License-Identifier: MIT
// The inputs of the net: which sizes stay open, where the others come from.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"
#include "tensor/convert.h"

const fovea_view *fovea__onnx_given_for(const fovea__onnx_importer *importer, const char *name) {
    const fovea__onnx_import_options *options = importer->options;
    for (size_t i = 0; i < options->given_count; i++)
        if (strcmp(options->given[i].name, name) == 0) return &options->given[i].view;
    return NULL;
}

static bool is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64;
}

// Inputs that stay inputs: a node or an output uses them, and none wants them as constants.
static bool is_input(const fovea__onnx_importer *importer, size_t index) {
    const char *name = importer->model->input[index].name;
    return fovea__name_find(&importer->order->used, name) >= 0 && !importer->constant_input[index];
}

static bool says_batch(const fovea__onnx_value *input) {
    return !input->has_shape || (input->shape.rank > 0 && input->shape.dim[0] == FOVEA_DYNAMIC);
}

// Inputs whose batch is open in the file must agree on its name.
static bool open_in_file(const fovea__onnx_importer *importer, bool *any) {
    const char *symbol = NULL;
    *any = false;
    for (size_t i = 0; i < importer->model->input_count; i++) {
        const fovea__onnx_value *input = &importer->model->input[i];
        if (!is_input(importer, i) || !says_batch(input)) continue;
        const char *own = input->has_shape ? input->symbol[0] : NULL;
        if (!is_float(fovea__onnx_element_type(importer, input->data_type))) return false;
        if (symbol && own && strcmp(symbol, own) != 0) return false;
        if (own) symbol = own;
        *any = true;
    }
    return true;
}

bool fovea__onnx_can_open(fovea__onnx_importer *importer) {
    bool any;
    importer->declared_batch = 0;
    if (!open_in_file(importer, &any)) return false;
    if (any) return true;
    for (size_t i = 0; i < importer->model->input_count; i++) {
        const fovea__onnx_value *input = &importer->model->input[i];
        if (!is_input(importer, i)) continue;
        if (!is_float(fovea__onnx_element_type(importer, input->data_type)) ||
            input->shape.rank < 2)
            return false;
        if (any && importer->declared_batch != input->shape.dim[0]) return false;
        importer->declared_batch = input->shape.dim[0];
        any = true;
    }
    return any;
}

// Whether the user's sizes are for this input.
static bool takes_sizes(const fovea__onnx_importer *importer, size_t index) {
    if (importer->options->input.rank == 0) return false;
    for (size_t i = 0; i < index; i++)
        if (is_input(importer, i)) return false;
    return true;
}

static fovea_status use_sizes(const fovea__onnx_importer *importer, const fovea__onnx_value *input,
                              fovea_shape *shape, fovea_error *error) {
    const fovea_shape *sample = &importer->options->input;
    int32_t rank = input->has_shape ? input->shape.rank : sample->rank + 1;
    if (rank != sample->rank && rank != sample->rank + 1) {
        char file[160], own[160];
        fovea_shape_format(&input->shape, file, sizeof file);
        fovea_shape_format(sample, own, sizeof own);
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the input '%.100s' is %s; %s is no sample of it", input->name, file,
                           own);
    }
    shape->rank = rank;
    if (!input->has_shape) shape->dim[0] = FOVEA_DYNAMIC;
    for (int32_t i = 0; i < sample->rank; i++) shape->dim[rank - sample->rank + i] = sample->dim[i];
    return FOVEA_OK;
}

static fovea_status use_given(const fovea__onnx_value *input, const fovea_view *given,
                              fovea_shape *shape, fovea_error *error) {
    char file[160], own[160];
    bool fits = !input->has_shape || input->shape.rank == given->shape.rank;
    for (int32_t d = 0; fits && input->has_shape && d < shape->rank; d++)
        fits = shape->dim[d] == FOVEA_DYNAMIC || shape->dim[d] == given->shape.dim[d] || d == 0;
    if (!fits) {
        fovea_shape_format(&input->shape, file, sizeof file);
        fovea_shape_format(&given->shape, own, sizeof own);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the input '%.100s' is %s, what is given for it %s", input->name, file,
                           own);
    }
    *shape = given->shape;
    return FOVEA_OK;
}

// The size that an input before this one has under the same name, or FOVEA_DYNAMIC.
static int64_t size_of_symbol(const fovea__onnx_importer *importer, size_t index,
                              const char *symbol) {
    for (size_t i = 0; symbol && i < index; i++) {
        const fovea__onnx_value *input = &importer->model->input[i];
        const fovea__onnx_slot *slot = fovea__onnx_slot_named(importer, input->name);
        if (!slot || !input->has_shape) continue;
        fovea_shape shape = slot->value == FOVEA_NO_VALUE
                                ? slot->view.shape
                                : fovea_graph_value(importer->graph, slot->value).shape;
        for (int32_t d = 0; d < input->shape.rank; d++)
            if (input->symbol[d] && strcmp(input->symbol[d], symbol) == 0) return shape.dim[d];
    }
    return FOVEA_DYNAMIC;
}

static fovea_status still_open(const fovea__onnx_value *input, int32_t d, fovea_error *error) {
    char shape[160];
    const char *symbol = input->symbol[d];
    fovea_shape_format(&input->shape, shape, sizeof shape);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "the input '%.100s' has the open size %s%.60s%s(dimension %d of %d); give "
                       "the sizes of one sample, as in --input 3x224x224",
                       input->name, symbol ? "'" : "", symbol ? symbol : "", symbol ? "' " : "", d,
                       input->shape.rank);
}

static fovea_status input_shape(const fovea__onnx_importer *importer, size_t index,
                                fovea_shape *shape, fovea_error *error) {
    const fovea__onnx_value *input = &importer->model->input[index];
    const fovea_view *given = fovea__onnx_given_for(importer, input->name);
    *shape = input->has_shape ? input->shape : (fovea_shape){0};
    if (given) {
        FOVEA__TRY(use_given(input, given, shape, error));
    } else if (takes_sizes(importer, index)) {
        FOVEA__TRY(use_sizes(importer, input, shape, error));
    } else if (!input->has_shape) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the file does not say the shape of the input '%.100s'; give the sizes "
                           "of one sample, as in --input 3x224x224",
                           input->name);
    }
    for (int32_t d = 0; d < shape->rank; d++) {
        if (shape->dim[d] == 0)
            return fovea__fail(error, FOVEA_UNSUPPORTED,
                               "the input '%.100s' has no elements (dimension %d is 0)",
                               input->name, d);
        if (d == 0) continue;
        if (shape->dim[d] == FOVEA_DYNAMIC)
            shape->dim[d] = size_of_symbol(importer, index, input->symbol[d]);
        if (shape->dim[d] == FOVEA_DYNAMIC) return still_open(input, d, error);
    }
    return FOVEA_OK;
}

static fovea_status add_constant(fovea__onnx_importer *importer, const fovea__onnx_value *input,
                                 fovea_error *error) {
    const fovea_view *given = fovea__onnx_given_for(importer, input->name);
    fovea_type type = fovea__onnx_element_type(importer, input->data_type);
    int64_t count = fovea_shape_count(&given->shape);
    void *data = fovea__new(importer->context, (size_t)count, fovea_type_size(type), error);
    fovea_value slot;
    if (!data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__convert(given->type, given->data, type, data, count, error);
    if (status != FOVEA_OK) {
        fovea__free(importer->context, data);
        return status;
    }
    FOVEA__TRY(
        fovea__onnx_own_slot(importer, input->name, type, &given->shape, data, &slot, error));
    return fovea__onnx_bind(importer, input->name, slot, error);
}

static fovea_status add_input(fovea__onnx_importer *importer, size_t index, fovea_error *error) {
    const fovea__onnx_value *input = &importer->model->input[index];
    fovea_type type = fovea__onnx_element_type(importer, input->data_type);
    fovea_shape shape;
    fovea_value slot, value;
    fovea__onnx_name name;
    const fovea_view *given = fovea__onnx_given_for(importer, input->name);
    // Nothing can run on an input without elements, but it can be a list, an empty one.
    if (given && fovea_shape_count(&given->shape) == 0) importer->constant_input[index] = true;
    if (importer->constant_input[index]) return add_constant(importer, input, error);
    if (!is_input(importer, index)) return FOVEA_OK;
    if (type == FOVEA_TYPE_NONE)
        return fovea__fail(error, FOVEA_UNSUPPORTED,
                           "the input '%.200s' is no tensor of numbers (ONNX's type %d)",
                           input->name, input->data_type);
    FOVEA__TRY(input_shape(importer, index, &shape, error));
    bool open = importer->open && (importer->declared_batch > 0 || says_batch(input));
    if (shape.rank > 0 && shape.dim[0] == FOVEA_DYNAMIC && !open) shape.dim[0] = 1;
    fovea__onnx_value_name(importer, input->name, true, name);
    FOVEA__TRY(
        open ? fovea_graph_add_input(importer->graph, name, type, &shape, &value, error)
             : fovea_graph_add_fixed_input(importer->graph, name, type, &shape, &value, error));
    FOVEA__TRY(fovea__onnx_add_slot(importer, input->name, &slot, error));
    importer->slot[slot].value = value;
    return fovea__onnx_bind(importer, input->name, slot, error);
}

fovea_status fovea__onnx_add_inputs(fovea__onnx_importer *importer, fovea_error *error) {
    for (size_t i = 0; i < importer->model->input_count; i++)
        FOVEA__TRY(add_input(importer, i, error));
    return FOVEA_OK;
}
