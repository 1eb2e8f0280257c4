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
