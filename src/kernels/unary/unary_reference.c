// SPDX-License-Identifier: MIT
// The definition in float.
#define FORWARD fovea__unary_forward_reference
#define BACKWARD fovea__unary_backward_reference
#include "kernels/unary/unary_float.h"
//
#include "kernels/unary/unary_generic.h"
