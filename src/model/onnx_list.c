// SPDX-License-Identifier: MIT
#include "model/onnx_list.h"

#include "base/fail.h"

static fovea_status attribute_list(const fovea__onnx_node *node, const char *name, int64_t *values,
                                   int32_t *count, fovea_error *error) {
    const int64_t *given;
    size_t numbers;
    FOVEA__TRY(fovea__onnx_ints(node, name, &given, &numbers, error));
    if (numbers > FOVEA_MAX_RANK)
        return fovea__onnx_unsupported(node, error, "%s has %zu numbers; %d are the most", name,
                                       numbers, FOVEA_MAX_RANK);
    for (size_t i = 0; i < numbers; i++) values[i] = given[i];
    *count = (int32_t)numbers;
    return FOVEA_OK;
}

fovea_status fovea__onnx_optional_list(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       const char *name, size_t index, int64_t since,
                                       int64_t *values, int32_t *count, fovea_error *error) {
    *count = 0;
    if (fovea__onnx_opset_of(importer) < since)
        return attribute_list(node, name, values, count, error);
    if (!fovea__onnx_has_input(node, index)) return FOVEA_OK;
    return fovea__onnx_constant_ints(importer, node, index, name, values, FOVEA_MAX_RANK, count,
                                     error);
}

fovea_status fovea__onnx_shape_list(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    const char *name, size_t index, int64_t since, int64_t *values,
                                    int32_t *count, fovea_error *error) {
    *count = 0;
    if (fovea__onnx_opset_of(importer) < since)
        return attribute_list(node, name, values, count, error);
    return fovea__onnx_constant_shape(importer, node, index, name, values, FOVEA_MAX_RANK, count,
                                      error);
}
