// SPDX-License-Identifier: MIT
#define CROSS_ENTROPY fovea__loss_cross_entropy_neon
#include "kernels/loss/loss_lanes.h"
