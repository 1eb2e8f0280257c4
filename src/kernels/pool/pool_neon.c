// SPDX-License-Identifier: MIT
#define NAME(x) fovea__pool_##x##_neon
#include "kernels/pool/pool_generic.h"
