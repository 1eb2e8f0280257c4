// SPDX-License-Identifier: MIT
// BatchNormalization (versions 1 to 15) and Dropout (1 to 22), as they are when a net is used:
// with running statistics, and dropping nothing. A training of the imported net uses the batch's,
// and drops.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"

static fovea_status refuse_training(const fovea__onnx_importer *importer,
                                    const fovea__onnx_node *node, fovea_error *error) {
    int64_t training, spatial;
    FOVEA__TRY(fovea__onnx_int(node, "training_mode", 0, &training, error));
    FOVEA__TRY(fovea__onnx_int(node, "spatial", 1, &spatial, error));
    for (size_t i = 1; i < node->output_count; i++)
        if (fovea__onnx_output_wanted(importer, node, i)) training = 1;
    if (training)
        return fovea__onnx_unsupported(node, error,
                                       "BatchNormalization that is in training mode in the file");
    if (!spatial)
        return fovea__onnx_unsupported(
            node, error, "BatchNormalization with statistics for each pixel (spatial 0)");
    return FOVEA_OK;
}

static fovea_status adapt_batchnorm(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                    fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value inputs[5];
    double epsilon, momentum;
    FOVEA__TRY(refuse_training(importer, node, error));
    FOVEA__TRY(fovea__onnx_real(node, "epsilon", 1e-5, &epsilon, error));
    FOVEA__TRY(fovea__onnx_real(node, "momentum", 0.9, &momentum, error));
    fovea__onnx_list_real(&list, "epsilon", epsilon);
    fovea__onnx_list_real(&list, "momentum", momentum);
    for (size_t i = 0; i < 5; i++)
        FOVEA__TRY(fovea__onnx_value_of(importer, node, i, i == 1 || i == 2, 0, &inputs[i], error));
    return fovea__onnx_emit(importer, node, "BatchNormalization", inputs, 5, &list, error);
}

// Everything is kept: trues, or ones of the data's type before version 10.
static fovea_status set_mask(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             fovea_error *error) {
    fovea_shape shape = fovea__onnx_input_shape(importer, node, 0);
    fovea_type type = fovea__onnx_opset_of(importer) >= 10
                          ? FOVEA_BOOL
                          : fovea__onnx_input_type(importer, node, 0);
    int64_t count = fovea_shape_count(&shape);
    if (count < 0)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the mask depends on the size of the batch");
    if (type != FOVEA_BOOL) return fovea__onnx_unsupported(node, error, "the mask as numbers");
    uint8_t *mask = fovea__new(importer->context, (size_t)count, 1, error);
    if (!mask) return FOVEA_OUT_OF_MEMORY;
    memset(mask, 1, (size_t)count);
    fovea_status status =
        fovea__onnx_set_constant(importer, node, 1, &(fovea_view){type, shape, mask}, error);
    fovea__free(importer->context, mask);
    return status;
}

static fovea_status read_dropout(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 double *ratio, fovea_error *error) {
    double training = 0;
    FOVEA__TRY(fovea__onnx_real(node, "ratio", 0.5, ratio, error));
    if (fovea__onnx_has_input(node, 1))
        FOVEA__TRY(fovea__onnx_constant_real(importer, node, 1, "ratio", ratio, error));
    if (fovea__onnx_has_input(node, 2))
        FOVEA__TRY(fovea__onnx_constant_real(importer, node, 2, "training_mode", &training, error));
    if (!(*ratio >= 0 && *ratio <= 1))
        return fovea__onnx_bad(node, error, "the ratio is %.9g, wants 0 to 1", *ratio);
    if (training != 0 && *ratio != 0)
        return fovea__onnx_unsupported(node, error, "Dropout that is in training mode in the file");
    return FOVEA_OK;
}

static fovea_status adapt_dropout(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value x;
    double ratio;
    fovea_type type = fovea__onnx_input_type(importer, node, 0);
    FOVEA__TRY(read_dropout(importer, node, &ratio, error));
    if (fovea__onnx_output_wanted(importer, node, 1)) FOVEA__TRY(set_mask(importer, node, error));
    bool drops = (type == FOVEA_F32 || type == FOVEA_F64) && ratio > 0 &&
                 fovea__onnx_input_shape(importer, node, 0).rank > 0;
    if (!drops) return fovea__onnx_set_same(importer, node, 0, 0, error);
    fovea__onnx_list_real(&list, "ratio", ratio);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, "Dropout", &x, 1, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_norm[] = {
    {"BatchNormalization", adapt_batchnorm}, {"Dropout", adapt_dropout}, {NULL, NULL}};
