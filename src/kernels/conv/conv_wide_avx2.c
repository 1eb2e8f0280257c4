// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_wide_avx2
#define INPUT fovea__conv_part_input_wide_avx2
#define PART_CPU FOVEA__CPU_AVX2
#define PART_TEXT "wide avx2"
#include "kernels/conv/conv_wide.h"
