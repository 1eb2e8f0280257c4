// SPDX-License-Identifier: MIT
// Lists of integers that are an attribute in old versions of an operator and an input in newer ones.
#ifndef FOVEA_MODEL_ONNX_LIST_H
#define FOVEA_MODEL_ONNX_LIST_H

#include "model/onnx_import.h"

// The list `name`: the attribute below opset `since`, input `index` from there on. At most
// FOVEA_MAX_RANK numbers go to `values`; *count is 0 where it is absent. Errors: UNSUPPORTED,
// BAD_FILE, SHAPE_MISMATCH as fovea__onnx_constant_ints.
fovea_status fovea__onnx_optional_list(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       const char *name, size_t index, int64_t since,
                                       int64_t *values, int32_t *count, fovea_error *error);
// A shape, which must be there and may begin with FOVEA__ONNX_BATCH.
fovea_status fovea__onnx_shape_list(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    const char *name, size_t index, int64_t since, int64_t *values,
                                    int32_t *count, fovea_error *error);

#endif
