// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_point_neon
#define INPUT fovea__conv_part_input_point_neon
#define PART_CPU FOVEA__CPU_NEON
#define PART_TEXT "point neon"
#include "kernels/conv/conv_point.h"
