// SPDX-License-Identifier: MIT
// MatMul, versions 1 to 13. Rows times a constant matrix are a linear layer.
#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status adapt_linear(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 const fovea_shape *weight, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[2];
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &inputs[0], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, false, 0, &inputs[1], error));
    FOVEA__TRY(
        fovea__onnx_transposed(importer, inputs[1], true, weight->dim[0], &inputs[1], error));
    fovea__onnx_list_int(&list, "transB", 1);
    return fovea__onnx_emit(importer, node, "Gemm", inputs, 2, &list, error);
}

static fovea_status adapt_matmul(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    fovea_shape w = fovea__onnx_input_shape(importer, node, 1);
    bool constant = fovea__onnx_is_constant(importer, node, 1), weight = constant && w.rank == 2;
    fovea_value inputs[2];
    if (weight && x.rank == 2 && !fovea__onnx_is_constant(importer, node, 0) &&
        x.dim[1] == w.dim[0])
        return adapt_linear(importer, node, &w, error);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &inputs[0], error));
    FOVEA__TRY(
        fovea__onnx_value_of(importer, node, 1, weight, weight ? w.dim[0] : 0, &inputs[1], error));
    return fovea__onnx_emit(importer, node, "MatMul", inputs, 2, NULL, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_matmul[] = {{"MatMul", adapt_matmul}, {NULL, NULL}};
