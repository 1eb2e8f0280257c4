// SPDX-License-Identifier: MIT
#define VARIANT fovea__conv_n16_avx512
#define VARIANT_CPU FOVEA__CPU_AVX512
#define VARIANT_NAME "n16 avx512"
#define VARIANT_ROWS fovea__conv_rows_avx512
#include "kernels/conv/conv_generic.h"
