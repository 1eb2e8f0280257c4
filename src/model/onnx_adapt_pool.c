// SPDX-License-Identifier: MIT
// MaxPool (versions 1 to 22), AveragePool (1 to 22) and GlobalAveragePool (1 to 22). ONNX's strides
// are 1 where they are left out, and its averages leave the padding out.
#include "base/fail.h"
#include "model/onnx_window.h"

static fovea_status read_pool(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea__onnx_list *list, fovea_error *error) {
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    fovea__onnx_window window;
    int64_t ceil;
    FOVEA__TRY(fovea__onnx_window_read(node, &x, NULL, &window, error));
    FOVEA__TRY(fovea__onnx_int(node, "ceil_mode", 0, &ceil, error));
    fovea__onnx_window_list(&window, list);
    fovea__onnx_list_int(list, "ceil_mode", ceil != 0);
    return FOVEA_OK;
}

static fovea_status emit_pool(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              const char *op, const fovea__onnx_list *list, fovea_error *error) {
    fovea_value x;
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, op, &x, 1, list, error);
}

static fovea_status adapt_maxpool(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    if (fovea__onnx_output_wanted(importer, node, 1))
        return fovea__onnx_unsupported(node, error, "the places of the largest values (Indices)");
    FOVEA__TRY(read_pool(importer, node, &list, error));
    return emit_pool(importer, node, "MaxPool", &list, error);
}

static fovea_status adapt_avgpool(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t include;
    FOVEA__TRY(read_pool(importer, node, &list, error));
    FOVEA__TRY(fovea__onnx_int(node, "count_include_pad", 0, &include, error));
    fovea__onnx_list_int(&list, "count_include_pad", include != 0);
    return emit_pool(importer, node, "AveragePool", &list, error);
}

static fovea_status adapt_gap(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    return fovea__onnx_emit_same(importer, node, "GlobalAveragePool", NULL, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_pool[] = {{"MaxPool", adapt_maxpool},
                                                         {"AveragePool", adapt_avgpool},
                                                         {"GlobalAveragePool", adapt_gap},
                                                         {NULL, NULL}};
