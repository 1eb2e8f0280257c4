// SPDX-License-Identifier: MIT
#include <math.h>

#define REAL double
#define FMA fma
#define EXP exp
#define LOG log
#define FORWARD fovea__softmax_forward_f64
#define BACKWARD fovea__softmax_backward_f64
#include "kernels/softmax/softmax_generic.h"
