// SPDX-License-Identifier: MIT
#define VARIANT fovea__linear_nchw_neon
#define VARIANT_CPU FOVEA__CPU_NEON
#define VARIANT_NAME "nchw neon"
#define DEFINITION fovea__linear_nchw_reference
#include "kernels/linear/linear_rows.h"
