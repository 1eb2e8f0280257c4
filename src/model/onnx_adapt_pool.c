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

// The second output: where in the input the largest values stand.
static fovea_status emit_indices(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea__onnx_list list, fovea_error *error) {
    int64_t by_columns;
    fovea_value x, places;
    FOVEA__TRY(fovea__onnx_int(node, "storage_order", 0, &by_columns, error));
    fovea__onnx_list_int(&list, "storage_order", by_columns != 0);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    FOVEA__TRY(fovea__onnx_emit_part(importer, node, "MaxPoolIndices", "indices", &x, 1, &list,
                                     NULL, &places, error));
    return fovea__onnx_set_value(importer, node, 1, places, error);
}

// Bytes are pooled as floats, which hold them exactly.
static fovea_status emit_bytes(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               const fovea__onnx_list *list, fovea_error *error) {
    fovea__onnx_list to = {.count = 0}, back = {.count = 0};
    fovea_value x, y;
    // Cast takes ONNX's codes of types: 1 FLOAT, 2 UINT8, 3 INT8.
    fovea__onnx_list_int(&to, "to", 1);
    fovea__onnx_list_int(&back, "to",
                         fovea__onnx_input_type(importer, node, 0) == FOVEA_U8 ? 2 : 3);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    FOVEA__TRY(fovea__onnx_emit_part(importer, node, "Cast", "float", &x, 1, &to, NULL, &x, error));
    FOVEA__TRY(
        fovea__onnx_emit_part(importer, node, "MaxPool", "pool", &x, 1, list, NULL, &y, error));
    return fovea__onnx_emit(importer, node, "Cast", &y, 1, &back, error);
}

static fovea_status adapt_maxpool(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_type type = fovea__onnx_input_type(importer, node, 0);
    bool bytes = type == FOVEA_U8 || type == FOVEA_I8;
    FOVEA__TRY(read_pool(importer, node, &list, error));
    bool indices = fovea__onnx_output_wanted(importer, node, 1);
    if (bytes && indices)
        return fovea__onnx_unsupported(node, error, "the places of the largest bytes (Indices)");
    if (bytes) return emit_bytes(importer, node, &list, error);
    FOVEA__TRY(emit_pool(importer, node, "MaxPool", &list, error));
    return indices ? emit_indices(importer, node, list, error) : FOVEA_OK;
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
