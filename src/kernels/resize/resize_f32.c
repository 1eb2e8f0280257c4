// SPDX-License-Identifier: MIT
#define REAL float
#define FORWARD fovea__resize_forward_f32
#define BACKWARD fovea__resize_backward_f32
#include "kernels/resize/resize_body.h"
