// SPDX-License-Identifier: MIT
// Mathematical functions of one input.
#include "layers/unary_operator.h"

#define MONOTONE FOVEA__MONOTONE
#define FLOATS fovea__unary_shape
#define NUMBERS fovea__unary_number_shape
#define PLAIN(kind) fovea__unary_make(FOVEA__UNARY_##kind, 0, 0)

FOVEA__UNARY_OP(erf, "Erf", "Erf", 13, MONOTONE, FLOATS, PLAIN(ERF),
                "Error function: squeezes into -1 to 1.", {0})
FOVEA__UNARY_OP(exp, "Exp", "Exp", 13, MONOTONE, FLOATS, PLAIN(EXP), "Exponential function.", {0})
FOVEA__UNARY_OP(log, "Log", "Log", 13, MONOTONE, FLOATS, PLAIN(LOG), "Natural logarithm.", {0})
FOVEA__UNARY_OP(sqrt, "Sqrt", "Sqrt", 13, MONOTONE, FLOATS, PLAIN(SQRT), "Square root.", {0})
FOVEA__UNARY_OP(abs, "Abs", "Abs", 13, 0, NUMBERS, PLAIN(ABS), "Distance from 0.", {0})
FOVEA__UNARY_OP(neg, "Neg", "Neg", 13, FOVEA__LINEAR, NUMBERS, PLAIN(NEG), "-x.", {0})
FOVEA__UNARY_OP(reciprocal, "Reciprocal", "Reciprocal", 13, 0, FLOATS, PLAIN(RECIPROCAL), "1/x.",
                {0})
FOVEA__UNARY_OP(floor, "Floor", "Floor", 13, MONOTONE, FLOATS, PLAIN(FLOOR),
                "The next whole number down; its gradient is 0.", {0})
FOVEA__UNARY_OP(ceil, "Ceil", "Ceil", 13, MONOTONE, FLOATS, PLAIN(CEIL),
                "The next whole number up; its gradient is 0.", {0})
FOVEA__UNARY_OP(round, "Round", "Round", 11, MONOTONE, FLOATS, PLAIN(ROUND),
                "The nearest whole number, halves to the even one; its gradient is 0.", {0})
FOVEA__UNARY_OP(sign, "Sign", "Sign", 13, MONOTONE, NUMBERS, PLAIN(SIGN),
                "-1, 0 or 1; its gradient is 0.", {0})
