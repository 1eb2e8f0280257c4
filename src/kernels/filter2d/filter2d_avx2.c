// SPDX-License-Identifier: MIT
#include <string.h>

#define NAME(function) fovea__filter2d_##function##_avx2
#include "kernels/filter2d/filter2d_vector.h"
