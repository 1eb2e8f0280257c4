// SPDX-License-Identifier: MIT
#define FORWARD fovea__pool_forward_avx2
#define BACKWARD fovea__pool_backward_avx2
#include "kernels/pool/pool_generic.h"
