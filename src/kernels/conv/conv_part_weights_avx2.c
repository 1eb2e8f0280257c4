// SPDX-License-Identifier: MIT
#define PART_WEIGHTS fovea__conv_part_weights_avx2
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "weights avx2"
#include "kernels/conv/conv_part_weights_generic.h"
