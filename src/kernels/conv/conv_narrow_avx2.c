// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_narrow_avx2
#define INPUT fovea__conv_part_input_narrow_avx2
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "narrow avx2"
#include "kernels/conv/conv_narrow.h"
