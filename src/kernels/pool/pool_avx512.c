// SPDX-License-Identifier: MIT
#define FORWARD fovea__pool_forward_avx512
#define BACKWARD fovea__pool_backward_avx512
#include "kernels/pool/pool_generic.h"
