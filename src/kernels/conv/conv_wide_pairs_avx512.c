// SPDX-License-Identifier: MIT
#define INPUT fovea__conv_part_input_pairs_avx512
#define PART_CPU FOVEA__CPU_AVX512
#define PART_TEXT "pairs avx512"
#include "kernels/conv/conv_wide_pairs.h"
