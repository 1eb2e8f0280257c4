// SPDX-License-Identifier: MIT
#define REAL float
#define LINKAGE
#define FORWARD fovea__pool_forward_reference
#define BACKWARD fovea__pool_backward_reference
#include "kernels/pool/pool_reference_body.h"
