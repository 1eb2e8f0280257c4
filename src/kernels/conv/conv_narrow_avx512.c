// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_narrow_avx512
#define INPUT fovea__conv_part_input_narrow_avx512
#define PART_CPU FOVEA__CPU_AVX512
#define PART_TEXT "narrow avx512"
#include "kernels/conv/conv_narrow.h"
