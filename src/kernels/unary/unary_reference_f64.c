// SPDX-License-Identifier: MIT
// The definition in double, with libm's functions.
#include <math.h>

#define REAL double
#define FMA fma
#define EXP exp
#define LOG log
#define TANH tanh
#define SIGMOID sigmoid_f64
#define ERF erf
#define EXPM1 expm1
#define LOG1P log1p
#define SQRT sqrt
#define FLOOR floor
#define CEIL ceil
#define ROUND rint
#define ABS fabs
#define FORWARD fovea__unary_forward_f64
#define BACKWARD fovea__unary_backward_f64

static inline double sigmoid_f64(double x) {
    double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

#include "kernels/unary/unary_generic.h"
