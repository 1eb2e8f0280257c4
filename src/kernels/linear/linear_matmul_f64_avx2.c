// SPDX-License-Identifier: MIT
// The definition with a multiply-add of the processor's own.
#define REAL double
#define FMA __builtin_fma
#define RUN fovea__matmul_f64_avx2
#include "kernels/linear/linear_matmul_reference.h"
