// SPDX-License-Identifier: MIT
#define FORWARD fovea__unary_forward_avx512
#define BACKWARD fovea__unary_backward_avx512
#include "kernels/unary/unary_float.h"
//
#include "kernels/unary/unary_generic.h"
