// SPDX-License-Identifier: MIT
// The ONNX reader: bytes as a model, and as a tensor alone. What it gives is whole and within its memory.
#include <string.h>

#include "formats/onnx.h"
#include "fuzz_parser.h"
#include "wire_mutator.h"

static uint64_t text(const char *string) {
    fuzz_require(string != NULL);
    return fuzz_touch(string, strlen(string));
}

static uint64_t shape(const fovea_shape *shape, int64_t least) {
    fuzz_require(shape->rank >= 0 && shape->rank <= FOVEA_MAX_RANK);
    for (int32_t i = 0; i < shape->rank; i++) fuzz_require(shape->dim[i] >= least);
    return fuzz_touch(shape->dim, sizeof shape->dim);
}

static uint64_t numbers(const fovea__onnx_tensor *tensor) {
    uint64_t hash = text(tensor->name) ^ shape(&tensor->shape, 0);
    const int64_t count = fovea_shape_count(&tensor->shape);
    fuzz_require(count >= 0 && tensor->size == (size_t)count * fovea_type_size(tensor->type));
    fuzz_require((tensor->data != NULL) == (tensor->type != FOVEA_TYPE_NONE));
    fuzz_require((uintptr_t)tensor->data % 64 == 0);
    const uint8_t *bytes = tensor->data;
    for (size_t i = 0; tensor->type == FOVEA_BOOL && i < tensor->size; i++)
        fuzz_require(bytes[i] <= 1);
    return bytes ? hash + fuzz_touch(bytes, tensor->size) : hash;
}

static uint64_t attribute(const fovea__onnx_attribute *a) {
    uint64_t hash = text(a->name) + (uint64_t)a->kind;
    fuzz_require(a->kind >= FOVEA__ONNX_FLOAT && a->kind <= FOVEA__ONNX_OTHER);
    if (a->kind == FOVEA__ONNX_STRING) hash ^= text(a->s);
    if (a->kind == FOVEA__ONNX_TENSOR) hash ^= numbers(a->t);
    if (a->kind == FOVEA__ONNX_FLOATS) hash ^= fuzz_touch(a->floats, a->count * sizeof *a->floats);
    if (a->kind == FOVEA__ONNX_INTS) hash ^= fuzz_touch(a->ints, a->count * sizeof *a->ints);
    for (size_t i = 0; a->kind == FOVEA__ONNX_STRINGS && i < a->count; i++)
        hash ^= text(a->strings[i]);
    return hash;
}

static uint64_t node(const fovea__onnx_node *n) {
    uint64_t hash = text(n->name) ^ text(n->op) ^ text(n->domain);
    fuzz_require(n->op[0] != '\0');
    for (size_t i = 0; i < n->input_count; i++) hash += text(n->input[i]);
    for (size_t i = 0; i < n->output_count; i++) hash += text(n->output[i]);
    for (size_t i = 0; i < n->attribute_count; i++) hash ^= attribute(&n->attribute[i]);
    return hash;
}

static uint64_t values(const fovea__onnx_value *value, size_t count) {
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++) {
        hash += text(value[i].name) ^ shape(&value[i].shape, FOVEA_DYNAMIC);
        for (int32_t k = 0; k < value[i].shape.rank; k++)
            if (value[i].symbol[k]) hash ^= text(value[i].symbol[k]);
    }
    return hash;
}

static uint64_t look(const fovea__onnx_model *m) {
    uint64_t hash = text(m->producer_name) ^ text(m->producer_version) ^ text(m->doc);
    hash ^= text(m->graph_name) + (uint64_t)m->opset;
    fuzz_require(m->opset >= 0 && m->ir_version > 0);
    for (size_t i = 0; i < m->opset_count; i++) hash += text(m->opsets[i].domain);
    for (size_t i = 0; i < m->metadata_count; i++)
        hash += text(m->metadata[i].key) ^ text(m->metadata[i].value);
    for (size_t i = 0; i < m->node_count; i++) hash = hash * 31 + node(&m->node[i]);
    for (size_t i = 0; i < m->initializer_count; i++) hash ^= numbers(&m->initializer[i]);
    hash += values(m->input, m->input_count) ^ values(m->output, m->output_count);
    return hash ^ values(m->value, m->value_count);
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__onnx_model *model;
    fovea_tensor *tensor;
    fovea_error error;
    uint64_t hash = 0;
    const fovea_status status =
        fovea__onnx_parse(context, bytes, size, "input", NULL, &model, &error);
    fuzz_require((status == FOVEA_OK) == (model != NULL));
    fuzz_require(status != FOVEA_OUT_OF_MEMORY);
    if (model) hash = look(model) | 1;
    fovea__onnx_free(model);
    if (fovea__onnx_parse_tensor(context, bytes, size, "input", &tensor, &error) == FOVEA_OK) {
        const fovea_view view = fovea_tensor_view(tensor);
        hash ^= shape(&view.shape, 0);
        hash ^= fuzz_touch(view.data,
                           (size_t)fovea_shape_count(&view.shape) * fovea_type_size(view.type));
    }
    fovea_tensor_free(tensor);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static size_t largest;
    if (size > largest) largest = size;
    fuzz_twice(data, size, parse);
    fuzz_require(fovea__memory_peak(fuzz_context()) <= ((size_t)64 << 20) + 3 * largest);
    return 0;
}
