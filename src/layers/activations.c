// SPDX-License-Identifier: MIT
// The activations: functions of one input that nets put behind their layers.
#include <float.h>
#include <math.h>

#include "layers/unary_operator.h"

#define MONOTONE FOVEA__MONOTONE
#define FLOATS fovea__unary_shape
#define VALUE(index) attributes->value[index].f
#define PLAIN(kind) fovea__unary_make(FOVEA__UNARY_##kind, 0, 0)
#define ALPHA(kind) fovea__unary_make(FOVEA__UNARY_##kind, VALUE(0), 0)
#define BOTH(kind) fovea__unary_make(FOVEA__UNARY_##kind, VALUE(0), VALUE(1))

FOVEA__UNARY_OP(relu, "Relu", "ReLU", 14, MONOTONE, FLOATS, PLAIN(RELU),
                "What is below 0 becomes 0.", {0})
FOVEA__UNARY_OP(leaky_relu, "LeakyRelu", "LeakyReLU", 16, MONOTONE, FLOATS, ALPHA(LEAKY_RELU),
                "What is below 0 is multiplied by a small slope.",
                FOVEA__REAL_PARAMETER("alpha", "slope below 0", 0.01, 0, 1e6))
FOVEA__UNARY_OP(tanh, "Tanh", "Tanh", 13, MONOTONE, FLOATS, PLAIN(TANH),
                "Hyperbolic tangent: squeezes into -1 to 1.", {0})
FOVEA__UNARY_OP(sigmoid, "Sigmoid", "Sigmoid", 13, MONOTONE, FLOATS, PLAIN(SIGMOID),
                "1/(1+exp(-x)): squeezes into 0 to 1.", {0})

static fovea__unary gelu_form(const fovea__attributes *attributes) {
    return attributes->value[0].i[0] ? PLAIN(GELU_TANH) : PLAIN(GELU);
}
FOVEA__UNARY_OP(gelu, "Gelu", "GELU", 20, 0, FLOATS, gelu_form(attributes),
                "x times the normal distribution function of x.",
                {.name = "approximate",
                 .text = "approximate",
                 .help = "1: the form with tanh instead of erf",
                 .kind = FOVEA__FLAG,
                 .standard = 0,
                 .minimum = 0,
                 .maximum = 1})
FOVEA__UNARY_OP(silu, "Silu", "SiLU", 0, 0, FLOATS, PLAIN(SILU), "x times sigmoid(x).", {0})

FOVEA__UNARY_OP(elu, "Elu", "ELU", 6, MONOTONE, FLOATS, ALPHA(ELU),
                "What is below 0 becomes alpha*(exp(x)-1).",
                FOVEA__REAL_PARAMETER("alpha", "the limit far below 0 is -alpha", 1, 0, 1e6))
FOVEA__UNARY_OP(selu, "Selu", "SELU", 6, MONOTONE, FLOATS, BOTH(SELU),
                "Elu times gamma, with constants that keep mean 0 and variance 1.",
                FOVEA__FILE_PARAMETER("alpha", "as Elu's", 1.67326319217681884765625, 0, 1e6),
                FOVEA__FILE_PARAMETER("gamma", "factor of everything", 1.05070102214813232421875, 0,
                                      1e6))
FOVEA__UNARY_OP(celu, "Celu", "CELU", 12, MONOTONE, FLOATS, ALPHA(CELU),
                "What is below 0 becomes alpha*(exp(x/alpha)-1).",
                FOVEA__REAL_PARAMETER("alpha", "the limit far below 0 is -alpha", 1, 1e-6, 1e6))
FOVEA__UNARY_OP(hardsigmoid, "HardSigmoid", "Hardsigmoid", 6, MONOTONE, FLOATS, BOTH(HARD_SIGMOID),
                "A straight line alpha*x + beta between 0 and 1.",
                FOVEA__FILE_PARAMETER("alpha", "slope", 0.2, 0, 1e6),
                FOVEA__FILE_PARAMETER("beta", "value at 0", 0.5, -1e6, 1e6))
FOVEA__UNARY_OP(hardswish, "HardSwish", "Hardswish", 14, 0, FLOATS, PLAIN(HARD_SWISH),
                "x times a straight line from 0 at -3 to 1 at 3.", {0})
FOVEA__UNARY_OP(softplus, "Softplus", "Softplus", 1, MONOTONE, FLOATS, PLAIN(SOFTPLUS),
                "log(1+exp(x)): a smooth Relu.", {0})
FOVEA__UNARY_OP(softsign, "Softsign", "Softsign", 1, MONOTONE, FLOATS, PLAIN(SOFTSIGN),
                "x/(1+|x|): squeezes into -1 to 1.", {0})
FOVEA__UNARY_OP(mish, "Mish", "Mish", 18, 0, FLOATS, PLAIN(MISH), "x times tanh(log(1+exp(x))).",
                {0})
FOVEA__UNARY_OP(thresholded_relu, "ThresholdedRelu", "Threshold", 10, MONOTONE, FLOATS,
                ALPHA(THRESHOLDED_RELU), "What is not above alpha becomes 0.",
                FOVEA__REAL_PARAMETER("alpha", "the threshold", 1, 0, 1e6))

// The largest float stands for "no bound", as in ONNX's older versions.
static fovea__unary clip_bounds(const fovea__attributes *attributes) {
    return fovea__unary_make(FOVEA__UNARY_CLIP, VALUE(0) <= -FLT_MAX ? -INFINITY : VALUE(0),
                             VALUE(1) >= FLT_MAX ? INFINITY : VALUE(1));
}
FOVEA__UNARY_OP(clip, "Clip", "Hardtanh", 13, MONOTONE, fovea__unary_number_shape,
                clip_bounds(attributes), "What is below min becomes min, above max becomes max.",
                FOVEA__REAL_PARAMETER("min", "least; left out: no bound", -FLT_MAX, -DBL_MAX,
                                      DBL_MAX),
                FOVEA__REAL_PARAMETER("max", "most; left out: no bound", FLT_MAX, -DBL_MAX,
                                      DBL_MAX))
