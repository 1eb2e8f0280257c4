// SPDX-License-Identifier: MIT
#define REAL double
#define FORWARD fovea__rownorm_f64
#define BACKWARD fovea__rownorm_back_f64
#include "kernels/rownorm/rownorm_body.h"
