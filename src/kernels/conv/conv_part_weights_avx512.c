// SPDX-License-Identifier: MIT
#define PART_WEIGHTS fovea__conv_part_weights_avx512
#define PART_CPU FOVEA__CPU_AVX512
#define PART_TEXT "weights avx512"
#include "kernels/conv/conv_part_weights_generic.h"
