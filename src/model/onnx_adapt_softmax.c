// SPDX-License-Identifier: MIT
// Softmax and LogSoftmax, versions 1 to 13. Before 13 the dimensions from `axis` on were one.
#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status emit_along(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_value x, int64_t axis, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea__onnx_list_int(&list, "axis", axis);
    return fovea__onnx_emit(importer, node, node->op, &x, 1, &list, error);
}

static fovea_status reshape(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                            const char *suffix, fovea_value x, int32_t count, const int64_t *sizes,
                            fovea_value *y, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea__onnx_list_ints(&list, "shape", count, sizes);
    return fovea__onnx_emit_part(importer, node, "Reshape", suffix, &x, 1, &list, NULL, y, error);
}

// The dimensions from `axis` on as one, its softmax, and their shape again.
static fovea_status emit_flat(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_value x, const fovea_shape *shape, int32_t axis,
                              fovea_error *error) {
    int64_t sizes[FOVEA_MAX_RANK] = {0};
    fovea__onnx_list list = {.count = 0};
    fovea_value flat, soft;
    sizes[axis] = -1;
    FOVEA__TRY(reshape(importer, node, "flat", x, axis + 1, sizes, &flat, error));
    fovea__onnx_list_int(&list, "axis", axis);
    FOVEA__TRY(fovea__onnx_emit_part(importer, node, node->op, "soft", &flat, 1, &list, NULL, &soft,
                                     error));
    for (int32_t d = axis; d < shape->rank; d++) sizes[d] = shape->dim[d];
    list = (fovea__onnx_list){.count = 0};
    fovea__onnx_list_ints(&list, "shape", shape->rank, sizes);
    return fovea__onnx_emit(importer, node, "Reshape", &soft, 1, &list, error);
}

static fovea_status adapt_softmax(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    bool flattens = fovea__onnx_opset_of(importer) < 13;
    fovea_shape shape = fovea__onnx_input_shape(importer, node, 0);
    int64_t axis, behind = 1;
    fovea_value x;
    FOVEA__TRY(fovea__onnx_int(node, "axis", flattens ? 1 : -1, &axis, error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    if (!flattens) return emit_along(importer, node, x, axis, error);
    if (axis < 0) axis += shape.rank;
    if (axis < 0 || axis >= shape.rank)
        return fovea__onnx_bad(node, error, "axis is %lld, the input has %d dimensions",
                               (long long)axis, shape.rank);
    for (int32_t d = (int32_t)axis + 1; d < shape.rank; d++) behind *= shape.dim[d];
    if (behind == 1) return emit_along(importer, node, x, axis, error);
    if (axis == 0 && shape.dim[0] == FOVEA_DYNAMIC)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "cannot take a softmax along the batch");
    return emit_flat(importer, node, x, &shape, (int32_t)axis, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_softmax[] = {
    {"Softmax", adapt_softmax}, {"LogSoftmax", adapt_softmax}, {NULL, NULL}};
