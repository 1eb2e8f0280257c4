// SPDX-License-Identifier: MIT
#include <math.h>

#define REAL double
#define EXP(x) exp(x)
#define LOG(x) log(x)
#define FORWARD fovea__lrn_f64
#define BACKWARD fovea__lrn_back_f64
#include "kernels/lrn/lrn_body.h"
