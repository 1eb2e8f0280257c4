// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_point_avx512
#define INPUT fovea__conv_part_input_point_avx512
#define PART_CPU FOVEA__CPU_AVX512
#define PART_TEXT "point avx512"
#include "kernels/conv/conv_point.h"
