// SPDX-License-Identifier: MIT
// Declares every variant of conv_kernels.inc.
#ifndef FOVEA_KERNELS_CONV_KERNELS_H
#define FOVEA_KERNELS_CONV_KERNELS_H

#include "kernels/conv/conv.h"

#define F32(name) extern const fovea__conv_kernel fovea__conv_##name;
#define F64(name) extern const fovea__conv_kernel_f64 fovea__conv_##name;
#include "kernels/conv/conv_kernels.inc"
#undef F32
#undef F64

#endif
