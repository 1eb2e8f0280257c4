// SPDX-License-Identifier: MIT
#define INPUT fovea__conv_part_input_pairs_avx2
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "pairs avx2"
#include "kernels/conv/conv_wide_pairs.h"
