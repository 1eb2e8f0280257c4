// SPDX-License-Identifier: MIT
#include <math.h>

#define FLOATING
#define REAL double
#define SUM double
#define ADD(a, b) ((a) + (b))
#define MUL(a, b) ((a) * (b))
#define ABS(a) __builtin_fabs(a)
#define IS_NAN(a) ((a) != (a))
#define LOWEST (-__builtin_inf())
#define HIGHEST __builtin_inf()
#define SQRT(a) __builtin_sqrt(a)
#define EXP(a) exp(a)
#define LOG(a) log(a)
#define NAME(x) x##_f64
#include "kernels/reduction/reduction_body.h"
//
#include "kernels/reduction/reduction_back_body.h"
