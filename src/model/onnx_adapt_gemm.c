// SPDX-License-Identifier: MIT
// Gemm, versions 1 to 13: the linear layer y = x wᵀ + b where it is one, else the product in full.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"

typedef struct gemm {
    double alpha, beta;
    int64_t transpose_a, transpose_b;
} gemm;

static fovea_status read_gemm(const fovea__onnx_node *node, gemm *g, fovea_error *error) {
    FOVEA__TRY(fovea__onnx_real(node, "alpha", 1, &g->alpha, error));
    FOVEA__TRY(fovea__onnx_real(node, "beta", 1, &g->beta, error));
    FOVEA__TRY(fovea__onnx_int(node, "transA", 0, &g->transpose_a, error));
    return fovea__onnx_int(node, "transB", 0, &g->transpose_b, error);
}

// A bias that is one number for each of the outputs.
static bool is_bias(const fovea_view *c, int64_t outputs) {
    int32_t rank = c->shape.rank;
    bool vector = rank == 1 || (rank == 2 && c->shape.dim[0] == 1);
    return vector && c->shape.dim[rank - 1] == outputs;
}

static fovea_status weight_of(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              bool transposed, int64_t *outputs, fovea_value *weight,
                              fovea_error *error) {
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, false, 0, weight, error));
    fovea_view view = fovea__onnx_numbers(importer, *weight);
    int64_t inputs = view.shape.dim[transposed ? 1 : 0];
    *outputs = view.shape.dim[transposed ? 0 : 1];
    if (transposed) return fovea__onnx_value_of(importer, node, 1, true, inputs, weight, error);
    return fovea__onnx_transposed(importer, *weight, true, inputs, weight, error);
}

static fovea_status bias_of(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                            int64_t inputs, fovea_value *bias, fovea_error *error) {
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 2, true, inputs, bias, error));
    fovea_view view = fovea__onnx_numbers(importer, *bias);
    if (*bias == FOVEA_NO_VALUE || view.shape.rank == 1) return FOVEA_OK;
    view.shape = (fovea_shape){1, {view.shape.dim[1]}};
    return fovea__onnx_new_constant(importer, node->input[2], &view, true, inputs, bias, error);
}

static bool is_linear(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                      const gemm *g) {
    bool plain = g->alpha == 1 && g->transpose_a == 0 &&
                 fovea__onnx_is_constant(importer, node, 1) &&
                 fovea__onnx_input_shape(importer, node, 1).rank == 2;
    if (!plain || !fovea__onnx_has_input(node, 2)) return plain;
    fovea_shape b = fovea__onnx_input_shape(importer, node, 1);
    fovea_view c = {FOVEA_F32, fovea__onnx_input_shape(importer, node, 2), NULL};
    return g->beta == 1 && fovea__onnx_is_constant(importer, node, 2) &&
           is_bias(&c, b.dim[g->transpose_b ? 0 : 1]);
}

static fovea_status adapt_linear(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 const gemm *g, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[3];
    int64_t outputs,
        fan_in = fovea__onnx_input_shape(importer, node, 1).dim[g->transpose_b ? 1 : 0];
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &inputs[0], error));
    FOVEA__TRY(weight_of(importer, node, g->transpose_b, &outputs, &inputs[1], error));
    FOVEA__TRY(bias_of(importer, node, fan_in, &inputs[2], error));
    fovea__onnx_list_int(&list, "transB", 1);
    int32_t count = inputs[2] == FOVEA_NO_VALUE ? 2 : 3;
    return fovea__onnx_emit(importer, node, "Gemm", inputs, count, &list, error);
}

static fovea_status adapt_general(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  const gemm *g, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[3];
    for (size_t i = 0; i < 3; i++)
        FOVEA__TRY(fovea__onnx_value_of(importer, node, i, false, 0, &inputs[i], error));
    fovea__onnx_list_real(&list, "alpha", g->alpha);
    fovea__onnx_list_real(&list, "beta", g->beta);
    fovea__onnx_list_int(&list, "transA", g->transpose_a != 0);
    fovea__onnx_list_int(&list, "transB", g->transpose_b != 0);
    int32_t count = inputs[2] == FOVEA_NO_VALUE ? 2 : 3;
    return fovea__onnx_emit(importer, node, "GeneralGemm", inputs, count, &list, error);
}

static fovea_status adapt_gemm(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    gemm g;
    FOVEA__TRY(read_gemm(node, &g, error));
    if (is_linear(importer, node, &g)) return adapt_linear(importer, node, &g, error);
    return adapt_general(importer, node, &g, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_gemm[] = {{"Gemm", adapt_gemm}, {NULL, NULL}};
