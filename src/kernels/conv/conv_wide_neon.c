// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_wide_neon
#define INPUT fovea__conv_part_input_wide_neon
#define PART_CPU FOVEA__CPU_NEON
#define PART_TEXT "wide neon"
#include "kernels/conv/conv_wide.h"
