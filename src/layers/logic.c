// SPDX-License-Identifier: MIT
// Comparisons and logic: results are BOOL, gradients stop here.
#include "base/fail.h"
#include "layers/elementwise.h"

static fovea_status compare_shape(fovea__attributes *attributes, const fovea__signature *in,
                                  int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_same_type(in, in_count, error));
    out[0].type = FOVEA_BOOL;
    return fovea__broadcast_shape(in, in_count, &out[0].shape, error);
}

static fovea_status logic_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_type(in, in_count, FOVEA_BOOL, error));
    return compare_shape(attributes, in, in_count, out, error);
}

static void compare(const fovea__call *call, fovea__compare_kind kind) {
    const fovea_view *a = &call->in[0], *b = &call->in[1], *y = &call->out[0];
    fovea__broadcast broadcast = fovea__broadcast_of(&a->shape, &b->shape, &y->shape);
    fovea__compare(kind, &broadcast, a->type, a->data, b->data, y->data);
}

#define COMPARISON(function, onnx, version, kind, own_shape, description)                 \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                      \
        compare(call, FOVEA__COMPARE_##kind);                                             \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    const fovea__op fovea__op_##function = {                                              \
        .name = onnx,                                                                     \
        .text = #function,                                                                \
        .label = onnx,                                                                    \
        .help = description,                                                              \
        .since = version,                                                                 \
        .traits = FOVEA__ELEMENTWISE,                                                     \
        .input = {"A", "B"},                                                              \
        .inputs_required = 2,                                                             \
        .inputs_maximum = 2,                                                              \
        .outputs = 1,                                                                     \
        .shape = own_shape,                                                               \
        .forward = function##_forward,                                                    \
    };

COMPARISON(less, "Less", 13, LESS, compare_shape, "Whether the first value is smaller.")
COMPARISON(less_equal, "LessOrEqual", 16, LESS_EQUAL, compare_shape,
           "Whether the first value is smaller or the same.")
COMPARISON(greater, "Greater", 13, GREATER, compare_shape, "Whether the first value is larger.")
COMPARISON(greater_equal, "GreaterOrEqual", 16, GREATER_EQUAL, compare_shape,
           "Whether the first value is larger or the same.")
COMPARISON(equal, "Equal", 13, EQUAL, compare_shape, "Whether both values are the same.")
COMPARISON(and, "And", 7, AND, logic_shape, "Whether both values are true.")
COMPARISON(or, "Or", 7, OR, logic_shape, "Whether one of both values is true, or both.")
COMPARISON(xor, "Xor", 7, XOR, logic_shape, "Whether one value is true and the other is not.")

static fovea_status not_shape(fovea__attributes *attributes, const fovea__signature *in,
                              int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    out[0] = in[0];
    return fovea__check_type(in, in_count, FOVEA_BOOL, error);
}

static fovea_status not_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    const uint8_t *x = call->in[0].data;
    uint8_t *y = call->out[0].data;
    int64_t count = fovea_shape_count(&call->in[0].shape);
    for (int64_t i = 0; i < count; i++) y[i] = !x[i];
    return FOVEA_OK;
}

const fovea__op fovea__op_not = {
    .name = "Not",
    .text = "not",
    .label = "Not",
    .help = "Whether the value is false.",
    .since = 1,
    .traits = FOVEA__ELEMENTWISE,
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = not_shape,
    .forward = not_forward,
};
