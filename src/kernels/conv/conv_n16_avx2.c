// SPDX-License-Identifier: MIT
#define VARIANT fovea__conv_n16_avx2
#define VARIANT_CPU FOVEA__CPU_AVX2
#define VARIANT_NAME "n16 avx2"
#define VARIANT_ROWS fovea__conv_rows_avx2
#include "kernels/conv/conv_generic.h"
