// SPDX-License-Identifier: MIT
#define REAL float
#define FMOD fmodf
#define NAME(function) fovea__##function##_f32
#include "kernels/binary/binary_float_body.h"
