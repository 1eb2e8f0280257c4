// SPDX-License-Identifier: MIT
#define INPUT fovea__conv_part_input_pairs_neon
#define PART_CPU FOVEA__CPU_NEON
#define PART_TEXT "pairs neon"
#include "kernels/conv/conv_wide_pairs.h"
