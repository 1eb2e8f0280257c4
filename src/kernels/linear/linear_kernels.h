// SPDX-License-Identifier: MIT
// Declares every variant of linear_kernels.inc.
#ifndef FOVEA_KERNELS_LINEAR_KERNELS_H
#define FOVEA_KERNELS_LINEAR_KERNELS_H

#include "kernels/linear/linear.h"

#define F32(name) extern const fovea__linear_kernel fovea__linear_##name;
#define F64(name) extern const fovea__linear_kernel_f64 fovea__linear_##name;
#include "kernels/linear/linear_kernels.inc"
#undef F32
#undef F64

#endif
