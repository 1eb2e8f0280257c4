// SPDX-License-Identifier: MIT
// Conv, versions 1 to 22.
#include "base/fail.h"
#include "model/onnx_window.h"

static fovea_status adapt_conv(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    fovea_shape w = fovea__onnx_input_shape(importer, node, 1);
    fovea__onnx_window window;
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[3];
    int64_t group, fan_in = 1;
    FOVEA__TRY(fovea__onnx_window_read(node, &x, &w, &window, error));
    FOVEA__TRY(fovea__onnx_int(node, "group", 1, &group, error));
    fovea__onnx_window_list(&window, &list);
    fovea__onnx_list_int(&list, "group", group);
    for (int32_t d = 1; d < w.rank; d++) fan_in *= w.dim[d];
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &inputs[0], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, true, fan_in, &inputs[1], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 2, true, fan_in, &inputs[2], error));
    int32_t count = inputs[2] == FOVEA_NO_VALUE ? 2 : 3;
    return fovea__onnx_emit(importer, node, "Conv", inputs, count, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_conv[] = {{"Conv", adapt_conv}, {NULL, NULL}};
