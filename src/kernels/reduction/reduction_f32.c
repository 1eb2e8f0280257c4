// SPDX-License-Identifier: MIT
#include "kernels/elementary.h"

#define FLOATING
#define REAL float
#define SUM double
#define ADD(a, b) ((a) + (b))
#define MUL(a, b) ((a) * (b))
#define ABS(a) __builtin_fabs(a)
#define IS_NAN(a) ((a) != (a))
#define LOWEST (-__builtin_inf())
#define HIGHEST __builtin_inf()
#define SQRT(a) __builtin_sqrt(a)
#define EXP(a) fovea__exp_f32(a)
#define LOG(a) fovea__log_f32((float)(a))
#define NAME(x) x##_f32
#include "kernels/reduction/reduction_body.h"
//
#include "kernels/reduction/reduction_back_body.h"
