// SPDX-License-Identifier: MIT
#define FORWARD fovea__unary_forward_avx2
#define BACKWARD fovea__unary_backward_avx2
#include "kernels/unary/unary_float.h"
//
#include "kernels/unary/unary_generic.h"
