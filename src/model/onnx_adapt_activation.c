// SPDX-License-Identifier: MIT
// The activations that had operators here before there was a reader of ONNX. `consumed_inputs` of
// the oldest versions says nothing about the result.
#include <string.h>

#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status adapt_plain(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    return fovea__onnx_emit_same(importer, node, node->op, NULL, error);
}

static fovea_status adapt_leaky_relu(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                     fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    double alpha;
    FOVEA__TRY(fovea__onnx_real(node, "alpha", 0.01, &alpha, error));
    fovea__onnx_list_real(&list, "alpha", alpha);
    return fovea__onnx_emit_same(importer, node, "LeakyRelu", &list, error);
}

static fovea_status adapt_gelu(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    const char *form;
    FOVEA__TRY(fovea__onnx_text(node, "approximate", "none", &form, error));
    if (strcmp(form, "none") != 0 && strcmp(form, "tanh") != 0)
        return fovea__onnx_bad(node, error, "approximate is '%.40s'", form);
    fovea__onnx_list_int(&list, "approximate", strcmp(form, "tanh") == 0);
    return fovea__onnx_emit_same(importer, node, "Gelu", &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_activation[] = {
    {"Relu", adapt_plain},           {"Sigmoid", adapt_plain}, {"Tanh", adapt_plain},
    {"LeakyRelu", adapt_leaky_relu}, {"Gelu", adapt_gelu},     {NULL, NULL}};
