// SPDX-License-Identifier: MIT
#define FORWARD fovea__unary_forward_neon
#define BACKWARD fovea__unary_backward_neon
#include "kernels/unary/unary_float.h"
//
#include "kernels/unary/unary_generic.h"
