// SPDX-License-Identifier: MIT
// Add, Sub, Mul, Div, Pow, Mod and PRelu: two operands with numpy's broadcasting.
#include "base/fail.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"

static fovea_status number_shape(fovea__attributes *attributes, const fovea__signature *in,
                                 int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_numbers(in, in_count, error));
    out[0].type = in[0].type;
    return fovea__broadcast_shape(in, in_count, &out[0].shape, error);
}

// The slope is repeated to the input, not the other way round.
static fovea_status prelu_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    out[0].type = in[0].type;
    FOVEA__TRY(fovea__broadcast_shape(in, in_count, &out[0].shape, error));
    if (fovea_shape_equal(&out[0].shape, &in[0].shape)) return FOVEA_OK;
    char input[128], slope[128];
    fovea_shape_format(&in[0].shape, input, sizeof input);
    fovea_shape_format(&in[1].shape, slope, sizeof slope);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "a slope of %s does not fit an input of %s",
                       slope, input);
}

static void back(const fovea__call *call, fovea__term first, fovea__term second,
                 const fovea_view *d_out, const fovea_view *d_in) {
    const fovea_view *in = call->in;
    fovea__operand_gradient(first, d_out, &in[0], &in[1], &d_in[0]);
    fovea__operand_gradient(second, d_out, &in[1], &in[0], &d_in[1]);
}

static bool truncates(const fovea__call *call) {
    return call->attributes->value[0].i[0];
}

// Operator, its kernel, and the gradients of both operands.
#define ARITHMETIC(function, onnx, pytorch, version, trait, own_shape, kind, first, second, \
                   description, names, ...)                                                 \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) {   \
        (void)error;                                                                        \
        fovea__combine(kind, &call->in[0], &call->in[1], &call->out[0]);                    \
        return FOVEA_OK;                                                                    \
    }                                                                                       \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,    \
                                       fovea_view *d_in, fovea_error *error) {              \
        (void)error;                                                                        \
        back(call, first, second, &d_out[0], d_in);                                         \
        return FOVEA_OK;                                                                    \
    }                                                                                       \
    const fovea__op fovea__op_##function = {                                                \
        .name = onnx,                                                                       \
        .text = #function,                                                                  \
        .label = pytorch,                                                                   \
        .help = description,                                                                \
        .since = version,                                                                   \
        .traits = FOVEA__ELEMENTWISE | trait,                                               \
        .parameter = {__VA_ARGS__},                                                         \
        .input = names,                                                                     \
        .inputs_required = 2,                                                               \
        .inputs_maximum = 2,                                                                \
        .outputs = 1,                                                                       \
        .shape = own_shape,                                                                 \
        .forward = function##_forward,                                                      \
        .vjp = function##_vjp,                                                              \
    };
#define TERM(name) FOVEA__TERM_##name
#define KIND(name) FOVEA__BINARY_##name
// clang-format off
#define A_B {"A", "B"}
#define X_SLOPE {"X", "slope"}
// clang-format on

ARITHMETIC(add, "Add", "Add", 14, FOVEA__LINEAR, number_shape, KIND(ADD), TERM(SAME), TERM(SAME),
           "The sum of two values; dimensions of 1 are repeated.", A_B, {0})
ARITHMETIC(mul, "Mul", "Mul", 14, FOVEA__LINEAR, number_shape, KIND(MUL), TERM(TIMES), TERM(TIMES),
           "The product of two values, element by element; dimensions of 1 are repeated.", A_B, {0})
ARITHMETIC(sub, "Sub", "Sub", 14, FOVEA__LINEAR, number_shape, KIND(SUB), TERM(SAME), TERM(MINUS),
           "The difference of two values; dimensions of 1 are repeated.", A_B, {0})
ARITHMETIC(div, "Div", "Div", 14, FOVEA__LINEAR, number_shape, KIND(DIV), TERM(OVER), TERM(DIVISOR),
           "The first value divided by the second, integers towards 0.", A_B, {0})
ARITHMETIC(pow, "Pow", "Pow", 15, 0, number_shape, KIND(POW), TERM(BASE), TERM(EXPONENT),
           "The first value to the power of the second.", A_B, {0})
ARITHMETIC(mod, "Mod", "Mod", 13, 0, number_shape, truncates(call) ? KIND(FMOD) : KIND(MOD),
           TERM(SAME), truncates(call) ? TERM(PARTS) : TERM(FLOORS),
           "What is left of the first value after division by the second.", A_B,
           {.name = "fmod",
            .text = "fmod",
            .help = "1: the rest has the sign of the first value, else of the second",
            .kind = FOVEA__FLAG,
            .standard = 0,
            .minimum = 0,
            .maximum = 1})
ARITHMETIC(prelu, "PRelu", "PReLU", 16, 0, prelu_shape, KIND(PRELU), TERM(PRELU), TERM(SLOPE),
           "What is below 0 is multiplied by a slope that is learnt.", X_SLOPE, {0})
