// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_narrow_neon
#define INPUT fovea__conv_part_input_narrow_neon
#define PART_CPU FOVEA__CPU_NEON
#define PART_TEXT "narrow neon"
#include "kernels/conv/conv_narrow.h"
