// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_avx2_reference
#define INPUT fovea__conv_part_input_avx2_reference
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "part reference with avx2"
#include "kernels/conv/conv_part_reference.h"
