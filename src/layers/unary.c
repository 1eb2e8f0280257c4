// SPDX-License-Identifier: MIT
// Relu, LeakyRelu, Tanh, Sigmoid, Gelu, Silu.
#include "kernels/unary/unary.h"

#include "layers/check.h"

static fovea_status same_shape(fovea__attributes *attributes, const fovea__signature *in,
                               int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    fovea_status status = fovea__check_inputs(in, in_count, error);
    out[0] = in[0];
    return status;
}

static void run(const fovea__call *call, fovea__unary_kind kind, double alpha) {
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t count = fovea_shape_count(&x->shape);
    if (x->type == FOVEA_F64) {
        fovea__unary_forward_f64(kind, alpha, count, x->data, y->data);
    } else {
        fovea__unary_choose(call->cpu)->forward(kind, (float)alpha, count, x->data, y->data);
    }
}

static void run_back(const fovea__call *call, fovea__unary_kind kind, double alpha,
                     const fovea_view *d_out, fovea_view *d_in) {
    if (!d_in[0].data) return;
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t count = fovea_shape_count(&x->shape);
    if (x->type == FOVEA_F64) {
        fovea__unary_backward_f64(kind, alpha, count, x->data, y->data, d_out[0].data,
                                  d_in[0].data);
    } else {
        fovea__unary_choose(call->cpu)->backward(kind, (float)alpha, count, x->data, y->data,
                                                 d_out[0].data, d_in[0].data);
    }
}

// Gelu's two forms are one operator; everything else is one kind.
static double alpha_of(const fovea__call *call) {
    return call->attributes->value[0].f;
}
static fovea__unary_kind gelu_kind(const fovea__call *call) {
    return call->attributes->value[0].i[0] ? FOVEA__UNARY_GELU_TANH : FOVEA__UNARY_GELU;
}

#define UNARY(name, kind, alpha)                                                      \
    static fovea_status name##_forward(const fovea__call *call, fovea_error *error) { \
        (void)error;                                                                  \
        run(call, kind, alpha);                                                       \
        return FOVEA_OK;                                                              \
    }                                                                                 \
    static fovea_status name##_vjp(const fovea__call *call, const fovea_view *d_out,  \
                                   fovea_view *d_in, fovea_error *error) {            \
        (void)error;                                                                  \
        run_back(call, kind, alpha, d_out, d_in);                                     \
        return FOVEA_OK;                                                              \
    }

UNARY(relu, FOVEA__UNARY_RELU, 0)
UNARY(leaky_relu, FOVEA__UNARY_LEAKY_RELU, alpha_of(call))
UNARY(tanh, FOVEA__UNARY_TANH, 0)
UNARY(sigmoid, FOVEA__UNARY_SIGMOID, 0)
UNARY(gelu, gelu_kind(call), 0)
UNARY(silu, FOVEA__UNARY_SILU, 0)

#define UNARY_OP(function, onnx, pytorch, version, trait, description, ...) \
    const fovea__op fovea__op_##function = {                                \
        .name = onnx,                                                       \
        .text = #function,                                                  \
        .label = pytorch,                                                   \
        .help = description,                                                \
        .since = version,                                                   \
        .traits = FOVEA__ELEMENTWISE | trait,                               \
        .parameter = {__VA_ARGS__},                                         \
        .input = {"X"},                                                     \
        .inputs_required = 1,                                               \
        .inputs_maximum = 1,                                                \
        .outputs = 1,                                                       \
        .shape = same_shape,                                                \
        .forward = function##_forward,                                      \
        .vjp = function##_vjp,                                              \
    };

UNARY_OP(relu, "Relu", "ReLU", 14, FOVEA__MONOTONE, "What is below 0 becomes 0.", {0})
UNARY_OP(leaky_relu, "LeakyRelu", "LeakyReLU", 16, FOVEA__MONOTONE,
         "What is below 0 is multiplied by a small slope.",
         {.name = "alpha",
          .text = "alpha",
          .help = "slope below 0",
          .kind = FOVEA__REAL,
          .standard = 0.01,
          .minimum = 0,
          .maximum = 1e6})
UNARY_OP(tanh, "Tanh", "Tanh", 13, FOVEA__MONOTONE, "Hyperbolic tangent: squeezes into -1 to 1.",
         {0})
UNARY_OP(sigmoid, "Sigmoid", "Sigmoid", 13, FOVEA__MONOTONE, "1/(1+exp(-x)): squeezes into 0 to 1.",
         {0})
UNARY_OP(gelu, "Gelu", "GELU", 20, 0, "x times the normal distribution function of x.",
         {.name = "approximate",
          .text = "approximate",
          .help = "1: the form with tanh instead of erf",
          .kind = FOVEA__FLAG,
          .standard = 0,
          .minimum = 0,
          .maximum = 1})
UNARY_OP(silu, "Silu", "SiLU", 0, 0, "x times sigmoid(x).", {0})
