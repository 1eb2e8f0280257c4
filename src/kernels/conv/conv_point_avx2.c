// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_point_avx2
#define INPUT fovea__conv_part_input_point_avx2
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "point avx2"
#include "kernels/conv/conv_point.h"
