// SPDX-License-Identifier: MIT
#define REAL float
#define FMA __builtin_fmaf
#define RUN fovea__matmul_reference
#include "kernels/linear/linear_matmul_reference.h"
#undef REAL
#undef FMA
#undef RUN

#define REAL double
#define FMA __builtin_fma
#define RUN fovea__matmul_f64_reference
#include "kernels/linear/linear_matmul_reference.h"
