// SPDX-License-Identifier: MIT
#include "kernels/norm/norm_generic.h"

FOVEA__NORM_FUNCTIONS(neon)
