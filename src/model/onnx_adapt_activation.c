// SPDX-License-Identifier: MIT
// Functions of one value, all versions: they differ in types only. `consumed_inputs` of the oldest says
// nothing about the result.
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "model/onnx_import.h"

static fovea_status adapt_plain(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    return fovea__onnx_emit_same(importer, node, node->op, NULL, error);
}

// Operators with up to two real attributes, and their standards.
static const struct {
    const char *op;
    struct {
        const char *name;
        double standard;
    } real[2];
} with_reals[] = {
    {"LeakyRelu", {{"alpha", 0.01}}},
    {"Elu", {{"alpha", 1}}},
    {"Celu", {{"alpha", 1}}},
    {"ThresholdedRelu", {{"alpha", 1}}},
    {"HardSigmoid", {{"alpha", 0.2}, {"beta", 0.5}}},
    {"Selu", {{"alpha", 1.67326319217681884765625}, {"gamma", 1.05070102214813232421875}}},
};

static fovea_status adapt_with_reals(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                     fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    size_t k = 0;
    while (strcmp(with_reals[k].op, node->op) != 0) k++;
    for (int i = 0; i < 2 && with_reals[k].real[i].name; i++) {
        double value;
        FOVEA__TRY(fovea__onnx_real(node, with_reals[k].real[i].name,
                                    with_reals[k].real[i].standard, &value, error));
        fovea__onnx_list_real(&list, with_reals[k].real[i].name, value);
    }
    return fovea__onnx_emit_same(importer, node, node->op, &list, error);
}

// The first version of Selu has its constants rounded.
static fovea_status adapt_selu(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    if (fovea__onnx_opset_of(importer) >= 6) return adapt_with_reals(importer, node, error);
    fovea__onnx_list list = {.count = 0};
    double alpha, gamma;
    FOVEA__TRY(fovea__onnx_real(node, "alpha", 1.6732, &alpha, error));
    FOVEA__TRY(fovea__onnx_real(node, "gamma", 1.0507, &gamma, error));
    fovea__onnx_list_real(&list, "alpha", alpha);
    fovea__onnx_list_real(&list, "gamma", gamma);
    return fovea__onnx_emit_same(importer, node, "Selu", &list, error);
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

// The bounds as attributes, whatever says "no bound".
static fovea_status clip_to(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                            double least, double most, fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    fovea_value input;
    if (isnan(least) || isnan(most)) return fovea__onnx_bad(node, error, "a bound is NaN");
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &input, error));
    fovea__onnx_list_real(&list, "min", least < -FLT_MAX ? -FLT_MAX : least);
    fovea__onnx_list_real(&list, "max", most > FLT_MAX ? FLT_MAX : most);
    return fovea__onnx_emit(importer, node, "Clip", &input, 1, &list, error);
}

// Bounds that are computed while running: min(max(x, least), most).
static fovea_status clip_between(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_error *error) {
    fovea_value in[2], least, most;
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &in[0], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, false, 0, &least, error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 2, false, 0, &most, error));
    in[1] = least;
    if (most == FOVEA_NO_VALUE) return fovea__onnx_emit(importer, node, "Max", in, 2, NULL, error);
    if (least != FOVEA_NO_VALUE)
        FOVEA__TRY(
            fovea__onnx_emit_part(importer, node, "Max", "max", in, 2, NULL, NULL, &in[0], error));
    in[1] = most;
    return fovea__onnx_emit(importer, node, "Min", in, 2, NULL, error);
}

// Bounds are attributes before version 11.
static fovea_status adapt_clip(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    double bound[2] = {-FLT_MAX, FLT_MAX};
    static const char *const names[] = {"min", "max"};
    bool old = fovea__onnx_opset_of(importer) < 11;
    for (size_t i = 0; i < 2; i++) {
        if (old) {
            FOVEA__TRY(fovea__onnx_real(node, names[i], bound[i], &bound[i], error));
        } else if (fovea__onnx_has_input(node, i + 1)) {
            if (!fovea__onnx_is_constant(importer, node, i + 1))
                return clip_between(importer, node, error);
            FOVEA__TRY(
                fovea__onnx_constant_real(importer, node, i + 1, names[i], &bound[i], error));
        }
    }
    return clip_to(importer, node, bound[0], bound[1], error);
}

const fovea__onnx_adapter fovea__onnx_adapters_activation[] = {
    {"Relu", adapt_plain},
    {"Sigmoid", adapt_plain},
    {"Tanh", adapt_plain},
    {"HardSwish", adapt_plain},
    {"Softplus", adapt_plain},
    {"Softsign", adapt_plain},
    {"Mish", adapt_plain},
    {"Erf", adapt_plain},
    {"Exp", adapt_plain},
    {"Log", adapt_plain},
    {"Sqrt", adapt_plain},
    {"Abs", adapt_plain},
    {"Neg", adapt_plain},
    {"Reciprocal", adapt_plain},
    {"Floor", adapt_plain},
    {"Ceil", adapt_plain},
    {"Round", adapt_plain},
    {"Sign", adapt_plain},
    {"Not", adapt_plain},
    {"LeakyRelu", adapt_with_reals},
    {"Elu", adapt_with_reals},
    {"Celu", adapt_with_reals},
    {"ThresholdedRelu", adapt_with_reals},
    {"HardSigmoid", adapt_with_reals},
    {"Selu", adapt_selu},
    {"Gelu", adapt_gelu},
    {"Clip", adapt_clip},
    {NULL, NULL}};
