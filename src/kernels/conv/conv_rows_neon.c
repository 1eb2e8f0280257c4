// SPDX-License-Identifier: MIT
#define ROWS fovea__conv_rows_neon
#include "kernels/conv/conv_row_walk.h"
