// SPDX-License-Identifier: MIT
// InstanceNormalization (versions 1 to 22), GroupNormalization (18, 21), LayerNormalization (17) and
// LRN (1, 13).
#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status emit_norm(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea__onnx_list *list, fovea_error *error) {
    fovea_value inputs[3];
    double epsilon;
    FOVEA__TRY(fovea__onnx_real(node, "epsilon", 1e-5, &epsilon, error));
    fovea__onnx_list_real(list, "epsilon", epsilon);
    for (size_t i = 0; i < 3; i++)
        FOVEA__TRY(fovea__onnx_value_of(importer, node, i, i > 0, 0, &inputs[i], error));
    int32_t count = inputs[2] == FOVEA_NO_VALUE ? 2 : 3;
    return fovea__onnx_emit(importer, node, node->op, inputs, count, list, error);
}

static fovea_status adapt_instance(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    return emit_norm(importer, node, &list, error);
}

static fovea_status adapt_group(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t groups;
    FOVEA__TRY(fovea__onnx_int(node, "num_groups", 0, &groups, error));
    fovea__onnx_list_int(&list, "num_groups", groups);
    return emit_norm(importer, node, &list, error);
}

// One step of the statistics, of one or two values.
static fovea_status step(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                         const char *op, const char *suffix, fovea_value a, fovea_value b,
                         const fovea__onnx_list *list, fovea_value *y, fovea_error *error) {
    const fovea_value inputs[] = {a, b};
    return fovea__onnx_emit_part(importer, node, op, suffix, inputs, b == FOVEA_NO_VALUE ? 1 : 2,
                                 list, NULL, y, error);
}

// Mean and 1 / sqrt(variance + epsilon), which the file wants for themselves, from x.
static fovea_status statistics(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               int64_t axis, fovea_error *error) {
    fovea_shape x_shape = fovea__onnx_input_shape(importer, node, 0);
    int64_t axes[FOVEA_MAX_RANK];
    fovea_value x, mean, v, eps, none = FOVEA_NO_VALUE;
    double epsilon;
    fovea__onnx_list over = {.count = 0};
    FOVEA__TRY(fovea__onnx_real(node, "epsilon", 1e-5, &epsilon, error));
    if (axis < 0) axis += x_shape.rank;
    if (axis < 0 || axis >= x_shape.rank)
        return fovea__onnx_bad(node, error, "axis is not one of the %d dimensions", x_shape.rank);
    for (int32_t d = (int32_t)axis; d < x_shape.rank; d++) axes[d - axis] = d;
    fovea__onnx_list_ints(&over, "axes", x_shape.rank - (int32_t)axis, axes);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    FOVEA__TRY(step(importer, node, "ReduceMean", "mean", x, none, &over, &mean, error));
    if (fovea__onnx_output_wanted(importer, node, 1))
        FOVEA__TRY(fovea__onnx_set_value(importer, node, 1, mean, error));
    if (!fovea__onnx_output_wanted(importer, node, 2)) return FOVEA_OK;
    float narrow = (float)epsilon;
    bool wide = fovea__onnx_type(importer, x) == FOVEA_F64;
    fovea_view number = {wide ? FOVEA_F64 : FOVEA_F32, {0}, wide ? (void *)&epsilon : &narrow};
    FOVEA__TRY(fovea__onnx_new_constant(importer, "epsilon", &number, false, 0, &eps, error));
    FOVEA__TRY(step(importer, node, "Sub", "apart", x, mean, NULL, &v, error));
    FOVEA__TRY(step(importer, node, "Mul", "square", v, v, NULL, &v, error));
    FOVEA__TRY(step(importer, node, "ReduceMean", "variance", v, none, &over, &v, error));
    FOVEA__TRY(step(importer, node, "Add", "above_zero", v, eps, NULL, &v, error));
    FOVEA__TRY(step(importer, node, "Sqrt", "deviation", v, none, NULL, &v, error));
    FOVEA__TRY(step(importer, node, "Reciprocal", "inverse", v, none, NULL, &v, error));
    return fovea__onnx_set_value(importer, node, 2, v, error);
}

static fovea_status adapt_layer(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t axis;
    FOVEA__TRY(fovea__onnx_int(node, "axis", -1, &axis, error));
    fovea__onnx_list_int(&list, "axis", axis);
    FOVEA__TRY(emit_norm(importer, node, &list, error));
    bool more = fovea__onnx_output_wanted(importer, node, 1) ||
                fovea__onnx_output_wanted(importer, node, 2);
    return more ? statistics(importer, node, axis, error) : FOVEA_OK;
}

static fovea_status adapt_lrn(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t size;
    double alpha, beta, bias;
    fovea_value x;
    FOVEA__TRY(fovea__onnx_int(node, "size", 0, &size, error));
    FOVEA__TRY(fovea__onnx_real(node, "alpha", 1e-4, &alpha, error));
    FOVEA__TRY(fovea__onnx_real(node, "beta", 0.75, &beta, error));
    FOVEA__TRY(fovea__onnx_real(node, "bias", 1, &bias, error));
    fovea__onnx_list_int(&list, "size", size);
    fovea__onnx_list_real(&list, "alpha", alpha);
    fovea__onnx_list_real(&list, "beta", beta);
    fovea__onnx_list_real(&list, "bias", bias);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &x, error));
    return fovea__onnx_emit(importer, node, "LRN", &x, 1, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_rownorm[] = {
    {"InstanceNormalization", adapt_instance},
    {"GroupNormalization", adapt_group},
    {"LayerNormalization", adapt_layer},
    {"LRN", adapt_lrn},
    {NULL, NULL}};
