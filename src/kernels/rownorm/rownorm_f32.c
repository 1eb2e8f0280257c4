// SPDX-License-Identifier: MIT
#define REAL float
#define FORWARD fovea__rownorm_f32
#define BACKWARD fovea__rownorm_back_f32
#include "kernels/rownorm/rownorm_body.h"
