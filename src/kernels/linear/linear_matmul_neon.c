// SPDX-License-Identifier: MIT
#define RUN fovea__matmul_neon
#include "kernels/linear/linear_matmul_generic.h"
