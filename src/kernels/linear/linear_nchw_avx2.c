// SPDX-License-Identifier: MIT
#define VARIANT fovea__linear_nchw_avx2
#define VARIANT_CPU FOVEA__CPU_AVX2
#define VARIANT_NAME "nchw avx2"
#define DEFINITION fovea__linear_nchw_avx2_reference
#include "kernels/linear/linear_rows.h"
