// SPDX-License-Identifier: MIT
#define ROWS fovea__conv_rows_avx512
#include "kernels/conv/conv_row_walk.h"
