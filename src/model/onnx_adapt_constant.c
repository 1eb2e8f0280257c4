// SPDX-License-Identifier: MIT
// What is known without running: Constant (versions 1 to 23), ConstantOfShape, Shape, Size, Range;
// and Identity, which is another name.
#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"
#include "tensor/convert.h"

// A tensor of the file as output 0.
static fovea_status set_tensor(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               const fovea__onnx_tensor *tensor, fovea_error *error) {
    fovea_type type = fovea__onnx_element_type(importer, tensor->data_type);
    fovea_value value;
    if (tensor->type == FOVEA_TYPE_NONE || type == FOVEA_TYPE_NONE)
        return fovea__onnx_unsupported(node, error, "a tensor of ONNX's element type %d",
                                       tensor->data_type);
    int64_t count = fovea_shape_count(&tensor->shape);
    void *data = fovea__new(importer->context, (size_t)count, fovea_type_size(type), error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        count ? fovea__convert(tensor->type, tensor->data, type, data, count, error) : FOVEA_OK;
    if (status != FOVEA_OK) {
        fovea__free(importer->context, data);
        return status;
    }
    FOVEA__TRY(
        fovea__onnx_own_slot(importer, node->output[0], type, &tensor->shape, data, &value, error));
    return fovea__onnx_bind(importer, node->output[0], value, error);
}

// The numbers of an attribute as a tensor that borrows them.
static bool as_tensor(const fovea__onnx_attribute *a, fovea__onnx_tensor *tensor) {
    *tensor = (fovea__onnx_tensor){.name = a->name};
    bool list = a->kind == FOVEA__ONNX_FLOATS || a->kind == FOVEA__ONNX_INTS;
    if (list) tensor->shape = (fovea_shape){1, {(int64_t)a->count}};
    if (a->kind == FOVEA__ONNX_FLOAT || a->kind == FOVEA__ONNX_FLOATS) {
        tensor->type = FOVEA_F32;
        tensor->data_type = 1;
        tensor->data = list ? (void *)(uintptr_t)a->floats : (void *)(uintptr_t)&a->f;
    } else if (a->kind == FOVEA__ONNX_INT || a->kind == FOVEA__ONNX_INTS) {
        tensor->type = FOVEA_I64;
        tensor->data_type = 7;
        tensor->data = list ? (void *)(uintptr_t)a->ints : (void *)(uintptr_t)&a->i;
    }
    return tensor->type != FOVEA_TYPE_NONE;
}

static fovea_status adapt_constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   fovea_error *error) {
    fovea__onnx_tensor tensor;
    if (node->attribute_count != 1 || node->output_count != 1)
        return fovea__onnx_bad(node, error, "Constant wants one attribute and one output");
    const fovea__onnx_attribute *a = &node->attribute[0];
    if (a->kind == FOVEA__ONNX_TENSOR && a->t) return set_tensor(importer, node, a->t, error);
    if (as_tensor(a, &tensor)) return set_tensor(importer, node, &tensor, error);
    return fovea__onnx_unsupported(node, error, "Constant with the attribute '%.40s'", a->name);
}

// Counts what constants made from a few numbers take.
static fovea_status may_take(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             const fovea_shape *shape, size_t element, fovea_error *error) {
    int64_t bytes, count = fovea_shape_count(shape);
    if (count >= 0 && fovea__mul_i64(count, (int64_t)element, &bytes) &&
        fovea__add_i64(importer->folded, bytes, &bytes) && bytes <= FOVEA__ONNX_MAX_FOLDED) {
        importer->folded = bytes;
        return FOVEA_OK;
    }
    char text[160];
    fovea_shape_format(shape, text, sizeof text);
    return fovea__onnx_unsupported(node, error,
                                   "a constant of %s; those that a file computes may take %lld MiB",
                                   text, (long long)(FOVEA__ONNX_MAX_FOLDED >> 20));
}

static fovea_status adapt_constant_of_shape(fovea__onnx_importer *importer,
                                            const fovea__onnx_node *node, fovea_error *error) {
    const fovea__onnx_attribute *a = fovea__onnx_attribute_find(node, "value");
    float zero = 0;
    fovea__onnx_tensor standard = {.data_type = 1, .type = FOVEA_F32, .data = &zero};
    const fovea__onnx_tensor *one = a ? a->t : &standard;
    fovea_shape shape = {0};
    if (!one || fovea_shape_count(&one->shape) != 1)
        return fovea__onnx_bad(node, error, "the value is no tensor of one number");
    fovea_type type = fovea__onnx_element_type(importer, one->data_type);
    size_t element = fovea_type_size(type);
    char number[16];
    fovea_value value;
    if (!element || one->type == FOVEA_TYPE_NONE)
        return fovea__onnx_unsupported(node, error, "a value of ONNX's element type %d",
                                       one->data_type);
    FOVEA__TRY(fovea__convert(one->type, one->data, type, number, 1, error));
    FOVEA__TRY(fovea__onnx_constant_ints(importer, node, 0, "input", shape.dim, FOVEA_MAX_RANK,
                                         &shape.rank, error));
    for (int32_t d = 0; d < shape.rank; d++)
        if (shape.dim[d] < 0)
            return fovea__onnx_bad(node, error, "dimension %d would be %lld", d,
                                   (long long)shape.dim[d]);
    FOVEA__TRY(may_take(importer, node, &shape, element, error));
    int64_t count = fovea_shape_count(&shape);
    char *data = fovea__new(importer->context, (size_t)count, element, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < count; i++) memcpy(data + (size_t)i * element, number, element);
    FOVEA__TRY(fovea__onnx_own_slot(importer, node->output[0], type, &shape, data, &value, error));
    return fovea__onnx_bind(importer, node->output[0], value, error);
}

static int64_t clamp(int64_t axis, int32_t rank) {
    if (axis < 0) axis += rank;
    return axis < 0 ? 0 : axis > rank ? rank : axis;
}

static fovea_status adapt_shape(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    fovea_shape shape = fovea__onnx_input_shape(importer, node, 0);
    int64_t start, end, sizes[FOVEA_MAX_RANK];
    FOVEA__TRY(fovea__onnx_int(node, "start", 0, &start, error));
    FOVEA__TRY(fovea__onnx_int(node, "end", shape.rank, &end, error));
    start = clamp(start, shape.rank);
    end = clamp(end, shape.rank);
    fovea_view view = {FOVEA_I64, {1, {end > start ? end - start : 0}}, sizes};
    for (int64_t d = start; d < end; d++)
        sizes[d - start] = shape.dim[d] == FOVEA_DYNAMIC ? FOVEA__ONNX_BATCH : shape.dim[d];
    return fovea__onnx_set_constant(importer, node, 0, &view, error);
}

static fovea_status adapt_size(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    fovea_shape shape = fovea__onnx_input_shape(importer, node, 0);
    int64_t count = fovea_shape_count(&shape);
    if (count < 0)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the number depends on the batch");
    return fovea__onnx_set_constant(importer, node, 0, &(fovea_view){FOVEA_I64, {0}, &count},
                                    error);
}

static void fill_range(fovea_type type, int64_t count, const double *step, const int64_t *whole,
                       void *data) {
    for (int64_t i = 0; i < count; i++) {
        if (type == FOVEA_F32)
            ((float *)data)[i] = (float)(step[0] + (double)i * step[1]);
        else if (type == FOVEA_F64)
            ((double *)data)[i] = step[0] + (double)i * step[1];
        else if (type == FOVEA_I64)
            ((int64_t *)data)[i] = whole[0] + i * whole[1];
        else if (type == FOVEA_I32)
            ((int32_t *)data)[i] = (int32_t)(whole[0] + i * whole[1]);
        else
            ((int16_t *)data)[i] = (int16_t)(whole[0] + i * whole[1]);
    }
}

static int64_t integer_at(const fovea_view *view) {
    if (view->type == FOVEA_I64) return *(const int64_t *)view->data;
    if (view->type == FOVEA_I32) return *(const int32_t *)view->data;
    return view->type == FOVEA_I16 ? *(const int16_t *)view->data : 0;
}

static fovea_status adapt_range(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    static const char *const names[] = {"start", "limit", "delta"};
    double number[3];
    int64_t whole[3];
    fovea_view view;
    for (size_t i = 0; i < 3; i++) {
        FOVEA__TRY(fovea__onnx_constant(importer, node, i, names[i], &view, error));
        FOVEA__TRY(fovea__onnx_constant_real(importer, node, i, names[i], &number[i], error));
        whole[i] = integer_at(&view);
    }
    double places = ceil((number[1] - number[0]) / number[2]);
    if (!(number[2] != 0) || isnan(places))
        return fovea__onnx_bad(node, error, "a range in steps of %.9g", number[2]);
    bool known = view.type == FOVEA_F32 || view.type == FOVEA_F64 || view.type == FOVEA_I64 ||
                 view.type == FOVEA_I32 || view.type == FOVEA_I16;
    if (!known)
        return fovea__onnx_unsupported(node, error, "a range of %s", fovea_type_name(view.type));
    places = places < 0 ? 0 : places > 0x1p50 ? 0x1p50 : places;
    fovea_shape shape = {1, {(int64_t)places}};
    size_t element = fovea_type_size(view.type);
    fovea_value value;
    FOVEA__TRY(may_take(importer, node, &shape, element, error));
    void *data = fovea__new(importer->context, (size_t)shape.dim[0], element, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    const double step[] = {number[0], number[2]};
    const int64_t whole_step[] = {whole[0], whole[2]};
    fill_range(view.type, shape.dim[0], step, whole_step, data);
    FOVEA__TRY(
        fovea__onnx_own_slot(importer, node->output[0], view.type, &shape, data, &value, error));
    return fovea__onnx_bind(importer, node->output[0], value, error);
}

static fovea_status adapt_identity(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   fovea_error *error) {
    return fovea__onnx_set_same(importer, node, 0, 0, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_constant[] = {
    {"Constant", adapt_constant},
    {"ConstantOfShape", adapt_constant_of_shape},
    {"Shape", adapt_shape},
    {"Size", adapt_size},
    {"Range", adapt_range},
    {"Identity", adapt_identity},
    {NULL, NULL}};
