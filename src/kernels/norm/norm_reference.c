// SPDX-License-Identifier: MIT
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#include "kernels/norm/norm_flat.h"
//
#include "kernels/norm/norm_names.h"
#include "kernels/norm/norm_reference_sums.h"

#define apply_group flat_apply
#define backward_group flat_backward
FOVEA__NORM_FUNCTIONS(reference)
