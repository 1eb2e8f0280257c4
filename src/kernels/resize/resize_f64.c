// SPDX-License-Identifier: MIT
#define REAL double
#define FORWARD fovea__resize_forward_f64
#define BACKWARD fovea__resize_backward_f64
#include "kernels/resize/resize_body.h"
