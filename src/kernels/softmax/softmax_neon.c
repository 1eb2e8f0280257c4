// SPDX-License-Identifier: MIT
#include "kernels/elementary.h"

#define REAL float
#define FMA FOVEA__FMA
#define EXP fovea__exp_f32
#define LOG fovea__log_f32
#define FORWARD fovea__softmax_forward_neon
#define BACKWARD fovea__softmax_backward_neon
#include "kernels/softmax/softmax_generic.h"
