// SPDX-License-Identifier: MIT
#define PART_WEIGHTS fovea__conv_part_weights_neon
#define PART_CPU FOVEA__CPU_NEON
#define PART_TEXT "weights neon"
#include "kernels/conv/conv_part_weights_generic.h"
