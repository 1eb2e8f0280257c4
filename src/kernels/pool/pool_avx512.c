// SPDX-License-Identifier: MIT
#define NAME(x) fovea__pool_##x##_avx512
#include "kernels/pool/pool_generic.h"
