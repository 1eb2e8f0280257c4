// SPDX-License-Identifier: MIT
#define VARIANT fovea__conv_n16_neon
#define VARIANT_CPU FOVEA__CPU_NEON
#define VARIANT_NAME "n16 neon"
#include "kernels/conv/conv_generic.h"
