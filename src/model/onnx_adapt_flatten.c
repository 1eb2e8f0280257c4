// SPDX-License-Identifier: MIT
// Flatten, versions 1 to 24.
#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status adapt_flatten(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t axis;
    FOVEA__TRY(fovea__onnx_int(node, "axis", 1, &axis, error));
    fovea__onnx_list_int(&list, "axis", axis);
    return fovea__onnx_emit_same(importer, node, "Flatten", &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_flatten[] = {{"Flatten", adapt_flatten},
                                                            {NULL, NULL}};
