// SPDX-License-Identifier: MIT
#define VARIANT fovea__conv_pointwise_neon
#define VARIANT_CPU FOVEA__CPU_NEON
#define VARIANT_NAME "n16 1x1 neon"
#define GENERAL fovea__conv_n16_neon
#include "kernels/conv/conv_pointwise.h"
