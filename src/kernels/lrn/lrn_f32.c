// SPDX-License-Identifier: MIT
#include "kernels/elementary.h"

#define REAL float
#define EXP(x) fovea__exp_f32(x)
#define LOG(x) fovea__log_f32(x)
#define FORWARD fovea__lrn_f32
#define BACKWARD fovea__lrn_back_f32
#include "kernels/lrn/lrn_body.h"
