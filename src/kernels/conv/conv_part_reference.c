// SPDX-License-Identifier: MIT
#define FORWARD fovea__conv_part_forward_reference
#define INPUT fovea__conv_part_input_reference
#define PART_CPU FOVEA__CPU_REFERENCE
#define PART_TEXT "part reference"
#include "kernels/conv/conv_part_reference.h"
