// SPDX-License-Identifier: MIT
#define FORWARD fovea__pool_forward_neon
#define BACKWARD fovea__pool_backward_neon
#include "kernels/pool/pool_generic.h"
