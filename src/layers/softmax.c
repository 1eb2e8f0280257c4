// SPDX-License-Identifier: MIT
// Softmax and LogSoftmax along one axis.
#include "kernels/softmax/softmax.h"

#include "base/fail.h"
#include "layers/check.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    int32_t axis;
    FOVEA__TRY(fovea__check_axis(attributes->value[0].i[0], in->shape.rank, &axis, error));
    FOVEA__TRY(fovea__check_fixed(&in->shape, axis, "take a softmax", error));
    out[0] = in[0];
    return FOVEA_OK;
}

typedef struct extent {
    int64_t outer, axis, inner;
} extent;

static extent extent_of(const fovea__call *call) {
    const fovea_shape *x = &call->in[0].shape;
    int64_t given = call->attributes->value[0].i[0];
    int32_t axis = (int32_t)(given < 0 ? given + x->rank : given);
    return (extent){fovea__span(x, 0, axis), x->dim[axis], fovea__span(x, axis + 1, x->rank)};
}

static void run(const fovea__call *call, fovea__softmax_kind kind) {
    extent e = extent_of(call);
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    if (x->type == FOVEA_F64) {
        fovea__softmax_forward_f64(kind, e.outer, e.axis, e.inner, x->data, y->data);
    } else {
        fovea__softmax_choose(call->cpu)->forward(kind, e.outer, e.axis, e.inner, x->data, y->data);
    }
}

static void run_back(const fovea__call *call, fovea__softmax_kind kind, const fovea_view *d_out,
                     fovea_view *d_in) {
    if (!d_in[0].data) return;
    extent e = extent_of(call);
    const fovea_view *y = &call->out[0];
    if (y->type == FOVEA_F64) {
        fovea__softmax_backward_f64(kind, e.outer, e.axis, e.inner, y->data, d_out[0].data,
                                    d_in[0].data);
    } else {
        fovea__softmax_choose(call->cpu)->backward(kind, e.outer, e.axis, e.inner, y->data,
                                                   d_out[0].data, d_in[0].data);
    }
}

#define SOFTMAX(function, onnx, pytorch, softmax_kind, description)                       \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                      \
        run(call, softmax_kind);                                                          \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,  \
                                       fovea_view *d_in, fovea_error *error) {            \
        (void)error;                                                                      \
        run_back(call, softmax_kind, d_out, d_in);                                        \
        return FOVEA_OK;                                                                  \
    }                                                                                     \
    const fovea__op fovea__op_##function = {                                              \
        .name = onnx,                                                                     \
        .text = #function,                                                                \
        .label = pytorch,                                                                 \
        .help = description,                                                              \
        .since = 13,                                                                      \
        .parameter = {{.name = "axis",                                                    \
                       .text = "axis",                                                    \
                       .help = "dimension whose values compete; negative: from the end",  \
                       .kind = FOVEA__INT,                                                \
                       .standard = -1,                                                    \
                       .minimum = -FOVEA_MAX_RANK,                                        \
                       .maximum = FOVEA_MAX_RANK - 1}},                                   \
        .input = {"X"},                                                                   \
        .inputs_required = 1,                                                             \
        .inputs_maximum = 1,                                                              \
        .outputs = 1,                                                                     \
        .shape = shape,                                                                   \
        .forward = function##_forward,                                                    \
        .vjp = function##_vjp,                                                            \
    };

SOFTMAX(softmax, "Softmax", "Softmax", FOVEA__SOFTMAX,
        "Turns values into probabilities: exp(x) over its sum.")
SOFTMAX(log_softmax, "LogSoftmax", "LogSoftmax", FOVEA__LOG_SOFTMAX,
        "The logarithm of softmax, computed without loss.")
