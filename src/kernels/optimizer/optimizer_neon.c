// SPDX-License-Identifier: MIT
#include "kernels/optimizer/optimizer_float.h"

FOVEA__OPTIMIZER_FUNCTIONS(neon)
