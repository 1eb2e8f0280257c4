// SPDX-License-Identifier: MIT
#define VARIANT fovea__conv_n16_neon
#define VARIANT_CPU FOVEA__CPU_NEON
#define VARIANT_NAME "n16 neon"
#define VARIANT_ROWS fovea__conv_rows_neon
#include "kernels/conv/conv_generic.h"
