// SPDX-License-Identifier: MIT
#define CROSS_ENTROPY fovea__loss_cross_entropy_avx2
#include "kernels/loss/loss_lanes.h"
