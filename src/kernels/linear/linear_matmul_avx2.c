// SPDX-License-Identifier: MIT
#define RUN fovea__matmul_avx2
#include "kernels/linear/linear_matmul_generic.h"
