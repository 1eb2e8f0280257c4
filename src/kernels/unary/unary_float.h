// SPDX-License-Identifier: MIT
// What unary_generic.h needs for floats.
#include "kernels/elementary.h"

#define REAL float
#define FMA FOVEA__FMA
#define EXP fovea__exp_f32
#define LOG fovea__log_f32
#define TANH fovea__tanh_f32
#define SIGMOID fovea__sigmoid_f32
#define ERF fovea__erf_f32
#define EXPM1 fovea__expm1_negative_f32
#define LOG1P fovea__log1p_f32
#define SQRT __builtin_sqrtf
#define FLOOR __builtin_floorf
#define CEIL __builtin_ceilf
#define ROUND __builtin_rintf
#define ABS __builtin_fabsf
