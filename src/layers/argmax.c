// SPDX-License-Identifier: MIT
// ArgMax and ArgMin: the place of the largest or smallest value along one axis. No gradient.
#include "kernels/reduction/extreme.h"

#include "base/fail.h"
#include "layers/check.h"

enum { AXIS, KEEP, SELECT_LAST };

static fovea_status check_type(fovea_type type, fovea_error *error) {
    switch (type) {
        case FOVEA_F32:
        case FOVEA_F64:
        case FOVEA_I64:
        case FOVEA_I32:
        case FOVEA_I8:
        case FOVEA_U8:
            return FOVEA_OK;
        default:
            return fovea__fail(error, FOVEA_UNSUPPORTED,
                               "input 0 is %s, wants F32, F64, I64, I32, I8 or U8",
                               fovea_type_name(type));
    }
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    const fovea_shape *x = &in->shape;
    int32_t axis;
    FOVEA__TRY(check_type(in->type, error));
    FOVEA__TRY(fovea__check_axis(attributes->value[AXIS].i[0], x->rank, &axis, error));
    FOVEA__TRY(fovea__check_fixed(x, axis, "look for an extreme value", error));
    if (x->dim[axis] < 1)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "dimension %d has no elements", axis);
    out[0] = (fovea__signature){FOVEA_I64, {0}};
    for (int32_t d = 0; d < x->rank; d++) {
        if (d == axis && !attributes->value[KEEP].i[0]) continue;
        out->shape.dim[out->shape.rank++] = d == axis ? 1 : x->dim[d];
    }
    return FOVEA_OK;
}

static void run(const fovea__call *call, bool largest) {
    const fovea_shape *x = &call->in[0].shape;
    int32_t axis;
    fovea__check_axis(call->attributes->value[AXIS].i[0], x->rank, &axis, NULL);
    fovea__extreme extreme = {largest, call->attributes->value[SELECT_LAST].i[0],
                              fovea__span(x, 0, axis), x->dim[axis],
                              fovea__span(x, axis + 1, x->rank)};
    fovea__extreme_find(&extreme, call->in[0].type, call->in[0].data, call->out[0].data);
}

#define EXTREME(function, onnx, is_largest, description)                                         \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) {        \
        (void)error;                                                                             \
        run(call, is_largest);                                                                   \
        return FOVEA_OK;                                                                         \
    }                                                                                            \
    const fovea__op fovea__op_##function = {                                                     \
        .name = onnx,                                                                            \
        .text = #function,                                                                       \
        .label = onnx,                                                                           \
        .help = description,                                                                     \
        .since = 13,                                                                             \
        .parameter = {{"axis", "axis", "dimension that is searched; negative: from the end",     \
                       FOVEA__INT, 0, -FOVEA_MAX_RANK, FOVEA_MAX_RANK - 1, false},               \
                      {"keepdims", "keepdims", "1: it stays with size 1", FOVEA__FLAG, 1, 0, 1,  \
                       false},                                                                   \
                      {"select_last_index", "last", "1: of equals the last one", FOVEA__FLAG, 0, \
                       0, 1, false}},                                                            \
        .input = {"data"},                                                                       \
        .inputs_required = 1,                                                                    \
        .inputs_maximum = 1,                                                                     \
        .outputs = 1,                                                                            \
        .shape = shape,                                                                          \
        .forward = function##_forward,                                                           \
    };

EXTREME(argmax, "ArgMax", true, "Where along an axis the largest value stands.")
EXTREME(argmin, "ArgMin", false, "Where along an axis the smallest value stands.")
