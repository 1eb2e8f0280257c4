// SPDX-License-Identifier: MIT
#define VARIANT fovea__linear_n16_avx512
#define VARIANT_CPU FOVEA__CPU_AVX512
#define VARIANT_NAME "n16 avx512"
#include "kernels/linear/linear_generic.h"
