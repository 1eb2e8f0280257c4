// SPDX-License-Identifier: MIT
#include "kernels/norm/generic.h"

FOVEA__NORM_FUNCTIONS(avx2)
