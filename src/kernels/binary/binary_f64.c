// SPDX-License-Identifier: MIT
#define REAL double
#define FMOD fmod
#define NAME(function) fovea__##function##_f64
#include "kernels/binary/binary_float_body.h"
